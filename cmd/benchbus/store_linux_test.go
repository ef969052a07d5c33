package main

import (
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// asNobody runs the command with the rights of a user who owns nothing here. This is
// for tests that run as root, who may write everything.
func (c *cli) asNobody(args ...string) (code int, stdout, stderr string) {
	if os.Geteuid() == 0 {
		runtime.LockOSThread() // because the identity belongs to the thread
		defer runtime.UnlockOSThread()
		require.NoError(c, syscall.Setfsuid(65534))
		defer func() { require.NoError(c, syscall.Setfsuid(0)) }()
	}
	return c.run(args...)
}

func TestAStoreThatCannotBeWrittenCanBeRead(t *testing.T) {
	c := newCLI(t)
	c.define("quick", "revolutions: 10\ncode: $a = 1;")
	code, result, stderr := c.measure("quick")
	require.Zero(t, code, stderr)
	dir := filepath.Dir(c.store)
	require.NoError(t, os.Chmod(filepath.Dir(dir), 0o755))
	require.NoError(t, os.Chmod(c.store, 0o444))
	require.NoError(t, os.Chmod(dir, 0o555))
	t.Cleanup(func() { require.NoError(t, os.Chmod(dir, 0o700)) })
	for _, args := range [][]string{{"runs"}, {"report", "last"}, {"__complete", "report", ""}} {
		code, stdout, stderr := c.asNobody(args...)
		require.Zero(t, code, stderr)
		require.Contains(t, stdout, result.Run.ID)
	}
	for _, args := range [][]string{{"run", "loop", "--php-version=php84"}, {"resume", "last"}} {
		code, stdout, stderr := c.asNobody(args...)
		require.Equal(t, exitUnavailable, code, args)
		require.Contains(t, stderr, "cannot be opened for writing")
		require.Empty(t, stdout)
	}
}
