package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A command that only reads does not create a store, and says that there is none.
func TestAStoreThatIsNotThere(t *testing.T) {
	c := newCLI(t)
	dir := t.TempDir()
	for _, args := range [][]string{{"runs"}, {"report", "last"}, {"resume", "last"}} {
		code, stdout, stderr := c.run(append(args, "--store", filepath.Join(dir, "typo", "typo.db"))...)
		require.Equal(t, exitUnavailable, code, args)
		require.Contains(t, stderr, "typo.db does not exist")
		require.Contains(t, stderr, "--store")
		require.Empty(t, stdout)
	}
	t.Setenv("BENCHBUS_STORE", "")
	t.Setenv("XDG_DATA_HOME", dir)
	code, stdout, stderr := c.run("runs")
	require.Zero(t, code, stderr)
	require.Contains(t, stdout, "Nothing has been run yet")
	for _, args := range [][]string{{"report", "last"}, {"resume", "last"}} {
		code, _, stderr := c.run(args...)
		require.Equal(t, exitUsage, code, args)
		require.Contains(t, stderr, "nothing has been run yet")
	}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, entries)
}
