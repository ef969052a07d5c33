package bundle

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTheSameFilesHaveTheSameBytes(t *testing.T) { // not in parallel, since the umask is that of the whole process
	files := map[string]string{"src/App.php": "<?php", "src/é and space.php": "", "bin/console": "#!", strings.Repeat("long/", 40) + "name": "x", "a": strings.Repeat("a", 1<<20)}
	root, names := project(t, files)
	require.NoError(t, os.Chmod(filepath.Join(root, "bin/console"), 0o755))
	require.NoError(t, os.Symlink("../src/App.php", filepath.Join(root, "bin/link")))
	names = append(names, "bin/link")
	first, _ := packed(t, root, names...)

	before := syscall.Umask(0o077)
	defer syscall.Umask(before)
	other, names := project(t, files)
	require.NoError(t, os.Chmod(filepath.Join(other, "bin/console"), 0o700))
	require.NoError(t, os.Chmod(filepath.Join(other, "a"), 0o666))
	require.NoError(t, os.Symlink("../src/App.php", filepath.Join(other, "bin/link")))
	old := time.Date(1999, 2, 3, 4, 5, 6, 7, time.UTC)
	require.NoError(t, os.Chtimes(filepath.Join(other, "a"), old, old))
	names = append(names, "bin/link", "a")
	slices.Reverse(names)
	second, _ := packed(t, other, names...)
	require.True(t, bytes.Equal(first, second))

	require.NoError(t, os.Chmod(filepath.Join(other, "bin/console"), 0o600))
	third, _ := packed(t, other, names...)
	require.False(t, bytes.Equal(first, third), "a file that is not executable any more is another one")
}

// Releases share bundles as long as the archive stays the same. How it is compressed depends
// on the release of Go as well.
func TestTheArchiveStaysTheSame(t *testing.T) {
	t.Parallel()
	bundle, _ := bundleOf(t, map[string]string{"src/App.php": "<?php\n", "composer.json": "{}\n"})
	r, err := gzip.NewReader(bytes.NewReader(bundle))
	require.NoError(t, err)
	archive, err := io.ReadAll(r)
	require.NoError(t, err)
	const want = "sha256:99b3a5d5185d34871e86efde98a93bba9826975dcb2d488cdbe1e37705e29d3d"
	require.EqualValues(t, want, digestOf(archive), "the format has changed: say so in CHANGELOG.md")
}

