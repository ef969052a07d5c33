package source

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestScope finds source that is to run at global scope, and the variables of source
// that is not.
func TestScope(t *testing.T) {
	global := func(src string) {
		t.Helper()
		s, err := Split(src)
		require.NoError(t, err)
		require.True(t, s.Global, src)
		require.Empty(t, s.Variables, src)
	}
	function := func(src string, variables ...string) {
		t.Helper()
		s, err := Split(src)
		require.NoError(t, err)
		require.False(t, s.Global, src)
		require.Equal(t, variables, s.Variables, src)
	}

	for _, anywhere := range []string{
		"global $a;", "GLOBAL $a;", "$GLOBALS['a'];", `"{$GLOBALS['a']}";`, "echo <<<A\n${GLOBALS['a']}\nA;", "eval('1;');",
		"include 'a';", "require_once 'a';", `\debug_backtrace();`, "create_function('', '');", "`{$a[debug_backtrace()]}`;",
	} {
		global(anywhere)
		global("function f() { " + anywhere + " }")
		global("$f = function () { " + anywhere + " };")
		global("class A { function f() { " + anywhere + " } }")
	}
	for _, outside := range []string{
		"$$a;", "$$a = 1;", "${'a'};", `"${a}";`, `"{$$a}";`, `"{$a[func_num_args()]}";`, "extract([]);", `\compact('a');`,
		"get_defined_vars();", "func_get_args();", "__FUNCTION__;", "__method__;", "yield 1;", "use function compact as c;", "$argc;", `"$argv[0]";`,
		"fn() => compact('a');", "if (true) { extract([]); }",
	} {
		global(outside)
	}
	global("function f() {} compact('a');")
	function("function f() { $a = 1; $$a = 2; yield compact('a') + func_get_args(); return __FUNCTION__; }")

	function("")
	function("$a = $b + $a; list($c) = [$this->d];", "$a", "$b", "$c")
	function("$f = function ($a) use ($b) { $c = 1; }; new class { public $d; };", "$f", "$a", "$b")
	function("$o->global(); $o->compact; A::extract(); // eval, $GLOBALS\n'global $GLOBAL include';", "$o")
	function(`"global $a";`)
}

// TestAlone tells declarations that statements before them cannot change from others.
func TestAlone(t *testing.T) {
	s, err := Split("function f() {} class A {} class B extends A {} interface I {} class C implements I {} class D { use T; } const E = 1; define('F', 2);")
	require.NoError(t, err)
	var alone []bool
	for _, d := range s.Blocks[0].Declarations {
		alone = append(alone, d.Alone)
	}
	require.Equal(t, []bool{true, true, false, true, false, false, false, false}, alone)
}
