package php

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"testing"

	"github.com/benchbus/benchbus/domain"
	"github.com/stretchr/testify/require"
)

// TestDeclarations runs code that PHP accepts once, many times in one process,
// on every PHP that knows its syntax. It must not make PHP complain, either.
func TestDeclarations(t *testing.T) {
	b := newBench(t, Config{})
	check := func(name string, since domain.RuntimeName, benchmark domain.Benchmark) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			benchmark.Slug, benchmark.Revolutions = "test", 3
			eachScope(t, benchmark, func(t *testing.T, benchmark domain.Benchmark) {
				b.eachRuntime(t, func(t *testing.T, runtime domain.RuntimeName) {
					it := b.iteration("")
					it.Variants = domain.NewEntry(&benchmark, runtime).Variants
					m, err := b.Execute(context.Background(), it)
					if runtime < since {
						require.Equal(t, domain.ClassCode, domain.FailureOf(err, 1).Class)
						return
					}
					require.NoError(t, err)
					require.Empty(t, m.Samples[0].Notices)
				})
			})
		})
	}
	code := func(text string) domain.Benchmark { return domain.Benchmark{Code: text} }
	assert := "if (!$ok) { throw new Exception('wrong'); }"

	check("function", "", code(`$ok = f() === 2; `+assert+` function f() { return 1 + 1; }`))
	check("class family", "", code(`
		interface I {} abstract class A implements I { abstract function f(); }
		trait T { function g() { return 1; } } final class C extends A { use T; function f() { return $this->g(); } }
		$c = new C; $ok = $c->f() === 1; `+assert))
	check("class before its parent", "", code(`class B extends A {} class A {} $ok = new B instanceof A; `+assert))
	check("constants", "", code(`const A = 1, B = A + 1; define('C', B + 1); \define('D', strlen('abc')); $ok = A + B + C + D === 9; `+assert))
	check("constants from variables", "", code(`$n = 4; define('E', $n); define('F', E + 1); $ok = F === 5; `+assert))
	check("defined on a condition", "", code(`if (!defined('G')) define('G', 1); if (true) { define('H', 2); } else define('H', 3); $ok = G + H === 3; `+assert))
	check("declared in blocks", "", code(`
		if (true) { function f() { return 1; } class A {} interface I {} trait T {} }
		foreach ([1] as $x): function g() { return 2; } endforeach;
		switch (1) { case 1: function h() { return 3; } }
		$ok = f() + g() + h() === 6 && new A; `+assert))
	check("declared in functions", "", code(`
		function outer() { function inner() { return 1; } class Inner { function m() { function innermost() { return 2; } } } }
		outer(); $o = new Inner; $o->m(); $ok = inner() + innermost() === 3; `+assert))
	check("class of a class made at run time", "", code(`
		class A {} if (!class_exists('B')) { class_alias('A', 'B'); } class C extends B {} $ok = new C instanceof A; `+assert))
	check("autoloaded parent", "", domain.Benchmark{
		Setup: `spl_autoload_register(function ($c) { eval("class $c {}"); });`,
		Code:  `class C extends P {} $ok = new C instanceof P; ` + assert,
	})
	check("global variables", "", domain.Benchmark{
		Setup:    `$a = 1; function setupF() { global $a; return $a; }`,
		Code:     `$b = 2; function codeF() { global $a, $b; return $a + $b + setupF(); } $ok = codeF() === 4; ` + assert,
		Teardown: `function teardownF() { return $GLOBALS['a']; } if (teardownF() !== 1 || codeF() !== 4) { throw new Exception; }`,
	})
	check("generators, statics, references", "", code(`
		function g() { for ($i = 0; $i < 3; $i++) { yield $i; } } function &r(&$x) { return $x; } function s() { static $n = 0; return ++$n; }
		$sum = 0; foreach (g() as $v) { $sum += $v; } $y = &r($sum); $ok = $y === 3 && s() > 0; `+assert))
	check("closures and anonymous classes", "", code(`
		$f = function () { return 1; }; $o = new class { public $a = 1; function class() { return static::class; } };
		$ok = $f() + $o->a === 2 && $o->class(); `+assert))
	check("namespace and imports", "", domain.Benchmark{
		Setup: "declare(strict_types=1);\nnamespace App;\nuse ArrayObject as Objects;\nclass Model {}",
		Code: `namespace App; use ArrayObject as Objects; use function strlen as length; const X = 1;
			function f() { if (true) { function nested() { return __FUNCTION__; } } return nested(); }
			$ok = f() === 'App\nested' && length('abc') + X === 4 && new Objects && new Model && \App\X === 1; ` + assert,
		Teardown: "namespace App; new Objects; f();",
	})
	check("the same imports in other words", "", domain.Benchmark{
		Setup: "namespace A { class B {} class C {} function f() { return 1; } const D = 1; const d = 2; }\n" +
			"namespace { use A\\{B, // one\nC as E}; use function A\\f; use const A\\D; }",
		Code: `use A\B; use \a\c as e, A\C as Other; use function A\{F}; use const A\{D, d as lower}; $ok = new B && new E && new Other && f() + D + lower === 4; ` + assert,
	})
	check("namespaces in braces", "", code(`namespace A { class X { const Y = 3; } function f() { return 4; } } namespace { $ok = A\X::Y + A\f() === 7; `+assert+` }`))
	check("several namespaces", "", code(`namespace A; class X { const Y = 3; } namespace B; $ok = \A\X::Y === 3; `+assert))
	check("only setup has a namespace", "", domain.Benchmark{Setup: `namespace A; class X {} $x = new X;`, Code: `$ok = get_class($x) === 'A\X'; ` + assert})
	check("heredocs and braces in strings", "", code("$a = ['k' => 'v']; $s = <<<END\n} {$a['k']} function f() {\nEND;\n$n = <<<'X'\n{$ }\nX;\n$ok = $s === '} v function f() {' && \"{$a[\"k\"]}}\" === 'v}'; "+assert))
	check("inline HTML", "", code("?>\n<p>{</p>\n<?php $ok = true; "+assert+" ?>\nend"))
	check("comment at the end", "", code("$ok = true; "+assert+" // the end"))
	check("continue", "", code("$ok = true; continue; nope();"))
	check("enum, readonly, match, attributes", "php81", code(`
		#[Attribute] final class At {} enum Suit: string { case A = 'a'; #[At] const B = self::A; function label(): string { return match ($this) { self::A => 'x' }; } }
		class P { public function __construct(public readonly int $x) {} } function f(P $p): Suit { return Suit::from('a'); }
		$ok = f(new P(x: 1))->label() === 'x' && Suit::A::class === 'Suit'; `+assert))
	check("readonly class", "php82", code(`final readonly class R { public function __construct(public int $x) {} } $ok = (new R(1))?->x === 1; `+assert))
	check("property hooks", "php84", code(`class H { public string $p { get => 'x'; set(string $v) { $this->p = $v; } } } $ok = (new H)->p === 'x'; `+assert))
}

