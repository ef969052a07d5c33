package phpbench_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/phpbench"
	"github.com/benchbus/benchbus/domain"
)

// phps returns the commands of the PHP on PATH and of those of the project, by runtime.
func phps(t testing.TB) map[domain.RuntimeName]string {
	found := discovered()
	require.NotEmpty(t, found, "these tests need PHP: put one on the PATH, or run scripts/php-runtime 8.4")
	return found
}

var discovered = sync.OnceValue(func() map[domain.RuntimeName]string {
	candidates, _ := filepath.Glob("../../.runtimes/*/bin/php") // the pattern is one
	if path, err := exec.LookPath("php"); err == nil {
		candidates = append(candidates, path)
	}
	found := map[domain.RuntimeName]string{}
	for _, command := range candidates {
		full, err := filepath.Abs(command)
		if err != nil {
			continue
		}
		version, err := exec.Command(full, "-n", "-r", "echo PHP_MAJOR_VERSION, PHP_MINOR_VERSION;").Output()
		if name, ok := domain.ParseRuntimeName("php" + string(version)); ok && err == nil {
			found[name] = full
		}
	}
	return found
})

// eachPHP runs a test on every PHP of this machine, and on each without ini files, so
// without shared extensions.
func eachPHP(t *testing.T, test func(t *testing.T, name domain.RuntimeName, command []string)) {
	for name, command := range phps(t) {
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			test(t, name, []string{command})
		})
		t.Run(string(name)+"-n", func(t *testing.T) {
			t.Parallel()
			test(t, name, []string{command, "-n"})
		})
	}
}

// newest returns the command of the newest PHP of this machine.
func newest(t testing.TB) []string {
	var best domain.RuntimeName
	all := phps(t)
	for name := range all {
		best = max(best, name)
	}
	return []string{all[best]}
}

// hasAttributes reports whether that PHP has attributes.
func hasAttributes(name domain.RuntimeName) bool { return name >= "php80" }

// project makes a folder with those files.
func project(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	writeAll(t, root, files)
	return root
}

func writeAll(t testing.TB, root string, files map[string]string) {
	for name, content := range files {
		file := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
	}
}

// withConfig adds a configuration that names the folder b and the bootstrap.
func withConfig(files map[string]string) map[string]string {
	if files["phpbench.json"] == "" {
		files["phpbench.json"] = `{"runner.path": "b"}`
	}
	return files
}

// read reads a suite that must be readable, with the newest PHP.
func read(t *testing.T, files map[string]string) *phpbench.Suite {
	t.Helper()
	s, err := phpbench.Read(context.Background(), project(t, withConfig(files)), phpbench.Config{PHP: newest(t)})
	require.NoError(t, err)
	return s
}

// readError returns why a suite cannot be read.
func readError(t *testing.T, files map[string]string) error {
	t.Helper()
	_, err := phpbench.Read(context.Background(), project(t, withConfig(files)), phpbench.Config{PHP: newest(t)})
	require.Error(t, err)
	return err
}

// slugs returns the slugs of the benchmarks.
func slugs(s *phpbench.Suite) (all []string) {
	for _, b := range s.Benchmarks {
		all = append(all, b.Slug)
	}
	return all
}
