package source

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// shape renders the pieces of split source, one per line.
func shape(s Source) string {
	var out []string
	add := func(role string, pieces []Piece) {
		for _, p := range pieces {
			out = append(out, role+" "+p.Text)
		}
	}
	add("directive", s.Directives)
	for _, b := range s.Blocks {
		if b.Namespace != "" {
			out = append(out, "namespace "+b.Namespace)
		}
		for _, i := range b.Imports {
			add("import", []Piece{i.Piece})
		}
		add("declare", b.Declarations)
		add("body", b.Body)
		if b.HTML {
			out = append(out, "html")
		}
	}
	return strings.Join(out, "\n")
}

func TestSplit(t *testing.T) {
	check := func(name, src string, want ...string) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			got, err := Split(src)
			require.NoError(t, err)
			require.Equal(t, strings.Join(want, "\n"), shape(got))
		})
	}

	check("nothing", "")
	check("only comments", "/* function f() {} */ # class A {}")
	check("statements alone", `$a = 1; echo $a;`, `body $a = 1; echo $a;`)

	// Declarations at the top level are taken out whole.
	check("function", `$a = 1; function f($x) { return [$x]; } f(1);`,
		`declare function f($x) { return [$x]; }`, `body $a = 1; `, `body f(1);`)
	check("function returning a reference", `function &f() {}`, `declare function &f() {}`)
	check("keyword in any case", `FUNCTION F() {} CLASS A {} CONST X = 1;`,
		`declare FUNCTION F() {}`, `declare CLASS A {}`, `declare CONST X = 1;`)
	check("doc comment", "/** Says what. */ function f() {}\n// no doc comment\nfunction g() {}",
		"declare /** Says what. */ function f() {}", "declare function g() {}")
	check("attributes", "#[A(1, [2])] #[B]\nfinal class C {} #[D] function f(#[E] $x) {}",
		"declare #[A(1, [2])] #[B]\nfinal class C {}", "declare #[D] function f(#[E] $x) {}")
	check("class of every kind", `abstract class A {} final class B extends A implements I, J {} readonly class C {} final readonly class D {}`,
		`declare abstract class A {}`, `declare final class B extends A implements I, J {}`,
		`declare readonly class C {}`, `declare final readonly class D {}`)
	check("interface, trait, enum", `interface I extends J {} trait T {} enum E {} enum F: string implements I { case A = 'a'; }`,
		`declare interface I extends J {}`, `declare trait T {}`, `declare enum E {}`,
		`declare enum F: string implements I { case A = 'a'; }`)
	check("members named like keywords", `class A { const CLASS_ = 1; function class() { return 1; } static function function() {} function enum($x) { return $x; } } $x = 1;`,
		`declare class A { const CLASS_ = 1; function class() { return 1; } static function function() {} function enum($x) { return $x; } }`, `body $x = 1;`)
	check("property hooks", `class A { public string $p { get { return 'x'; } set(string $v) { $this->p = $v; } } use T { a as b; } } f();`,
		`declare class A { public string $p { get { return 'x'; } set(string $v) { $this->p = $v; } } use T { a as b; } }`, `body f();`)
	check("hooks of a promoted parameter", `class A { function __construct(public string $p { get => 'x'; }) { $this->p; } } f();`,
		`declare class A { function __construct(public string $p { get => 'x'; }) { $this->p; } }`, `body f();`)
	check("constants", `const A = 1, B = [1, 2]; const C = A; echo C;`,
		`declare const A = 1, B = [1, 2];`, `declare const C = A;`, `body echo C;`)
	check("define", `define('A', 1); \define("B", strlen('x') + A); echo B;`,
		`declare define('A', 1);`, `declare \define("B", strlen('x') + A);`, `body echo B;`)
	check("declaration before a close tag", `const A = 1 ?> text <?php f();`,
		`declare const A = 1;`, `body ?> text <?php f();`)

	// Code that only looks like a declaration stays.
	for _, src := range []string{
		`$f = function ($x) { return $x; };`, `$f = function &($x) { return $x; };`, `$f = static function () {};`,
		`$f = fn($x) => $x;`, `$o = new class { public $a; function f() {} };`, `$o = new class(1, [2]) extends A implements B { function f() {} };`,
		`$o = new readonly class {};`, `$o = new #[A] class {};`, `echo Foo::class, $x::class;`, `$x->function(); $x->class = 1; $x?->interface->trait;`,
		`Foo::function(); Foo::CLASS; Foo :: enum;`, `enum(1); $enum = enum; echo $class, $function;`, `f(class: 1, function: 2, enum: 3);`,
		`$s = "function f() {} class A {}"; $t = 'const X = 1;'; // class B {}`, "$h = <<<A\nfunction f() {}\nA;", "$h = <<<'A'\nclass C { {$\nA;",
		`$x = $y instanceof Foo;`, `$r = match (true) { $x::class === 'a' => 1, default => 2 };`, `$x = (object) ['class' => 1];`,
		`$x->__halt_compiler; $__halt_compiler = '__halt_compiler'; ?> __halt_compiler(); <?php // <?php`,
		`readonly(1); abstract_(2);`, "`class A {}`;", `f(/* function f() {} */); # class A {}`, `$a = "{$b['function']} ${c} $d[class] \{$e}";`,
	} {
		check(src, src, "body "+src)
	}

	// Inside of blocks and functions, declarations are met again: they get a condition.
	check("function in a block", `if ($x) { function f() { return 1; } }`,
		`body if ($x) { if (!\function_exists(__NAMESPACE__ . '\f')) { function f() { return 1; } } }`)
	check("two of them, without a gap", `{function f(){}function g(){}}`,
		`body {if (!\function_exists(__NAMESPACE__ . '\f')) { function f(){} }if (!\function_exists(__NAMESPACE__ . '\g')) { function g(){} }}`)
	check("class in a function", `function f() { abstract class A {} interface I {} trait T {} enum E {} }`,
		`declare function f() { if (!\class_exists(__NAMESPACE__ . '\A', false)) { abstract class A {} }`+
			` if (!\interface_exists(__NAMESPACE__ . '\I', false)) { interface I {} }`+
			` if (!\trait_exists(__NAMESPACE__ . '\T', false)) { trait T {} }`+
			` if (!\class_exists(__NAMESPACE__ . '\E', false)) { enum E {} } }`)
	check("function in a method and in a closure", `class A { function m() { function f() {} } } $c = function () { function g() {} };`,
		`declare class A { function m() { if (!\function_exists(__NAMESPACE__ . '\f')) { function f() {} } } }`,
		`body $c = function () { if (!\function_exists(__NAMESPACE__ . '\g')) { function g() {} } };`)
	check("in a method of an anonymous class", `f(new class(1) { function m() { function f() {} } });`,
		`body f(new class(1) { function m() { if (!\function_exists(__NAMESPACE__ . '\f')) { function f() {} } } });`)
	check("alternative syntax", `if ($x): function f() {} elseif ($y): foreach ($z as $a): endforeach; class A {} endif; function g() {}`,
		`declare function g() {}`,
		`body if ($x): if (!\function_exists(__NAMESPACE__ . '\f')) { function f() {} } elseif ($y): foreach ($z as $a): endforeach; if (!\class_exists(__NAMESPACE__ . '\A', false)) { class A {} } endif; `)
	check("define of a variable", `define('A', $x); define('B', "$x"); if ($y) define('C', 1); else define('D', 2); f(define('E', 1));`,
		`body \defined('A') || define('A', $x); \defined('B') || define('B', "$x"); if ($y) \defined('C') || define('C', 1); else \defined('D') || define('D', 2); f(define('E', 1));`)
	check("define of what is defined in place", `define('A', $x); define('B', A + 1); define('C', 1);`,
		`declare define('C', 1);`, `body \defined('A') || define('A', $x); \defined('B') || define('B', A + 1); `)
	check("define of a computed name", `define('A' . $i, 1); define($n, 1);`, `body define('A' . $i, 1); define($n, 1);`)
	check("class that needs what was made at run time", `class_alias('A', 'B'); class C extends B {} class D {} class E { use T; }`,
		`declare class D {}`,
		`body class_alias('A', 'B'); if (!\class_exists(__NAMESPACE__ . '\C', false)) { class C extends B {} } `,
		`body if (!\class_exists(__NAMESPACE__ . '\E', false)) { class E { use T; } }`)

	// Some statements must be at the top of a file.
	check("directives and imports", "declare(strict_types=1);\nuse A\\B;\nuse function A\\{b, c};\nuse const D;\n$f = function () use ($x) {}; declare(ticks=1);",
		`directive declare(strict_types=1);`, `import use A\B;`, `import use function A\{b, c};`, `import use const D;`,
		`body $f = function () use ($x) {}; declare(ticks=1);`)
	check("namespace", "namespace A\\B;\nfunction f() {}\nf(); namespace\\f();",
		`namespace A\B`, `declare function f() {}`, `body f(); namespace\f();`)
	check("several namespaces", "namespace A; class X {} namespace B; $y = new \\A\\X;",
		`namespace A`, `declare class X {}`, `namespace B`, `body $y = new \A\X;`)
	check("namespaces in braces", "namespace A { use C\\D; class X {} } namespace { function f() {} f(); }",
		`namespace A`, `import use C\D;`, `declare class X {}`, `declare function f() {}`, `body f(); `)

	// Outside of PHP tags.
	check("inline HTML", `?><p>function f() {}</p><?php f() ?>end`, `body ?><p>function f() {}</p><?php f() ?>end`, "html")
	check("line comment before a close tag", "f(); // don't ?> it's <?= 'x' ?>\n", "body f(); // don't ?> it's <?= 'x' ?>\n", "html")
	check("comment of old", "f(); #[ don't\ng();", "body f(); #[ don't\ng();")
}