// PHP ends lines in three ways, and counts them.
func TestLinesOfEveryEnd(t *testing.T) {
	b := newBench(t, Config{})
	for _, end := range []string{"\n", "\r\n", "\r"} {
		it := b.iteration("$s = '" + end + "';" + end + "// comment" + end + "/*" + end + "*/ nope();")
		benchmarkOf(it).Setup = "$a = 1;" + end + "function f() {}" + end + "$b = 2;"
		require.Contains(t, b.failure(t, it, domain.ClassCode).Message, "code:5", "%q", end)
	}
}

// TestOrderOfParts runs setup, code and teardown in the order of the words.
func TestOrderOfParts(t *testing.T) {
	b := newBench(t, Config{})
	warmup := 1
	it := b.iteration(`file_put_contents($out, 'code ', FILE_APPEND);`)
	benchmarkOf(it).Warmup, benchmarkOf(it).Revolutions = &warmup, 2
	benchmarkOf(it).Setup = `file_put_contents($out, 'setup ', FILE_APPEND);`
	benchmarkOf(it).Teardown = `file_put_contents($out, 'teardown', FILE_APPEND);`
	require.Equal(t, "setup code code code teardown", b.output(t, it))
}

func TestGarbage(t *testing.T) {
	b := newBench(t, Config{})
	b.eachRuntime(t, func(t *testing.T, name domain.RuntimeName) {
		it := b.iteration(`file_put_contents($out, gc_enabled() ? 'on ' : 'off ', FILE_APPEND);`, name)
		warmup := 1
		benchmarkOf(it).Warmup, benchmarkOf(it).Revolutions = &warmup, 2
		require.Equal(t, "on on on ", b.output(t, it), "as in any script")
		it.Variants[0].Settings = domain.Settings{{Name: "zend.enable_gc", Value: "0"}}
		require.Equal(t, "off off off ", b.output(t, it))

		it = b.iteration(`if (!isset($seen)) { $seen = gc_collect_cycles(); file_put_contents($out, $seen); }`, name)
		none := 0
		benchmarkOf(it).Warmup, benchmarkOf(it).Setup = &none, `$a = new stdClass; $a->a = $a; unset($a);`
		require.Equal(t, "0", b.output(t, it), "the garbage of the setup is gone before the batch")
	})
}

