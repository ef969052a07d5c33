package phpbench_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/phpbench"
	"github.com/benchbus/benchbus/domain"
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

func TestAClassThatAnotherFileLoads(t *testing.T) {
	t.Parallel()
	s := read(t, map[string]string{
		"b/ABench.php":     "<?php require __DIR__ . '/../other/XBench.php'; class ABench { function benchX() {} }",
		"b/XBench.php":     "<?php class XBench { function benchThis() {} }",
		"other/XBench.php": "<?php class XBench { function benchOther() {} }",
	})
	require.Empty(t, s.Refused)
	require.Empty(t, s.Notes)
	require.Equal(t, []string{"a.x", "x.this"}, slugs(s))
}

// Each file and each provider may rely on being the first.
func TestFilesThatDisturbOthers(t *testing.T) {
	t.Parallel()
	s := read(t, map[string]string{
		"b/ABench.php": "<?php $GLOBALS['used'] = true; class ABench { function benchX() {} }",
		"b/BBench.php": "<?php if (isset($GLOBALS['used'])) { throw new Exception('not the first'); } class BBench { function benchX() {} }",
		"b/CBench.php": `<?php class CBench { /** @ParamProviders("p") */ function benchX() {} function p() { if (class_exists('BBench', false)) { exit; } return array(array()); } }`,
	})
	require.Empty(t, s.Refused)
	require.Equal(t, []string{"a.x", "b.x", "c.x.0"}, slugs(s))
}

func TestRelativeCommand(t *testing.T) {
	t.Parallel()
	working, err := os.Getwd()
	require.NoError(t, err)
	command, err := filepath.Rel(working, newest(t)[0])
	require.NoError(t, err)
	_, err = phpbench.Read(t.Context(), "testdata/suite", phpbench.Config{PHP: []string{command}})
	require.NoError(t, err)
}

// Suites that ran on PHP 7 and on PHP 8 say everything twice.
func TestFilesWithBothStyles(t *testing.T) {
	root := project(t, withConfig(map[string]string{"b/BothBench.php": `<?php
use PhpBench\Attributes as B;
class BothBench {
    /** @Groups({"g"}) */
    #[B\Groups(['g'])]
    public function benchX() {}
}`}))
	eachPHP(t, func(t *testing.T, _ domain.RuntimeName, command []string) {
		s, err := phpbench.Read(context.Background(), root, phpbench.Config{PHP: command})
		require.NoError(t, err)
		require.Empty(t, s.Refused)
		require.Equal(t, []string{"g"}, s.Benchmarks[0].Tags)
	})
}

// The project's code gets the environment that its benchmarks will have.
func TestEnvironmentOfTheProject(t *testing.T) {
	t.Setenv("BENCHBUS_SECRET", "token")
	s := read(t, map[string]string{
		"phpbench.json":  `{"path": "b", "php_env": {"APP_ENV": "bench"}}`,
		"b/EnvBench.php": "<?php class EnvBench { /** @ParamProviders(\"p\") */ function benchX() {} function p() { return array(getenv('BENCHBUS_SECRET') . getenv('APP_ENV') => array(getenv('HOME'))); } }",
	})
	require.Equal(t, []string{"env.x.bench"}, slugs(s))
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
		"b/abstract.php":       "<?php throw new Exception('nobody includes this either'); abstract class A { function benchX() {} }",
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
