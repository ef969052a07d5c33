package bundle

import (
	"archive/tar"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// Whatever a bundle holds, it is refused and leaves nothing behind, or is unpacked into
// files, folders and links that can be packed and unpacked again. Nothing is made beside it.
func FuzzUnpack(f *testing.F) {
	bundle, _ := bundleOf(f, map[string]string{"src/App.php": "<?php", "a": ""})
	f.Add(bundle, false)
	f.Add(bundle[:40], false)
	f.Add(append(bytes.Clone(bundle), bundle...), false)
	regular := func(name string) tar.Header { return tar.Header{Name: name, Typeflag: tar.TypeReg, Size: 3} }
	for _, headers := range [][]tar.Header{
		{}, {regular("a")}, {regular("a/b"), regular("a/c")}, {regular("a"), regular("a")}, {regular("../a")}, {regular("/a")},
		{{Name: "a", Linkname: "b", Typeflag: tar.TypeSymlink}, regular("b")},
		{{Name: "a", Linkname: "../b", Typeflag: tar.TypeSymlink}, regular("a/b")},
		{regular("b/c"), {Name: "a", Linkname: "b", Typeflag: tar.TypeSymlink}, regular("a/d")},
		{{Name: "a", Linkname: "/etc/passwd", Typeflag: tar.TypeLink}}, {{Name: "a", Typeflag: tar.TypeFifo}},
		{regular(strings.Repeat("long/", 60) + "é")},
	} {
		f.Add(archive(f, headers...), true)
	}
	limits := Limits{Files: 20, Bytes: 1 << 20, NameBytes: 400, Depth: 10}
	f.Fuzz(func(t *testing.T, content []byte, zip bool) {
		if zip {
			content = zipped(t, content)
		}
		parent := t.TempDir()
		into := filepath.Join(parent, "tree")
		defer func() { require.NoError(t, removeTree(into)) }()
		err := Unpack(t.Context(), bytes.NewReader(content), digestOf(content), into, limits)
		entries, listErr := os.ReadDir(parent)
		require.NoError(t, listErr)
		if err != nil {
			require.Equal(t, domain.ClassSource, domain.FailureOf(err, 1).Class, "%v", err)
			require.Empty(t, entries)
			return
		}
		require.Len(t, entries, 1)
		var names []string
		require.NoError(t, filepath.WalkDir(into, func(path string, entry fs.DirEntry, err error) error {
			require.NoError(t, err)
			if !entry.IsDir() {
				name, err := filepath.Rel(into, path)
				require.NoError(t, err)
				names = append(names, name)
			}
			if entry.Type() == fs.ModeSymlink {
				if real, err := filepath.EvalSymlinks(path); err == nil {
					require.True(t, real == into || strings.HasPrefix(real, into+"/"), "%s leads to %s", path, real)
				}
			}
			return nil
		}))
		var again bytes.Buffer
		p, err := Pack(t.Context(), &again, into, names, limits)
		require.NoError(t, err)
		other := filepath.Join(parent, "other")
		defer func() { require.NoError(t, removeTree(other)) }()
		require.NoError(t, Unpack(t.Context(), &again, p.Digest, other, limits))
		require.Equal(t, treeOf(t, into), treeOf(t, other))
	})
}
