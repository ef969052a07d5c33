package bundle

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/bundletest"
	"github.com/benchbus/benchbus/domain"
)

func newFolder(t *testing.T, dir string) *Folder {
	t.Helper()
	folder, err := NewFolder(dir)
	require.NoError(t, err)
	return folder
}

func TestFolderConforms(t *testing.T) {
	t.Parallel()
	bundletest.Test(t, func(t *testing.T) domain.Bundles {
		dir := filepath.Join(t.TempDir(), "a", "b")
		t.Cleanup(func() {
			parts, err := filepath.Glob(filepath.Join(dir, partPattern))
			require.NoError(t, err)
			require.Empty(t, parts, "left behind")
		})
		return newFolder(t, dir)
	})
	bundletest.TestShared(t, func(t *testing.T) func() domain.Bundles {
		dir := t.TempDir()
		return func() domain.Bundles { return newFolder(t, dir) }
	})
}

// People copy these files by hand, so their names are part of the contract.
func TestFilesAreNamedByTheirDigest(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	bundle, d := bundleOf(t, map[string]string{"a": "a"})
	require.NoError(t, newFolder(t, dir).Put(t.Context(), d, bytes.NewReader(bundle)))
	got, err := os.ReadFile(filepath.Join(dir, d.Hex()+".tar.gz"))
	require.NoError(t, err)
	require.Equal(t, bundle, got)
}

func TestWhatKilledProcessesLeftIsRemoved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	old, fresh := filepath.Join(dir, "1.part"), filepath.Join(dir, "2.part")
	require.NoError(t, os.WriteFile(old, nil, 0o600))
	require.NoError(t, os.WriteFile(fresh, nil, 0o600))
	before := time.Now().Add(-2 * partAge)
	require.NoError(t, os.Chtimes(old, before, before))
	bundle, d := bundleOf(t, map[string]string{"a": "a"})
	require.NoError(t, newFolder(t, dir).Put(t.Context(), d, bytes.NewReader(bundle)))
	require.NoFileExists(t, old)
	require.FileExists(t, fresh, "somebody may be writing it")
}

func TestFoldersThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := NewFolder(file)
	require.ErrorContains(t, err, "the folder of bundles cannot be used")

	away := filepath.Join(dir, "away")
	folder := newFolder(t, away)
	d := digestOf(nil)
	require.NoError(t, os.Remove(away))
	_, err = folder.Has(t.Context(), d)
	require.ErrorContains(t, err, "the folder of bundles cannot be used", "nobody knows what was in it")
	_, err = folder.Open(t.Context(), d)
	require.Error(t, err)
	require.NotErrorIs(t, err, domain.ErrNoBundle)
	require.Error(t, folder.Put(t.Context(), d, strings.NewReader("")))

	folder = newFolder(t, filepath.Join(dir, "odd"))
	for lay, path := range map[string]func(string) error{
		digestOf([]byte("1")).Hex(): func(path string) error { return os.Mkdir(path, 0o700) },
		digestOf([]byte("2")).Hex(): func(path string) error { return syscall.Mkfifo(path, 0o600) },
	} {
		require.NoError(t, path(filepath.Join(dir, "odd", lay+".tar.gz")))
		_, err := folder.Open(t.Context(), domain.Digest("sha256:"+lay))
		require.ErrorContains(t, err, "is not a plain file; remove it")
	}
}

// A full disk must leave nothing behind.
func TestAFullDiskIsNoBundle(t *testing.T) {
	t.Parallel()
	err := copyUntil(t.Context(), full{}, strings.NewReader("text"))
	require.ErrorIs(t, err, syscall.ENOSPC)
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(io.ErrClosedPipe)
	require.ErrorIs(t, copyUntil(ctx, io.Discard, strings.NewReader("text")), io.ErrClosedPipe)
}
