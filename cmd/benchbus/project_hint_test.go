package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHintOfRevolutions(t *testing.T) {
	c := newCLI(t)
	root, dir := t.TempDir(), t.TempDir()
	for file, content := range map[string]string{
		"phpbench.json": `{"runner.path": "b"}`,
		"b/StackBench.php": `<?php
/** @Revs(3) */
class StackBench {
    private $stack = array(1, 2, 3);
    function benchPop() { if (array_pop($this->stack) === null) { throw new UnderflowException('empty'); } }
}`,
		"b/FineBench.php": `<?php class FineBench { function benchIt() { strlen('x'); } }`,
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(root, file)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(root, file), []byte(content), 0o600))
	}
	run := func(more ...string) (int, string) {
		code, _, stderr := c.run(append([]string{"run", "--project", root, "--php-version=php84", "--iterations=1", "--samples=1", "--batch-time=1ms",
			"--bundles", filepath.Join(dir, "bundles"), "--source-cache", filepath.Join(dir, "sources")}, more...)...)
		return code, stderr
	}
	const hint = "take the suite's own revolutions with --revs suite"
	code, stderr := run()
	require.Equal(t, exitSomeFailed, code, stderr)
	require.Contains(t, stderr, hint)

	code, stderr = run("--revs=suite")
	require.Zero(t, code, stderr)
	require.NotContains(t, stderr, hint)

	code, stderr = run("--test=fine.it")
	require.Zero(t, code, stderr)
	require.NotContains(t, stderr, hint)
}