func TestLines(t *testing.T) {
	s, err := Split("\n$a = 1;\nfunction f() {\n}\n\n$b = 2;\n")
	require.NoError(t, err)
	require.Equal(t, 3, s.Blocks[0].Declarations[0].Line)
	require.Equal(t, 2, s.Blocks[0].Body[0].Line)
	require.Equal(t, 6, s.Blocks[0].Body[1].Line)
}

// PHP's lines end by a line feed, a carriage return, or both.
func TestLinesOfEveryEnd(t *testing.T) {
	s, err := Split("\r$a = 1;\r\nfunction f() {\r}\n\r$b = 2;")
	require.NoError(t, err)
	require.Equal(t, 3, s.Blocks[0].Declarations[0].Line)
	require.Equal(t, 2, s.Blocks[0].Body[0].Line)
	require.Equal(t, 6, s.Blocks[0].Body[1].Line)
	require.Equal(t, 5, Breaks("\r$a = 1;\r\nfunction f() {\r}\n\r$b = 2;"))
}

func TestImports(t *testing.T) {
	check := func(src string, want ...string) {
		t.Helper()
		s, err := Split(src)
		require.NoError(t, err)
		var got []string
		for _, i := range s.Blocks[0].Imports {
			for _, n := range i.Names {
				got = append(got, n.Statement())
			}
		}
		require.Equal(t, want, got, src)
	}
	check(`use A\B; use \C, D as E;`, `use A\B as B;`, `use C as C;`, `use D as E;`)
	check(`use A\{B, C\D as E, function f, const /* , */ G,};`, `use A\B as B;`, `use A\C\D as E;`, `use function A\f as f;`, `use const A\G as G;`)
	check("USE Function A\\{b, // b\n\tc};use const D ?>", `use function A\b as b;`, `use function A\c as c;`, `use const D as D;`)
	check(`use function\f; use A as const;`, `use function\f as f;`, `use A as const;`)
	for _, wrong := range []string{`use A B;`, `use A\{B;};`, `use A as;`, `use $a;`, `use A\{B\{C}};`, `use A,,B;`, `use A\{B} C;`, `use;`} {
		check(wrong)
	}

	same := func(a, b Name) { t.Helper(); require.True(t, a.Same(b)) }
	differ := func(a, b Name) { t.Helper(); require.False(t, a.Same(b)) }
	same(Name{"", `A\B`, "B"}, Name{"", `a\b`, "b"})
	same(Name{"const", `A\B`, "B"}, Name{"const", `a\B`, "B"})
	differ(Name{"const", `A\B`, "B"}, Name{"const", `A\b`, "B"})
	differ(Name{"const", `A\B`, "B"}, Name{"const", `A\B`, "b"})
	differ(Name{"", `A\B`, "B"}, Name{"function", `A\B`, "B"})
	differ(Name{"", `A\B`, "B"}, Name{"", `A\B`, "C"})
	differ(Name{"", `A\B`, "B"}, Name{"", `B`, "B"})
}

func TestErrors(t *testing.T) {
	check := func(src, want string) {
		t.Helper()
		_, err := Split(src)
		require.EqualError(t, err, want)
		require.ErrorAs(t, err, new(*Error))
	}
	check("f();\n}", "line 2: the } here closes nothing")
	check("if (1) {\n  f(];\n}", "line 2: the ] here does not match the ( that is open")
	check("f();\nif (1) {", "line 2: the { here is not closed")
	check("#!/usr/bin/env php\n<?php\nf();", "line 2: the open tag here stands in what is PHP already: leave it out")
	check("f();\r__HALT_Compiler(); it's", "line 2: __halt_compiler here ends a file, but stands in the middle of one: leave it out, and keep its data in a string")
	check("\n\n'abc", "line 3: the string that begins here does not end")
	check(`"abc`, "line 1: the string that begins here does not end")
	check(`"abc {$x`, "line 1: the brace that begins code inside of a string here is not closed")
	check("/* abc", "line 1: the comment that begins here does not end")
	check("$x = <<<A\nabc\n", "line 2: the heredoc that begins before this line does not end")
	check(strings.Repeat(`"{$a[`, 300), "line 1: strings and code are nested too deeply here")
}
