package phpbench_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/phpbench"
	"github.com/benchbus/benchbus/domain"
)

// TestParametersThatBenchmarksCannotCarry lets the providers make them in each process.
func TestParametersThatBenchmarksCannotCarry(t *testing.T) {
	files := withConfig(map[string]string{"b/HeavyBench.php": `<?php
class HeavyBench {
    function sets() {
        yield 'small' => array(5 => 'a');
        yield 'closure' => array(5 => function () { return 'called'; });
        yield 'large' => array(5 => str_repeat('x', 2000000));
        throw new LogicException('nobody asks for more');
    }
    static function more() { return array('one' => array('more' => 1), 'two' => array('more' => 2)); }
    /** @ParamProviders("finite") */
    function benchHeavy(array $p) { fwrite(STDOUT, is_string($p[5]) ? strlen($p[5]) : $p[5]()); }
    /** @ParamProviders({"finite", "more"}) @BeforeMethods("before") */
    function benchBoth(array $p) { fwrite(STDOUT, $p['more']); }
    function before(array $p) { if (count($p) !== 2) { throw new LogicException('they have not come'); } }
    function finite() { foreach ($this->sets() as $name => $set) { yield $name => $set; if ($name === 'large') { return; } } }
}`})
	eachPHP(t, func(t *testing.T, _ domain.RuntimeName, command []string) {
		root := project(t, files)
		s, err := phpbench.Read(context.Background(), root, phpbench.Config{PHP: command})
		require.NoError(t, err)
		require.Empty(t, s.Refused)
		printed := map[string]string{}
		for _, b := range s.Benchmarks {
			require.Less(t, len(b.Setup), 10_000, b.Slug)
			printed[b.Slug] = execute(t, command, root, b)
		}
		require.Equal(t, map[string]string{
			"heavy.heavy.small": "111", "heavy.heavy.closure": "calledcalledcalled", "heavy.heavy.large": "200000020000002000000",
			"heavy.both.small-one": "111", "heavy.both.closure-one": "111", "heavy.both.large-one": "111",
			"heavy.both.small-two": "222", "heavy.both.closure-two": "222", "heavy.both.large-two": "222",
		}, printed)
		texts := map[string]int{}
		for _, n := range s.Notes {
			texts[n.Text] = n.Count
		}
		require.Equal(t, map[string]int{
			"its providers make the parameters anew in each process, before what is measured: Exception: Serialization of 'Closure' is not allowed": 3,
			"its providers make the parameters anew in each process, before what is measured: a benchmark can carry 983040 bytes of them":           3,
		}, texts)
	})
}

func TestProviderThatGivesLessThanItGave(t *testing.T) {
	command := newest(t)
	root := project(t, withConfig(map[string]string{"b/LessBench.php": `<?php
class LessBench {
    function sets() { return is_file(__DIR__ . '/gone') ? array() : array(array(function () {})); }
    /** @ParamProviders("sets") */
    function benchIt($p) {}
}`}))
	s, err := phpbench.Read(context.Background(), root, phpbench.Config{PHP: command})
	require.NoError(t, err)
	require.Len(t, s.Benchmarks, 1)
	writeAll(t, root, map[string]string{"b/gone": ""})
	file := filepath.Join(t.TempDir(), "script.php")
	require.NoError(t, os.WriteFile(file, []byte(script(s.Benchmarks[0], s.Benchmarks[0].Setup, "", "")), 0o600))
	cmd := exec.Command(command[0], "-d", "display_errors=stderr", "-d", "log_errors=0", file)
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), "the provider sets gives fewer parameter sets than when the suite was read")
}