func TestPackRefuses(t *testing.T) {
	t.Parallel()
	root, _ := project(t, map[string]string{"a": "a", "folder/b": "b"})
	link := func(name, target string) { require.NoError(t, os.Symlink(target, filepath.Join(root, name))) }
	link("absolute", "/etc/passwd")
	link("out", "folder/../../etc")
	link("up", "..")
	link("folder/up", "../..")
	link("behind", "folder/../a")
	link("linked", "folder")
	require.NoError(t, syscall.Mkfifo(filepath.Join(root, "pipe"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(root, "bad\xff"), nil, 0o600))
	for name, want := range map[string]string{
		"absolute":                     "the link absolute leads to /etc/passwd, which is another place on every host",
		"out":                          "the link out leads to folder/../../etc, which has .. behind a name",
		"up":                           "the link up leads to .., outside of the project",
		"folder/up":                    "the link folder/up leads to ../.., outside of the project",
		"behind":                       "the link behind leads to folder/../a, which has .. behind a name",
		"linked/b":                     "linked/b: the folder linked is a link; list the link, and the files where they lie",
		"pipe":                         "pipe is a named pipe, which a bundle cannot hold; leave it out",
		"bad\xff":                      `the name "bad\xff" is not UTF-8`,
		"folder":                       "folder is a folder; list the files in it",
		"gone":                         "gone is not there",
		"gone/a":                       "gone/a: the folder cannot be examined",
		"../a":                         "not the name of a file within the project",
		"/a":                           "not the name of a file within the project",
		"./a":                          "not the name of a file within the project",
		"":                             "not the name of a file within the project",
		"a\x00":                        "not the name of a file within the project",
		strings.Repeat("a/", 64) + "a": "has 65 parts; at most 64 are allowed",
		strings.Repeat("a", 256):       "has 256 bytes; at most 255 are allowed",
		strings.Repeat("a", 1025):      "has 1025 bytes; at most 1024 are allowed",
	} {
		var out bytes.Buffer
		_, err := Pack(t.Context(), &out, root, []string{"a", name}, Limits{})
		require.ErrorContains(t, err, want)
		require.Zero(t, out.Len(), "nothing is written before all is checked")
	}
	_, err := Pack(t.Context(), io.Discard, filepath.Join(root, "none"), nil, Limits{})
	require.ErrorContains(t, err, "the project's folder cannot be opened")
	_, err = Pack(t.Context(), io.Discard, root, nil, Limits{Files: -1, Bytes: -1, NameBytes: 5000, Depth: -1})
	for _, field := range []string{"Files is -1", "Bytes is -1", "NameBytes is 5000", "Depth is -1"} {
		require.ErrorContains(t, err, "Limits."+field)
	}
}

func TestPackSaysWhatToLeaveOut(t *testing.T) {
	t.Parallel()
	root, names := project(t, map[string]string{
		"node_modules/a": strings.Repeat("a", 3000), "var/log": strings.Repeat("a", 2000), "vendor/a": "a", "vendor/b": "b", "vendor/c": "c", "z": "",
	})
	_, err := Pack(t.Context(), io.Discard, root, names, Limits{Bytes: 4096})
	require.EqualError(t, err, "the files have 4.9 KiB, and a bundle holds at most 4.0 KiB: leave out what the code does not need; "+
		"the largest parts are node_modules (2.9 KiB in 1 files), var (2.0 KiB in 1 files), vendor (3 B in 3 files)")
	_, err = Pack(t.Context(), io.Discard, root, names, Limits{Files: 5})
	require.ErrorContains(t, err, "there are 6 files, and a bundle holds at most 5: leave out what the code does not need; the largest parts are vendor (3 B in 3 files)")
	got, err := Pack(t.Context(), io.Discard, root, names, Limits{Files: 6, Bytes: 5003})
	require.NoError(t, err)
	require.Equal(t, 6, got.Files)
	require.EqualValues(t, 5003, got.Bytes)
}

// meddler does something once the first bytes are written.
type meddler struct{ do func() }

func (m *meddler) Write(p []byte) (int, error) {
	if m.do != nil {
		m.do()
		m.do = nil
	}
	return len(p), nil
}

func TestAFileThatChangesMeanwhile(t *testing.T) {
	t.Parallel()
	noise := make([]byte, 4*bufferSize) // does not compress to less than is written at once
	for i, x := 0, uint32(1); i < len(noise); i++ {
		x = x*1664525 + 1013904223
		noise[i] = byte(x >> 24)
	}
	check := func(want string, meddle func(path string) error) {
		t.Helper()
		root, _ := project(t, map[string]string{"a": string(noise), "b": "content"})
		_, err := Pack(t.Context(), &meddler{func() { require.NoError(t, meddle(filepath.Join(root, "b"))) }}, root, []string{"a", "b"}, Limits{})
		require.ErrorContains(t, err, want)
	}
	check("b changed while the project was packed; try again when nothing writes to it", func(path string) error { return os.WriteFile(path, []byte("CONTENT"), 0o644) })
	check("b changed", func(path string) error { return os.Truncate(path, 3) })
	check("b changed", func(path string) error { return os.Chmod(path, 0o755) })
	check("b vanished while the project was packed", os.Remove)
	check("b changed", func(path string) error { return errors.Join(os.Remove(path), syscall.Mkfifo(path, 0o600)) })
	check("b changed", func(path string) error {
		return errors.Join(os.WriteFile(path+"2", []byte("content"), 0o644), os.Rename(path+"2", path))
	})

	root, _ := project(t, map[string]string{"a": string(noise)})
	_, err := Pack(t.Context(), &meddler{func() { require.NoError(t, os.Truncate(filepath.Join(root, "a"), 4)) }}, root, []string{"a"}, Limits{})
	require.ErrorContains(t, err, "a changed", "while it is read")
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

func TestPackEndsWithItsContextAndItsWriter(t *testing.T) {
	t.Parallel()
	root, names := project(t, map[string]string{"a": "a"})
	_, err := Pack(t.Context(), full{}, root, names, Limits{})
	require.ErrorIs(t, err, syscall.ENOSPC)
	require.ErrorContains(t, err, "the bundle cannot be written")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = Pack(ctx, io.Discard, root, names, Limits{})
	require.ErrorIs(t, err, context.Canceled)
}
