package phpbench_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/phpbench"
)

// Each file is one that phpbench includes in a process of its own.
func TestFilesThatDoNotAgree(t *testing.T) {
	t.Parallel()
	s := read(t, map[string]string{
		"b/1/SameBench.php": "<?php class SameBench { function benchOne() {} }",
		"b/2/SameBench.php": "<?php class SameBench { function benchTwo() {} }",
		"b/3/HelpBench.php": "<?php function help() {} class HelpBench { function benchX() {} }",
		"b/4/HelpBench.php": "<?php function help() {} class Help2Bench { function benchX() {} }",
	})
	require.Empty(t, s.Refused)
	require.Empty(t, s.Notes)
	require.Equal(t, []string{"same.one", "same.two", "help.x", "help2.x"}, slugs(s))
}

// A class that finds its parent only because another benchmark file was included before
// would not find it in a process of its own.
func TestParentsMustBeFound(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"b/AParentBench.php": "<?php class AParentBench { /** @Revs(5) */ function benchX() {} }",
		"b/ChildBench.php":   "<?php class ChildBench extends AParentBench { function benchY() {} }",
		"b/TheBench.php":     "<?php trait Extra { function benchZ() {} } class TheBench { use Extra; }",
	}
	s := read(t, files)
	require.Equal(t, []string{"a-parent.x", "the.z"}, slugs(s))
	require.Len(t, s.Refused, 1)
	require.Equal(t, "b/ChildBench.php", s.Refused[0].Where)
	require.Regexp(t, `"AParentBench" not found`, s.Refused[0].Reason)

	files["phpbench.json"] = `{"path": "b", "bootstrap": "load.php"}`
	files["load.php"] = "<?php spl_autoload_register(function ($c) { if (is_file($f = __DIR__ . \"/b/$c.php\")) { require $f; } });"
	s = read(t, files)
	require.Empty(t, s.Refused)
	require.Equal(t, []string{"a-parent.x", "child.x", "child.y", "the.z"}, slugs(s))
}

func TestClassesThatAreNoBenchmarks(t *testing.T) {
	t.Parallel()
	s := read(t, map[string]string{
		"b/GoodBench.php":      good,
		"b/OtherBench.php":     "<?php class Other { function test() {} } class SecondBench { function benchNever() {} }",
		"b/abstract.php":       "<?php abstract class A { function benchX() {} }",
		"b/interface.php":      "<?php interface I { function benchX(); }",
		"b/script.php":         "<?php throw new Exception('nobody includes this');",
		"b/.hidden/B.php":      "<?php class B { function benchX() {} }",
		"b/readme.txt":         "<?php class C { function benchX() {} }",
		"b/TwoBench.php":       "<?php class TwoBench { function benchX() {} } class Helper {}",
		"elsewhere/B.php":      "<?php class E { function benchX() {} }",
		"b/deep/er/DBench.php": "<?php namespace Deep; class DBench { function benchX() {} }",
	})
	require.Empty(t, s.Refused)
	require.Equal(t, []string{"good.good", "two.x", "d.x"}, slugs(s))
	require.Equal(t, []phpbench.Note{{Where: "b/OtherBench.php", Text: "a file with several classes: the first one is read, as in phpbench", Count: 2}}, s.Notes)
}

func TestAttributesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	s := read(t, map[string]string{"b/AttrBench.php": `<?php
use PhpBench\Attributes as B;
class AttrBench {
    const REVS = 7;
    #[B\Revs(self::REVS)] #[B\Groups([self::class])] function benchGood() {}
    #[B\Revs(Gone::REVS)] function benchGone() {}
    #[B\Groups([new stdClass])] function benchObject() {}
    #[B\Revs] function benchNone() {}
    #[B\Executor(new stdClass)] #[B\Nonsense(Gone::X)] #[Other\Revs(Gone::X)] function benchIgnored() {}
    #[B\BeforeClassMethods('x')] function benchHook() {}
}`})
	require.Equal(t, []string{"attr.good", "attr.ignored"}, slugs(s))
	require.Equal(t, []int{7}, s.Details["attr.good"].Revolutions)
	require.Equal(t, []string{"AttrBench"}, s.Benchmarks[0].Tags)
	require.Equal(t, []phpbench.Refused{
		{Where: "AttrBench::benchGone", Reason: `the arguments of #[Revs] cannot be read: Error: Class "Gone" not found in b/AttrBench.php on line 6`},
		{Where: "AttrBench::benchObject", Reason: "Groups: it must be a text or a list of texts, and not an object"},
		{Where: "AttrBench::benchNone", Reason: "Revs: it has no argument"},
		{Where: "AttrBench::benchHook", Reason: "BeforeClassMethods stands at a method: it belongs to the class"},
	}, s.Refused)
}

func TestPathsAndPatterns(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"m/a/bench/ABench.php":      "<?php class ABench { function benchX() {} function testY() {} }",
		"m/b/bench/BBench.php":      "<?php class BBench { function testY() {} }",
		"m/c/CTest.php":             "<?php class CTest { function testY() {} }",
		"config/phpbench.json.dist": `{"path": ["../m/*/bench", "../m/c/CTest.php"], "bootstrap": "boot.php", "file_pattern": "{A,B}[A-C]ench.php", "subject_pattern": "^test"}`,
		"config/boot.php":           "<?php",
	}
	root := project(t, files)
	s, err := phpbench.Read(t.Context(), root, phpbench.Config{PHP: newest(t)})
	require.NoError(t, err)
	require.Equal(t, "config/phpbench.json.dist", s.File)
	require.Equal(t, []string{"a.test-y", "b.test-y", "c-test.test-y"}, slugs(s))
	require.Equal(t, "config/boot.php", s.Benchmarks[0].Bootstrap)
	s, err = phpbench.Read(t.Context(), root, phpbench.Config{PHP: newest(t), Paths: []string{"m/a"}})
	require.NoError(t, err)
	require.Equal(t, []string{"a.test-y"}, slugs(s))
}

// BenchmarkRead reads 50 files with 250 subjects.
func BenchmarkRead(b *testing.B) {
	files := map[string]string{"phpbench.json": `{"path": "b", "bootstrap": "boot.php"}`, "boot.php": "<?php"}
	for i := range 50 {
		files[fmt.Sprintf("b/C%dBench.php", i)] = fmt.Sprintf(`<?php
/** @Groups({"a"}) @Revs(100) */
class C%dBench {
    /** @ParamProviders("sets") */ function benchA() {}
    /** @BeforeMethods("before") */ function benchB() {}
    /** @Warmup(1) */ function benchC() {}
    function benchD() {}
    function benchE() {}
    function sets() { return array(array(1), array(2)); }
    function before() {}
}`, i)
	}
	root := b.TempDir()
	writeAll(b, root, files)
	command := newest(b)
	for b.Loop() {
		s, err := phpbench.Read(b.Context(), root, phpbench.Config{PHP: command})
		require.NoError(b, err)
		require.Len(b, s.Benchmarks, 300)
	}
}
