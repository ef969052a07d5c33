package bundle

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// project makes a folder with files of that content. Their names are the map's keys.
func project(t testing.TB, files map[string]string) (root string, names []string) {
	t.Helper()
	root = t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
		names = append(names, name)
	}
	slices.Sort(names)
	return root, names
}

// packed packs the files.
func packed(t testing.TB, root string, names ...string) ([]byte, domain.Digest) {
	t.Helper()
	var out bytes.Buffer
	p, err := Pack(t.Context(), &out, root, names, Limits{})
	require.NoError(t, err)
	require.Equal(t, digestOf(out.Bytes()), p.Digest)
	return out.Bytes(), p.Digest
}

// bundleOf packs files of that content.
func bundleOf(t testing.TB, files map[string]string) ([]byte, domain.Digest) {
	t.Helper()
	root, names := project(t, files)
	return packed(t, root, names...)
}

func digestOf(bundle []byte) domain.Digest {
	sum := sha256.Sum256(bundle)
	return domain.Digest("sha256:" + hex.EncodeToString(sum[:]))
}

// archive makes a bundle of any entries, with the content of the last argument in each file.
func archive(t testing.TB, headers ...tar.Header) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, header := range headers {
		require.NoError(t, w.WriteHeader(&header))
		_, err := w.Write(make([]byte, header.Size))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

// zipped compresses an archive.
func zipped(t testing.TB, archive []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	require.NoError(t, err)
	_, err = w.Write(archive)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}

// tree returns what a folder holds: the content of files, where links lead to.
func treeOf(t testing.TB, root string) map[string]string {
	t.Helper()
	found := map[string]string{}
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		name, err := filepath.Rel(root, path)
		require.NoError(t, err)
		switch entry.Type() {
		case 0:
			content, err := os.ReadFile(path)
			require.NoError(t, err)
			found[name] = string(content)
		case fs.ModeSymlink:
			target, err := os.Readlink(path)
			require.NoError(t, err)
			found[name] = "-> " + target
		}
		return nil
	}))
	return found
}

// freshFolder returns the path of a folder that is not there. What is unpacked there is
// removed after the test, which t.TempDir could not do with read-only folders.
func freshFolder(t testing.TB) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "tree")
	t.Cleanup(func() { require.NoError(t, removeTree(folder)) })
	return folder
}
