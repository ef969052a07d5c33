package project

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// entries returns the folders of the cache that hold what was prepared.
func entries(t *testing.T, cache string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(cache, "*", "files"))
	require.NoError(t, err)
	return found
}

func TestUnusedEntriesAreForgotten(t *testing.T) {
	t.Parallel()
	f := newRepository(t, "a")
	p := f.open(Config{Prepare: "echo 1 >made"})
	cache := p.cfg.CacheDir
	revision(t, p, "main")
	old := entries(t, cache)
	require.Len(t, old, 1)
	past := time.Now().Add(-2 * keepUnused)
	age := func() { require.NoError(t, os.Chtimes(filepath.Dir(old[0]), past, past)) }

	age()
	revision(t, p, "main") // uses it again
	p.cfg.Prepare = "echo 2 >made"
	revision(t, p, "main")
	require.Len(t, entries(t, cache), 2)

	age()
	release, err := lockFile(t.Context(), filepath.Join(filepath.Dir(old[0]), "lock"))
	require.NoError(t, err)
	p.cfg.Prepare = "echo 3 >made"
	revision(t, p, "main")
	require.Len(t, entries(t, cache), 3, "somebody is using it")

	release()
	age()
	p.cfg.Prepare = "echo 4 >made"
	revision(t, p, "main")
	require.Len(t, entries(t, cache), 3)
	require.NoDirExists(t, old[0])
}

// TestWaitingForTheRepository holds the lock of the repository's list of working trees.
func TestWaitingForTheRepository(t *testing.T) {
	t.Parallel()
	f := newRepository(t, "a")
	p := f.open(Config{})
	gone := errors.New("no longer wanted")
	require.NoError(t, p.alone(t.Context(), func() error {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(gone)
		require.ErrorIs(t, p.alone(ctx, func() error { return nil }), gone)
		short, cancelShort := context.WithTimeoutCause(t.Context(), 10*time.Millisecond, gone)
		defer cancelShort()
		require.ErrorIs(t, p.alone(short, func() error { return nil }), gone)
		return nil
	}))
	require.NoError(t, p.alone(t.Context(), func() error { return nil }))
}

func TestWaitingForTheCache(t *testing.T) {
	t.Parallel()
	f := newRepository(t, "a")
	p := f.open(Config{Prepare: "echo 1 >made"})
	revision(t, p, "main")
	release, err := lockFile(t.Context(), filepath.Join(filepath.Dir(entries(t, p.cfg.CacheDir)[0]), "lock"))
	require.NoError(t, err)
	defer release()
	gone := errors.New("no longer wanted")
	ctx, cancel := context.WithTimeoutCause(t.Context(), 10*time.Millisecond, gone)
	defer cancel()
	_, err = p.Revision(ctx, "main")
	require.ErrorIs(t, err, gone)
}

func TestTheCacheCannotBeUsed(t *testing.T) {
	t.Parallel()
	f := newRepository(t, "a")
	f.write("file")
	p := f.open(Config{Prepare: "echo 1 >made", CacheDir: f.path("file/cache")})
	tree := revision(t, p, "main")
	require.Equal(t, []string{"a", "made"}, tree.Files)
	require.Equal(t, []string{"what was prepared is not kept for the next time, since the cache cannot be used: mkdir " + f.path("file") + ": not a directory",
		"main is the commit that is checked out; the changes in the working tree are not part of it, but of the source working-tree"}, tree.Notes)
	p.cfg.CacheDir = "" // where the user has no folder of caches
	require.Equal(t, []string{"a", "made"}, revision(t, p, "main").Files)

	cache := t.TempDir()
	p = f.open(Config{Prepare: "echo 1 >made; rm -r " + cache + "/*", CacheDir: cache})
	tree = revision(t, p, "main")
	require.Equal(t, []string{"a", "made"}, tree.Files)
	require.Contains(t, tree.Notes[0], "what was prepared could not be kept for the next time: ")
}
