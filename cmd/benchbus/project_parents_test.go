package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestParentsInOtherRevisions measures a benchmark of the last revision on one in which its
// parent and trait are older, in a folder that also has production code.
func TestParentsInOtherRevisions(t *testing.T) {
	c := newCLI(t)
	root, dir := t.TempDir(), t.TempDir()
	commit := func(files map[string]string) {
		for file, content := range files {
			require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(root, file)), 0o700))
			require.NoError(t, os.WriteFile(filepath.Join(root, file), []byte(content), 0o600))
		}
		for _, args := range [][]string{{"init", "-q"}, {"add", "-A"}, {"-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", "commit", "-qm", "c"}} {
			out, err := exec.Command("git", append([]string{"-C", root}, args...)...).CombinedOutput()
			require.NoError(t, err, "%s", out)
		}
	}
	commit(map[string]string{
		"composer.json":      `{"autoload": {"psr-4": {"": "src/"}}}`,
		"phpbench.json":      `{"runner.path": "src", "runner.file_pattern": "*Bench.php", "runner.bootstrap": "load.php"}`,
		"load.php":           `<?php spl_autoload_register(function ($class) { require __DIR__ . "/src/$class.php"; });`,
		"src/OldBench.php":   `<?php class OldBench extends Base { function benchOld() {} }`,
		"src/Base.php":       `<?php abstract class Base { }`,
		"src/Helping.php":    `<?php trait Helping { }`,
		"src/Production.php": `<?php class Production { static function version() { return 1; } }`,
	})
	commit(map[string]string{
		"src/NewBench.php":   `<?php class NewBench extends Base { use Helping; /** @BeforeMethods("before") */ function benchNew() { $this->help(); } }`,
		"src/Base.php":       `<?php abstract class Base { function before() { } }`,
		"src/Helping.php":    `<?php trait Helping { function help() { Production::version(); } }`,
		"src/Production.php": `<?php class Production { static function version() { return 2; } }`,
	})
	code, stdout, stderr := c.run("run", "--project", root, "--rev=HEAD~1", "--rev=HEAD", "--prepare=none", "--test=new.new", "--php-version=php84",
		"--iterations=1", "--samples=1", "--batch-time=1ms", "--bundles", filepath.Join(dir, "bundles"), "--source-cache", filepath.Join(dir, "sources"))
	require.Zero(t, code, "%s\n%s", stdout, stderr)
	require.Contains(t, stderr, "planned 1 = done 1 + failed 0")
}
