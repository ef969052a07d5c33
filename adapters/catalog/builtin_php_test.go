package catalog_test

import (
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/catalog"
	"github.com/benchbus/benchbus/domain"
)

// TestBuiltinOnPHP executes every built-in benchmark on every PHP of this machine,
// twice in one process as in a batch. A benchmark must print nothing and must not change
// the variables of its set-up, and all members of a group must compute the same result.
func TestBuiltinOnPHP(t *testing.T) {
	all, err := catalog.Builtin()
	require.NoError(t, err)
	for name, command := range phps(t) {
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			type outcome struct {
				benchmark *domain.Benchmark
				result    string
			}
			free := make(chan struct{}, runtime.NumCPU())
			outcomes := make(chan outcome)
			waiting := 0
			for _, b := range all.All() {
				if !b.Supports(name) {
					continue
				}
				waiting++
				go func() {
					free <- struct{}{}
					defer func() { <-free }()
					outcomes <- outcome{b, resultOf(t, command, b)}
				}()
			}
			require.Positive(t, waiting)
			groups := map[string]map[string][]string{} // group, result, slugs
			for ; waiting > 0; waiting-- {
				o := <-outcomes
				if groups[o.benchmark.Group] == nil {
					groups[o.benchmark.Group] = map[string][]string{}
				}
				slugs := groups[o.benchmark.Group]
				slugs[o.result] = append(slugs[o.result], o.benchmark.Slug)
			}
			for group, slugs := range groups {
				if len(slugs) != 1 {
					t.Errorf("the members of group %s compute different results: %v", group, slugs)
				}
			}
		})
	}
}

// resultOf executes the benchmark and returns $result as text.
func resultOf(t *testing.T, command string, b *domain.Benchmark) string {
	script := `<?php
set_error_handler(function ($level, $message, $file, $line) {
    file_put_contents('php://stderr', "$message on line $line\n");
    exit(3);
});
$__before = array_keys(get_defined_vars());
$__made = array();
` + b.Setup + `
foreach (array_diff(array_keys(get_defined_vars()), $__before, array('__before', '__made', '__name')) as $__name) {
    if (!is_int($$__name)) { // a counter
        $__made[$__name] = print_r($$__name, true);
    }
}
for ($__run = 0; $__run < 2; ++$__run) {
    unset($result);
` + b.Code + `
    $__results[] = serialize($result);
}
foreach ($__made as $__name => $__value) {
    if (print_r($$__name, true) !== $__value) {
        file_put_contents('php://stderr', "the code has changed \$$__name of the set-up\n");
        exit(5);
    }
}
` + b.Teardown + `
if ($__results[0] !== $__results[1]) {
    file_put_contents('php://stderr', "the second run has another result\n");
    exit(4);
}
echo $__results[0];
`
	args := []string{"-d", "error_reporting=-1", "-d", "display_errors=stderr", "-d", "log_errors=0"}
	if b.Category != "json" {
		args = append(args, "-n") // no extension that can be absent
	}
	cmd := exec.Command(command, args...)
	cmd.Stdin = strings.NewReader(script)
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil || stderr.Len() > 0 {
		t.Errorf("%s: %v\n%s", b.Slug, err, stderr.String())
	}
	switch result := stdout.String(); result {
	case "", "N;", "i:0;", `s:0:"";`, "a:0:{}", "b:0;":
		t.Errorf("%s: the result %q proves nothing", b.Slug, result)
	}
	return stdout.String()
}

// phps returns the commands of the PHP on PATH and of those of the project, by runtime.
func phps(t *testing.T) map[domain.RuntimeName]string {
	candidates, err := filepath.Glob("../../.runtimes/*/bin/php")
	require.NoError(t, err)
	if path, err := exec.LookPath("php"); err == nil {
		candidates = append(candidates, path)
	}
	found := map[domain.RuntimeName]string{}
	for _, command := range candidates {
		command, err := filepath.Abs(command)
		require.NoError(t, err)
		version, err := exec.Command(command, "-n", "-r", "echo PHP_MAJOR_VERSION, PHP_MINOR_VERSION;").Output()
		if err != nil {
			t.Logf("%s does not start: %v", command, err)
			continue
		}
		name, ok := domain.ParseRuntimeName("php" + string(version))
		require.True(t, ok, "%s: version %q", command, version)
		found[name] = command
	}
	require.NotEmpty(t, found, "there is no PHP at all: install one, or put it on PATH")
	return found
}
