package php

import (
	"context"
	"strings"
	"testing"

	"github.com/benchbus/benchbus/domain"
	"github.com/stretchr/testify/require"
)

// TestNotices counts the notices of every PHP. None is printed, since that would exceed
// the limit on output.
func TestNotices(t *testing.T) {
	b := newBench(t, Config{OutputLimit: 1})
	check := func(name string, benchmark domain.Benchmark, want ...domain.Notice) {
		t.Helper()
		b.eachRuntime(t, func(t *testing.T, runtime domain.RuntimeName) {
			t.Run(name, func(t *testing.T) {
				warmup := 10
				it := b.iteration("")
				benchmark.Slug, benchmark.Revolutions, benchmark.Warmup = "test", 1000, &warmup
				it.Variants = domain.NewEntry(&benchmark, runtime).Variants
				m, err := b.Execute(context.Background(), it)
				require.NoError(t, err)
				require.Equal(t, want, m.Samples[0].Notices)
			})
		})
	}
	code := func(text string) domain.Benchmark { return domain.Benchmark{Code: text} }
	ok := "if (!$ok) { throw new Exception('wrong'); }"

	check("none", code(`$x = 1;`))
	check("deprecated", code("\ntrigger_error('old', E_USER_DEPRECATED);"), domain.Notice{Severity: "Deprecated", Count: 1010, Message: "old in code on line 2"})
	check("warning of PHP's own", code("$s = hex2bin('a');"),
		domain.Notice{Severity: "Warning", Count: 1010, Message: "hex2bin(): Hexadecimal input string must have an even length in code on line 1"})
	check("several", domain.Benchmark{Setup: "trigger_error('first', E_USER_NOTICE);", Code: "trigger_error('b', E_USER_WARNING);\n$s = hex2bin('a');\ntrigger_error('last');"},
		domain.Notice{Severity: "Notice", Count: 1011, Message: "first in setup on line 1"},
		domain.Notice{Severity: "Warning", Count: 2020, Message: "b in code on line 1"})
	check("long", code("trigger_error(\"a\\n\\x1b\\xff\" . str_repeat('ü', 600));"),
		domain.Notice{Severity: "Notice", Count: 1010, Message: "a \uFFFD" + strings.Repeat("ü", 83) + " … (cut) in code on line 1"})

	// Silenced errors are not counted.
	check("silenced", code("@trigger_error('old', E_USER_DEPRECATED); $e = error_get_last(); $ok = $e['message'] === 'old'; "+ok))
	check("nothing reported", domain.Benchmark{Setup: "error_reporting(0);", Code: "trigger_error('old');"})
	check("not reported, but it takes its time", domain.Benchmark{Setup: "error_reporting(E_ALL & ~E_USER_DEPRECATED);", Code: "trigger_error('old', E_USER_DEPRECATED);"},
		domain.Notice{Severity: "Deprecated", Count: 1010, Message: "old in code on line 1"})

	// The code's own handler gets them.
	check("own handler", domain.Benchmark{
		Setup: "$n = 0; $before = set_error_handler(function ($level, $message) use (&$n) { ++$n; return $message === 'mine'; }); $ok = is_callable($before);",
		Code:  "trigger_error('mine');", Teardown: "$ok = $ok && $n === 1010; " + ok,
	})
	check("own handler for a while", code("set_error_handler(function () { return true; }); trigger_error('mine'); restore_error_handler(); trigger_error('ours');"),
		domain.Notice{Severity: "Notice", Count: 1010, Message: "ours in code on line 1"})
	check("own handler that throws", code("set_error_handler(function ($n, $m) { throw new ErrorException($m); }); try { trigger_error('x'); } catch (ErrorException $e) {} restore_error_handler();"))
}

// TestSilencedErrorsAreMeasuredAsPHPAloneTreatsThem: the harness removes its own handler
// before the batch if it counted nothing, but no other handler.
func TestSilencedErrorsAreMeasuredAsPHPAloneTreatsThem(t *testing.T) {
	b := newBench(t, Config{})
	b.eachRuntime(t, func(t *testing.T, runtime domain.RuntimeName) {
		check := func(setup, code, want string) {
			t.Helper()
			warmup := 1
			it := b.iteration(code+` $h = set_error_handler('strlen'); restore_error_handler();
				file_put_contents($out, $h === null ? 'none ' : (is_array($h) ? 'ours ' : 'own '), FILE_APPEND);`, runtime)
			benchmarkOf(it).Setup, benchmarkOf(it).Warmup, benchmarkOf(it).Revolutions = setup, &warmup, 2
			require.Equal(t, want, b.output(t, it))
		}
		check("", "", "ours ours ours ")
		check("", "@trigger_error('x');", "ours none none ")
		check("", "@trigger_error('x'); trigger_error('y');", "ours ours ours ")
		own := "set_error_handler(function () { return true; });"
		check("@trigger_error('x'); "+own, "", "own own own ")
		check("@trigger_error('x'); "+own, "restore_error_handler(); "+own, "own own own ")
	})
}

// An error that ends the script is not a notice.
func TestFatalErrorsStayFatal(t *testing.T) {
	b := newBench(t, Config{})
	b.eachRuntime(t, func(t *testing.T, runtime domain.RuntimeName) {
		it := b.iteration("trigger_error('before');\ntrigger_error('fatal', E_USER_ERROR);", runtime)
		f := b.failure(t, it, domain.ClassCode)
		require.Contains(t, f.Message, "fatal in code on line 2")
		require.Contains(t, f.Output, "Notice: before in code on line 1\n", "it may be the reason")
	})
}

// Code that clears all variables clears the loop's too.
func TestClearedVariables(t *testing.T) {
	b := newBench(t, Config{})
	throwing := "set_error_handler(function ($n, $m) { throw new ErrorException($m); });"
	b.eachRuntime(t, func(t *testing.T, runtime domain.RuntimeName) {
		for setup, code := range map[string]string{
			"":       "foreach (array_keys(get_defined_vars()) as $v) unset($$v);",
			"1;":     "foreach (array_keys($GLOBALS) as $v) { if ($v !== 'GLOBALS') { unset($GLOBALS[$v]); } }",
			"2;":     "foreach (array_keys(get_defined_vars()) as $v) { $$v = null; }",
			throwing: "foreach (array_keys(get_defined_vars()) as $v) unset($$v);",
		} {
			it := b.iteration(code, runtime)
			benchmarkOf(it).Setup = setup
			require.Contains(t, b.failure(t, it, domain.ClassCode).Message, "the code unset the variables that count its revolutions", code)
			benchmarkOf(it).Revolutions = 0
			require.Contains(t, b.failure(t, it, domain.ClassCode).Message, "in the calibration: the code unset the variables", code)
		}
		it := b.iteration("$x = 1;", runtime)
		benchmarkOf(it).Setup = "foreach (array_keys(get_defined_vars()) as $v) unset($$v);"
		benchmarkOf(it).Teardown = benchmarkOf(it).Setup
		_, err := b.Execute(context.Background(), it)
		require.NoError(t, err, "before and after the loop there is nothing to clear")
	})
}
