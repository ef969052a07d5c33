package bundle

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func TestWhatIsPackedComesBack(t *testing.T) {
	t.Parallel()
	files := map[string]string{"src/App.php": "<?php", "src/é and space.php": "", "bin/console": "#!", strings.Repeat("long/", 40) + "name\n": "x", "a": strings.Repeat("a", 1<<20), "a-b/c": "c"}
	root, names := project(t, files)
	require.NoError(t, os.Chmod(filepath.Join(root, "bin/console"), 0o700))
	require.NoError(t, os.Symlink("../src/App.php", filepath.Join(root, "bin/link")))
	require.NoError(t, os.Symlink(".//bin/", filepath.Join(root, "folder")))
	require.NoError(t, os.Symlink("nowhere", filepath.Join(root, "dangling")))
	bundle, d := packed(t, root, append(names, "bin/link", "folder", "dangling")...)

	into := freshFolder(t)
	require.NoError(t, Unpack(t.Context(), bytes.NewReader(bundle), d, into, Limits{}))
	require.Equal(t, treeOf(t, root), treeOf(t, into))
	require.NoError(t, filepath.WalkDir(into, func(path string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		info, err := entry.Info()
		require.NoError(t, err)
		want := fs.FileMode(0o444)
		switch {
		case info.Mode().Type() == fs.ModeSymlink:
			return nil
		case info.IsDir():
			want = fs.ModeDir | 0o555
		case strings.HasSuffix(path, "console"):
			want = 0o555
		}
		require.Equal(t, want, info.Mode(), path)
		require.True(t, info.ModTime().Equal(fileTime), path)
		return nil
	}))
	require.ErrorIs(t, Unpack(t.Context(), bytes.NewReader(bundle), d, into, Limits{}), fs.ErrExist)
	require.Equal(t, treeOf(t, root), treeOf(t, into), "what was there stays")
}

func TestAnEmptyBundle(t *testing.T) {
	t.Parallel()
	bundle, d := packed(t, t.TempDir())
	into := freshFolder(t)
	require.NoError(t, Unpack(t.Context(), bytes.NewReader(bundle), d, into, Limits{}))
	require.Empty(t, treeOf(t, into))
}

// refused checks that a bundle is not unpacked, and that nothing is left behind.
func refused(t *testing.T, bundle io.Reader, d domain.Digest, limits Limits, class domain.FailureClass, want string) {
	t.Helper()
	parent := t.TempDir()
	err := Unpack(t.Context(), bundle, d, filepath.Join(parent, "tree"), limits)
	require.ErrorContains(t, err, want)
	require.Equal(t, class, domain.FailureOf(err, 1).Class)
	entries, err := os.ReadDir(parent)
	require.NoError(t, err)
	require.Empty(t, entries, "left behind")
}

func TestABundleThatIsNotWhatItsDigestSays(t *testing.T) {
	t.Parallel()
	bundle, d := bundleOf(t, map[string]string{"a/b": strings.Repeat("text ", 1000), "c": "d"})
	const want = "is not what its digest says: it was cut off or tampered with"
	for at := range bundle {
		changed := bytes.Clone(bundle)
		changed[at] ^= 0x10
		refused(t, bytes.NewReader(changed), d, Limits{}, domain.ClassSource, want)
		refused(t, bytes.NewReader(bundle[:at]), d, Limits{}, domain.ClassSource, want)
	}
	for _, more := range [][]byte{{0}, bundle, make([]byte, 1<<20)} {
		refused(t, io.MultiReader(bytes.NewReader(bundle), bytes.NewReader(more)), d, Limits{}, domain.ClassSource, want)
	}
	refused(t, io.MultiReader(bytes.NewReader(bundle[:20]), errReader{}), d, Limits{}, domain.ClassSource, "cannot be read: the line is cut")
	refused(t, io.MultiReader(bytes.NewReader(bundle), errReader{}), d, Limits{}, domain.ClassSource, "cannot be read: the line is cut")
	refused(t, bytes.NewReader(bundle), "sha256:../../etc", Limits{}, domain.ClassSource, "is not the digest of a bundle")
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, errors.New("the line is cut") }

// Whoever can name a digest can make a bundle that has it. So the digest protects from
// nothing but accidents.
func TestHostileBundles(t *testing.T) {
	t.Parallel()
	file := func(name string) tar.Header { return tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644} }
	link := func(name, target string) tar.Header {
		return tar.Header{Name: name, Linkname: target, Typeflag: tar.TypeSymlink}
	}
	kind := func(kind byte) tar.Header { return tar.Header{Name: "odd", Typeflag: kind, Linkname: "a"} }
	check := func(want string, headers ...tar.Header) {
		t.Helper()
		bundle := zipped(t, archive(t, headers...))
		refused(t, bytes.NewReader(bundle), digestOf(bundle), Limits{}, domain.ClassSource, want)
	}
	for _, name := range []string{"../a", "/a", "a/../../b", "a/..", "./a", "a//b", ".", "..", ""} {
		check("is not the name of a file within the project", file("first"), file(name))
	}
	check("stands in it twice", file("a"), file("a"))
	check("stands in it twice", link("a", "b"), file("a"))
	check("stands in it twice", file("a"), link("a", "b"))
	check("stands in it twice", file("a/b"), file("a"))
	check("stands in it twice", file("a/b"), link("a", "c"))
	check("a is a file or a link, and has files below it", file("a"), file("a/b"))
	check("a is a file or a link, and has files below it", file("b/c"), link("a", "b"), file("a/d"))
	check("a is a file or a link, and has files below it", link("a", "b"), file("a/d/e"))
	check("outside of the project", link("a", ".."))
	check("outside of the project", link("a/b", "../../c"))
	check("another place on every host", link("a", "/etc"))
	check(".. behind a name", link("p/s", ".."), link("p/a", "s/.."))
	check("has a target that is empty", link("a", strings.Repeat("a/", 1000)))
	for _, k := range []byte{tar.TypeLink, tar.TypeChar, tar.TypeBlock, tar.TypeFifo, tar.TypeCont, 'Z'} {
		check("odd is neither a file nor a link", file("a"), kind(k))
	}
	check("\"odd/\" is not the name of a file", tar.Header{Name: "odd/", Typeflag: tar.TypeDir})
	check("is neither a file nor a link", tar.Header{Name: "odd", Typeflag: tar.TypeXGlobalHeader, PAXRecords: map[string]string{"comment": "x"}})
}