// TestHarnessSyntax restricts the harness to the syntax and functions of PHP 5.6, and to
// extensions that are always present.
func TestHarnessSyntax(t *testing.T) {
	for _, newer := range []string{"??", "hrtime as", "intdiv", "json_", "preg_", "declare(", "): ", "fn(", "?->", "_000"} {
		require.NotContains(t, harness, newer)
	}
	b := newBench(t, Config{Ini: "none"})
	b.eachRuntime(t, func(t *testing.T, name domain.RuntimeName) {
		it := b.iteration(`$x = 1;`, name)
		_, err := b.Execute(context.Background(), it)
		require.NoError(t, err)
	})
}

// TestMicrotime uses the clock of PHP before 7.3, by hiding the newer one.
func TestMicrotime(t *testing.T) {
	original := harness
	t.Cleanup(func() { harness = original })
	b := newBench(t, Config{})
	it := b.iteration(`usleep(2000);`)
	harness = replaceOnce(t, harness, "function_exists('hrtime')", "false")
	m, err := b.Execute(context.Background(), it)
	require.NoError(t, err)
	require.Equal(t, "microtime", m.Samples[0].Timer)
	require.Greater(t, m.Samples[0].Value(domain.ClockWall), 1.9e6)
	require.Less(t, m.Samples[0].Value(domain.ClockWall), 1e9)
}

// TestOpcache uses an ini file that switches opcache on. Opcache must optimise the script
// although the file is new.
func TestOpcache(t *testing.T) {
	hasOpcache := func(r domain.Runtime) bool { return slices.Contains(r.Extensions, "Zend OPcache") }
	runtimes := newBench(t, Config{}).Runtimes()
	i := slices.IndexFunc(runtimes, hasOpcache)
	require.GreaterOrEqual(t, i, 0, "no PHP here has opcache")
	// An unpacked runtime has its modules elsewhere than it was built to look.
	command := runtimes[i].Command
	dir, err := exec.Command(command[0], append(slices.Clone(command[1:]), "-r", "echo ini_get('extension_dir');")...).Output()
	require.NoError(t, err)
	ini := t.TempDir() + "/php.ini"
	require.NoError(t, os.WriteFile(ini, []byte("zend_extension="+string(dir)+"/opcache.so\nopcache.enable_cli=1\n"), 0o600))
	b := newBench(t, Config{Ini: ini, Commands: map[domain.RuntimeName][]string{runtimes[i].Name: command}})
	i = slices.IndexFunc(b.Runtimes(), func(r domain.Runtime) bool { return r.Name == runtimes[i].Name && hasOpcache(r) })
	require.GreaterOrEqual(t, i, 0, "opcache is not loaded")
	it := b.iteration(`$status = opcache_get_status(); file_put_contents($out, isset($status['scripts'][__FILE__]) ? 'cached' : 'not');`, b.Runtimes()[i].Name)
	require.Equal(t, "cached", b.output(t, it))
}
