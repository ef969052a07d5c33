package phpbench

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFirstClass(t *testing.T) {
	check := func(src, want string, count int) {
		t.Helper()
		name, _, found := firstClass(src)
		require.Equal(t, want, name, src)
		require.Equal(t, count, found, src)
	}
	check(`<?php class A {}`, "A", 1)
	check(`<?php namespace X\Y; final class A extends B {} class C {}`, `X\Y\A`, 2)
	check(`<?php namespace X;class A{}`, `X\A`, 1)
	check("<?php\nnamespace X {\n class A {} }\nnamespace { class B {} }", `X\A`, 2)
	check(`<?php namespace { class B {} } namespace X { class A {} }`, `B`, 2)
	check(`<?php ABSTRACT CLASS Größe {}`, "Größe", 1)
	check(`<?php readonly class A {}`, "A", 1)
	check("<?php // class No {}\n# class No {}\n/* class No {} */ #[Attr] class A {}", "A", 1)
	check(`<?php $a = 'class No {}'; $b = "class \"No {}"; class A {}`, "A", 1)
	check("<?php $a = <<<X\n class No {}\n X; class A {}", "A", 1)
	check("<?php f(<<<'X'\n class No {}\nX, 1); class A {}", "A", 1)
	check("<?php $a = <<<X\n XY class No {}\n  X\n; class A {}", "A", 1)
	check("<html>class No {}<?php class A {} ?>class No", "A", 1)
	check("<?php // a ?> class No {} <?php class A {}", "A", 1)
	check(`<?php $a = new class extends B {}; $b = new class {}; $c = new readonly class {}; echo A::class; $d->class; f($class);`, "", 0)
	check(`<?php interface I {} trait T {} enum E {} function class_of() { return namespace\f(); }`, "", 0)
	check(`class No {}`, "", 0)
	check(`<?php return ['class' => 1, 'x' => $x->class ];`, "", 0)
	check(`<?php `+"$a = `class No {}`;"+` class A {}`, "A", 1)
	check("<?php $a = <<<X\nnever closed class No {}", "", 0)
}

func TestFirstClassIsAbstract(t *testing.T) {
	for src, want := range map[string]bool{
		"<?php abstract class A {}": true, "<?php #[X] Abstract\n readonly class A {}": true, "<?php readonly abstract class A {}": true,
		"<?php class A {} abstract class B {}": false, "<?php final class A { abstract function f(); }": false,
	} {
		_, abstract, _ := firstClass(src)
		require.Equal(t, want, abstract, src)
	}
}

func FuzzFirstClass(f *testing.F) {
	f.Add("<?php namespace X; // class\nclass A { const B = <<<X\n X; }")
	f.Add("text <?= 'a' ?> <?php /* */ final class A{}")
	f.Fuzz(func(t *testing.T, src string) {
		name, _, count := firstClass(src)
		require.Equal(t, count > 0, name != "")
	})
}