func TestBundlesAboveTheLimits(t *testing.T) {
	t.Parallel()
	bundle, d := bundleOf(t, map[string]string{"a/b/c": strings.Repeat("a", 1000), "b": strings.Repeat("b", 1000), "c": ""})
	check := func(limits Limits, want string) {
		t.Helper()
		refused(t, bytes.NewReader(bundle), d, limits, domain.ClassSource, want)
	}
	check(Limits{Files: 2}, "it holds more than 2 files")
	check(Limits{Bytes: 1999}, "it holds more than 2.0 KiB")
	check(Limits{Depth: 2}, "has 3 parts; at most 2 are allowed")
	check(Limits{NameBytes: 4}, "has 5 bytes; at most 4 are allowed")
	require.NoError(t, Unpack(t.Context(), bytes.NewReader(bundle), d, freshFolder(t), Limits{Files: 3, Bytes: 2000, Depth: 3, NameBytes: 5}))
	require.ErrorContains(t, Unpack(t.Context(), bytes.NewReader(bundle), d, freshFolder(t), Limits{Files: -1}), "Limits.Files")

	// The sizes in the headers add up to more than an int64 holds.
	huge := tar.Header{Name: "a", Typeflag: tar.TypeReg, Size: 1<<62 - 1, Format: tar.FormatPAX}
	var out bytes.Buffer
	require.NoError(t, tar.NewWriter(&out).WriteHeader(&huge))
	bundle = zipped(t, out.Bytes())
	refused(t, bytes.NewReader(bundle), digestOf(bundle), Limits{}, domain.ClassSource, "it holds more than 2.0 GiB")
}

func TestBundlesThatNeverEnd(t *testing.T) {
	t.Parallel()
	few := Limits{Files: 1, Bytes: 1}
	refused(t, endless{}, digestOf(nil), few, domain.ClassSource, "it is larger than any bundle within the limits")
	bomb := zipped(t, append(archive(t), make([]byte, 4<<20)...)) // 4 KiB, which become 4 MiB
	refused(t, bytes.NewReader(bomb), digestOf(bomb), Limits{}, domain.ClassSource, "there is something behind the end of the archive")
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestSomethingBehindTheEnd(t *testing.T) {
	t.Parallel()
	plain := archive(t, tar.Header{Name: "a", Typeflag: tar.TypeReg})
	check := func(want string, bundle []byte) {
		t.Helper()
		refused(t, bytes.NewReader(bundle), digestOf(bundle), Limits{}, domain.ClassSource, want)
	}
	check("behind the end of the archive", zipped(t, append(bytes.Clone(plain), 0)))
	check("behind the end of the archive", zipped(t, append(bytes.Clone(plain), plain...)))
	check("behind the end of the compressed bytes", append(zipped(t, plain), 0))
	check("behind the end of the compressed bytes", append(zipped(t, plain), zipped(t, plain)...))
	check("not compressed by gzip", plain)
	check("not compressed by gzip", nil)
	check("breaks the rules", zipped(t, plain[:600]))
	checksum := zipped(t, plain)
	checksum[len(checksum)-5] ^= 1
	check(gzip.ErrChecksum.Error(), checksum)
	check("unexpected EOF", checksum[:len(checksum)-8])
}

func TestUnpackEndsWithItsContext(t *testing.T) {
	t.Parallel()
	bundle, d := bundleOf(t, map[string]string{"a": "a"})
	ctx, cancel := context.WithCancel(t.Context())
	half := io.MultiReader(bytes.NewReader(bundle[:30]), cancelling{cancel}, bytes.NewReader(bundle[30:]))
	parent := t.TempDir()
	err := Unpack(ctx, half, d, filepath.Join(parent, "tree"), Limits{})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, domain.ClassUnknown, domain.FailureOf(err, 1).Class, "the source is not at fault")
	require.NoDirExists(t, filepath.Join(parent, "tree"))
}

type cancelling struct{ cancel func() }

func (c cancelling) Read([]byte) (int, error) {
	c.cancel()
	return 0, io.EOF
}

func TestAFolderThatCannotBeMade(t *testing.T) {
	t.Parallel()
	bundle, d := bundleOf(t, map[string]string{"a": "a"})
	err := Unpack(t.Context(), bytes.NewReader(bundle), d, filepath.Join(t.TempDir(), "none", "tree"), Limits{})
	require.Equal(t, domain.ClassHost, domain.FailureOf(err, 1).Class)
}
