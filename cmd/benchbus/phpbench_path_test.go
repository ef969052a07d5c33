package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPhpbenchPath(t *testing.T) {
	c := newCLI(t)
	root := t.TempDir()
	for file, content := range map[string]string{
		"phpbench.json":        `{"runner.file_pattern": "*Bench.php"}`,
		"a/OneBench.php":       `<?php class OneBench { function benchA() {} }`,
		"b/c/TwoBench.php":     `<?php class TwoBench { function benchB() {} }`,
		"b/c/d/ThreeBench.php": `<?php class ThreeBench { function benchC() {} }`,
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(root, file)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(root, file), []byte(content), 0o600))
	}
	list := func(more ...string) (int, string, string) {
		return c.run(append([]string{"list", "--project", root, "--format=csv"}, more...)...)
	}
	code, _, stderr := list()
	require.Equal(t, exitUsage, code)
	require.Contains(t, stderr, "nothing says where the benchmarks are: set runner.path in phpbench.json, or name the path with --phpbench-path, such as --phpbench-path tests/Benchmark")

	code, stdout, stderr := list("--phpbench-path=./a/", "--phpbench-path=b/**/ThreeBench.php")
	require.Zero(t, code, stderr)
	require.Contains(t, stdout, "one.a,")
	require.Contains(t, stdout, "three.c,")
	require.NotContains(t, stdout, "two.b")
}
