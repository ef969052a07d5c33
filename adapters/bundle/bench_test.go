package bundle

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// largeProject makes 5,000 files of 50 MB together, which compress as code does.
func largeProject(b *testing.B) (root string, names []string) {
	b.Helper()
	root = b.TempDir()
	random := rand.New(rand.NewPCG(1, 2))
	words := make([]string, 2000)
	for i := range words {
		words[i] = fmt.Sprintf("%x", random.Uint64()>>uint(random.IntN(48)))
	}
	for i := range 5000 {
		var text strings.Builder
		for text.Len() < 10_000 {
			text.WriteString(words[random.IntN(len(words))])
			text.WriteString([]string{" ", "->", "();\n\t\t", " $"}[random.IntN(4)])
		}
		name := fmt.Sprintf("vendor/package%d/src/Folder%d/Class%d.php", i/200, i/20, i)
		require.NoError(b, os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o755))
		require.NoError(b, os.WriteFile(filepath.Join(root, name), []byte(text.String()), 0o644))
		names = append(names, name)
	}
	return root, names
}

func BenchmarkPack(b *testing.B) {
	root, names := largeProject(b)
	for b.Loop() {
		p, err := Pack(b.Context(), io.Discard, root, names, Limits{})
		require.NoError(b, err)
		b.SetBytes(p.Bytes)
	}
}

func BenchmarkUnpack(b *testing.B) {
	root, names := largeProject(b)
	bundle, d := packed(b, root, names...)
	b.ReportMetric(float64(len(bundle))/1e6, "MB/bundle")
	into := filepath.Join(b.TempDir(), "tree")
	for b.Loop() {
		require.NoError(b, Unpack(b.Context(), bytes.NewReader(bundle), d, into, Limits{}))
		b.StopTimer()
		require.NoError(b, removeTree(into))
		b.StartTimer()
	}
}

// Each time that a tree begins to be used, its files are listed and compared.
func BenchmarkTree(b *testing.B) {
	root, names := largeProject(b)
	content, d := packed(b, root, names...)
	folder, err := NewFolder(b.TempDir())
	require.NoError(b, err)
	require.NoError(b, folder.Put(b.Context(), d, bytes.NewReader(content)))
	dir := b.TempDir()
	defer func() { require.NoError(b, removeTree(dir)) }()
	c, err := NewCache(folder, dir, CacheConfig{})
	require.NoError(b, err)
	for b.Loop() {
		_, release, err := c.Tree(b.Context(), d)
		require.NoError(b, err)
		release()
	}
}
