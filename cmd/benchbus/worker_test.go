package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAWorkerWithoutPHPEndsAtOnce(t *testing.T) {
	c := newFleetCLI(t)
	t.Setenv("PATH", t.TempDir())
	t.Setenv("BENCHBUS_RUNTIMES_DIR", t.TempDir())
	const sentence = "benchbus: no PHP was found; to get one, run scripts/php-runtime 8.4, or put a php8.4 on the PATH, or name one with --php-command php84=/path/to/php\n"
	for _, args := range [][]string{{"worker"}, {"run", "--bus=memory", "--test=Loop"}} {
		code, stdout, stderr := c.run(args...)
		require.Equal(t, exitUnavailable, code, stderr)
		require.Equal(t, sentence, stderr)
		require.Empty(t, stdout)
	}
}

func TestAWorkerWaitsForARuntimeAsLongAsItIsTold(t *testing.T) {
	c := newFleetCLI(t)
	only := t.TempDir()
	runtimes, err := filepath.Abs("../../.runtimes")
	require.NoError(t, err)
	require.NoError(t, os.Symlink(filepath.Join(runtimes, "php84"), filepath.Join(only, "php84")))
	detach := func() {
		code, _, stderr := c.run("run", "--test=quick", "--catalog", c.catalog, "--php-version=php74", "--iterations=2", "--detach")
		require.Zero(t, code, stderr)
	}
	failed := func() {
		code, stdout, stderr := c.run("wait", "last")
		require.Equal(t, exitIncomplete, code, stderr)
		require.Contains(t, stdout, "no worker had all of [php74] for 50ms")
	}
	detach()
	t.Setenv("BENCHBUS_RUNTIMES_DIR", only)
	worker := c.start("worker", "--runtime-wait=50ms")
	failed()
	require.Zero(t, worker.stop())
	detach()
	t.Setenv("BENCHBUS_RUNTIME_WAIT", "50ms")
	worker = c.start("worker")
	failed()
	require.Zero(t, worker.stop())
	code, _, stderr := c.run("worker", "--runtime-wait=25h")
	require.Equal(t, exitUsage, code)
	require.Contains(t, stderr, "above 0 and at most 24h0m0s")
}
