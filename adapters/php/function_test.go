package php

import (
	"slices"
	"strings"
	"testing"

	"github.com/benchbus/benchbus/domain"
	"github.com/stretchr/testify/require"
)

// TestScope: code runs in a function where that makes no difference, and else at global
// scope, where it finds what it looks for; the environment says which. Each benchmark
// checks by itself that it gets what it gets at global scope.
func TestScope(t *testing.T) {
	b := newBench(t, Config{})
	ok := " if (!$ok) { throw new Exception('wrong'); }"
	check := func(scope string, benchmark domain.Benchmark) {
		t.Helper()
		benchmark.Slug, benchmark.Revolutions = "test", 3
		eachScope(t, benchmark, func(t *testing.T, benchmark domain.Benchmark) {
			b.eachRuntime(t, func(t *testing.T, runtime domain.RuntimeName) {
				it := b.iteration("")
				it.Variants = domain.NewEntry(&benchmark, runtime).Variants
				m, err := b.Execute(t.Context(), it)
				require.NoError(t, err, benchmark.Code)
				require.Empty(t, m.Samples[0].Notices, benchmark.Code)
				want := scope
				if strings.Contains(t.Name(), "/global") {
					want = "global"
				}
				require.Equal(t, want, m.Environments[0].Get("scope"), benchmark.Code)
			})
		})
	}
	function := func(setup, code, teardown string) {
		t.Helper()
		check("function", domain.Benchmark{Setup: setup, Code: code, Teardown: teardown})
	}
	global := func(setup, code, teardown string) {
		t.Helper()
		check("global", domain.Benchmark{Setup: setup, Code: code, Teardown: teardown})
	}

	function("", "", "")
	function("$a = 1;", "$b = isset($b) ? $b + $a : 1;", "$ok = $b === 4;"+ok) // warm-up included
	function("$a = [3, 1, 2]; $b = &$a[0];", "sort($a); $c = &$b; ++$c;", "$ok = count($a) === 3 && $b === $c;"+ok)
	function("$n = 0; $f = function () use (&$n) { return ++$n; };", "$f();", "$ok = $n === 4;"+ok)
	function("", "static $n = 0; $m = ++$n;", "$ok = $m === 4;"+ok)
	function("$a = null; $b = 1;", "$ok = $a === null && isset($b); unset($b); $b = 2;"+ok, "$ok = !isset($c);"+ok)
	function("class A { function f() { return isset($this) && func_get_args() === [1] && __FUNCTION__ === 'f'; } } $o = new A;", "$ok = !isset($this) && $o->f(1);"+ok, "")
	function("function g() { $a = 1; yield compact('a'); } function f() { ${'x'} = 1; $n = 'y'; $$n = 2; return get_defined_vars(); }",
		"foreach (g() as $v) {} $ok = $v === ['a' => 1] && f() === ['x' => 1, 'n' => 'y', 'y' => 2];"+ok, "")
	function("namespace A; use ArrayObject as B; class C {}", "namespace A; use ArrayObject as B; $o = new B; $ok = __NAMESPACE__ === 'A' && new C;"+ok, "namespace A; new B;")
	function("", "const A = 1; class B implements Countable { function count(): int { return A; } } $ok = count(new B) === 1;"+ok, "")
	function("$a = 1;", "function f() { return 1; } class A { const B = 1; } $ok = f() === A::B;"+ok, "class C {} new C;")
	function("$a = '$x global';", `$ok = "a global $a" === 'a global $x global';`+ok, "")

	global("$a = 1; function f() { global $a; return ++$a; }", "f();", "$ok = $a === 5;"+ok)
	global("$a = 1; class A { static function f() { return ++$GLOBALS['a']; } }", "A::f();", "$ok = $a === 5;"+ok)
	global("$a = 1; $f = function () { return \"{$GLOBALS['a']}\"; };", "$ok = $f() === '1';"+ok, "")
	global("$a = 1; eval('function f() { global $a; return $a; }');", "$ok = f() === 1;"+ok, "")
	global("file_put_contents('f.php', '<?php $a = 1; function f() { global $a; return $a; }'); require 'f.php';", "$ok = f() === $a;"+ok, "")
	global("$a = 1;", "$ok = compact('a') === ['a' => 1] && extract(['b' => 2]) && $b === 2;"+ok, "")
	global("", "$ok = isset($argc) && is_array($argv);"+ok, "")
	global("", "$ok = \"$argc\" === '1';"+ok, "")
	global("$n = 'argc';", "$ok = $$n === 1;"+ok, "")
	global("$n = 'argc';", "$ok = \"{$$n}\" === '1';"+ok, "")
	global("", "$ok = ${'argc'} === 1;"+ok, "")
	global("", "$ok = array_key_exists('argc', get_defined_vars());"+ok, "")
	global("", "$ok = __FUNCTION__ === '' && __METHOD__ === '';"+ok, "")
	global("function f() { return count(debug_backtrace()); } $n = f();", "$ok = f() === $n && $n === 2;"+ok, "")
	global("namespace A; $a = __NAMESPACE__;", "$ok = $a === 'A' && __NAMESPACE__ === '';"+ok, "")
	global("$o = new ArrayIterator([]);", "use SplStack as ArrayIterator; $ok = new ArrayIterator != $o;"+ok, "")
	global("$a = 1; define('A', $a);", "const B = A + 1; $ok = B === 2;"+ok, "")
	global("spl_autoload_register(function ($c) { class_alias('P', $c); }); class P {}", "class A extends B {} $ok = new A instanceof P;"+ok, "")
}

// TestOpcacheComputesNothingAhead: opcache knows what the setup assigns, and that nobody
// reads the result. The code does its work all the same.
func TestOpcacheComputesNothingAhead(t *testing.T) {
	b := newBench(t, Config{})
	for _, r := range b.Runtimes() {
		if !slices.Contains(r.Extensions, "Zend OPcache") {
			continue
		}
		it := b.iteration("$length = strlen($text); $twice = 2 * $number;", r.Name)
		benchmarkOf(it).Setup, benchmarkOf(it).Teardown = "$text = 'abc'; $number = 21;", "exit(1);"
		it.Variants[0].Settings = domain.Settings{{Name: "opcache.opt_debug_level", Value: "0x20000"}} // prints the code
		optimised := b.failure(t, it, domain.ClassCode).Output
		require.Regexp(t, `CV\d+\(\$length\) = STRLEN CV\d+\(\$text\)`, optimised)
		require.Regexp(t, `(T\d+|CV\d+\(\$twice\)) = MUL CV\d+\(\$number\) int\(2\)`, optimised)
	}
}
