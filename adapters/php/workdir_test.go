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
	lock, err := lockFolder(used)
	require.NoError(t, err)
	defer lock.Close()

	_, err = b.Execute(context.Background(), b.iteration(`$x = 1;`))
	require.NoError(t, err)
	require.NoDirExists(t, stale)
	for _, path := range []string{young, used, other} {
		require.DirExists(t, path)
		require.NoError(t, os.RemoveAll(path))
	}
}
