package php

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestStaleFolders leaves folders as a killed program does.
func TestStaleFolders(t *testing.T) {
	b := newBench(t, Config{})
	make := func(name string, age time.Duration) string {
		path := filepath.Join(b.temp, name)
		require.NoError(t, os.MkdirAll(filepath.Join(path, "work"), 0o700))
		require.NoError(t, os.Chtimes(path, time.Time{}, time.Now().Add(-age)))
		return path
	}
	stale := make(workdirPrefix+"1", time.Hour)
	young := make(workdirPrefix+"2", 0)
	used := make(workdirPrefix+"3", time.Hour)
	other := make("benchbus-other", time.Hour)
	lock, err := openWorkdir(used)
	require.NoError(t, err)
	defer lock.close()

	_, err = b.Execute(context.Background(), b.iteration(`$x = 1;`))
	require.NoError(t, err)
	require.NoDirExists(t, stale)
	for _, path := range []string{young, used, other} {
		require.DirExists(t, path)
		require.NoError(t, os.RemoveAll(path))
	}
}

// TestStaleFoldersOfStrangers prepares folders as another user could against root, and
// changes them as that user could during the removal.
func TestStaleFoldersOfStrangers(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can make a folder of another user")
	}
	const stranger = 65534
	temp, victim := t.TempDir(), filepath.Join(t.TempDir(), "victim")
	require.NoError(t, os.Mkdir(victim, 0o755))
	theirs, link := filepath.Join(temp, workdirPrefix+"1"), filepath.Join(temp, workdirPrefix+"2")
	require.NoError(t, os.MkdirAll(filepath.Join(theirs, "work"), 0o755))
	require.NoError(t, os.Chown(theirs, stranger, stranger))
	require.NoError(t, os.Symlink(victim, link))
	old := time.Now().Add(-time.Hour)
	require.NoError(t, os.Chtimes(theirs, old, old))
	require.NoError(t, os.Chtimes(victim, old, old))

	Config{TempDir: temp}.removeStale()
	require.DirExists(t, filepath.Join(theirs, "work"))
	_, err := openWorkdir(link)
	require.ErrorContains(t, err, "is not a folder of this user")
	_, err = openWorkdir(theirs)
	require.ErrorContains(t, err, "is not a folder of this user")

	// The folder is replaced after it was opened.
	mine := filepath.Join(temp, workdirPrefix+"3")
	require.NoError(t, os.MkdirAll(filepath.Join(mine, "a"), 0o700))
	d, err := openWorkdir(mine)
	require.NoError(t, err)
	require.NoError(t, os.Rename(mine, mine+"-moved"))
	require.NoError(t, os.Symlink(victim, filepath.Join(mine+"-moved", "b")))
	require.NoError(t, os.Symlink(victim, mine))
	require.NoError(t, os.WriteFile(filepath.Join(victim, "file"), nil, 0o600))
	require.NoError(t, d.remove())
	require.FileExists(t, filepath.Join(victim, "file"))
	info, err := os.Stat(victim)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o755), info.Mode().Perm())
	left, err := os.ReadDir(mine + "-moved")
	require.NoError(t, err)
	require.Empty(t, left)
}
