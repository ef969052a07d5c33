package phpbench_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/phpbench"
	"github.com/benchbus/benchbus/domain"
)

const good = "<?php class GoodBench { function benchGood() {} }"

// refused reads a suite with one good class, which must survive, and returns why the rest
// is refused, by place.
func refused(t *testing.T, files map[string]string) map[string]string {
	t.Helper()
	files["b/GoodBench.php"] = good
	s := read(t, files)
	require.Contains(t, slugs(s), "good.good")
	reasons := map[string]string{}
	for _, r := range s.Refused {
		require.NotContains(t, reasons, r.Where, "one reason for each place")
		reasons[r.Where] = r.Reason
	}
	return reasons
}

func TestBadFilesCostOnlyThemselves(t *testing.T) {
	t.Parallel()
	reasons := refused(t, map[string]string{
		"b/ABench.php": "<?php class ABench { function",
		"b/BBench.php": "<?php class BBench extends Acme\\Missing { function benchX() {} }",
		"b/CBench.php": "<?php exit(3); class CBench { function benchX() {} }",
		"b/DBench.php": "<?php throw new LogicException('no luck'); class DBench { function benchX() {} }",
		"b/EBench.php": "<?php class EBench implements Countable { function benchX() {} }",
		"b/FBench.php": "<?php if (false) { class FBench { function benchX() {} } }",
		"b/GBench.php": "<?php posix_kill(getmypid(), 11); class GBench { function benchX() {} }",
		"b/HBench.php": "<?php class HBench { function benchX() {} function __construct($a, $b) {} }",
		"b/IBench.php": "<?php class IBench { function benchX() {} private function __construct() {} }",
		"b/JBench.php": "<?php ini_set('memory_limit', '4M'); str_repeat('x', 9999999); class JBench { function benchX() {} }",
		"b/ZBench.php": "<?php class ZBench { function benchLast() {} }",
	})
	require.Len(t, reasons, 10)
	require.Regexp(t, `^ParseError: .* in b/ABench.php on line 1$`, reasons["b/ABench.php"])
	require.Equal(t, `Error: Class "Acme\Missing" not found in b/BBench.php on line 1`, reasons["b/BBench.php"])
	require.Equal(t, "it ends the process, as with exit", reasons["b/CBench.php"])
	require.Equal(t, "LogicException: no luck in b/DBench.php on line 1", reasons["b/DBench.php"])
	require.Regexp(t, `^Class EBench contains 1 abstract method .* \(Countable::count\) in b/EBench.php on line 1$`, reasons["b/EBench.php"])
	require.Equal(t, "it does not declare the class FBench when it is included", reasons["b/FBench.php"])
	require.Equal(t, "it ends PHP: signal: segmentation fault", reasons["b/GBench.php"])
	require.Equal(t, "the constructor needs 2 arguments: nothing gives it any", reasons["HBench::benchX"])
	require.Equal(t, "nobody can make an object of the class: is its constructor public?", reasons["IBench::benchX"])
	require.Regexp(t, `^Allowed memory size of \d+ bytes exhausted .* in b/JBench.php on line 1$`, reasons["b/JBench.php"])
}

func TestBadMethods(t *testing.T) {
	t.Parallel()
	reasons := refused(t, map[string]string{"b/BadBench.php": `<?php
/** @Groups("g") */
class BadBench {
    /** @BeforeMethods("gone") */
    function benchA() {}
    /** @AfterMethods("fixed") */
    function benchB() {}
    /** @BeforeMethods("hidden") */
    function benchC() {}
    private function benchD() {}
    /** @Revs(-1) */
    function benchE() {}
    /** @Revs("many") */
    function benchF() {}
    /** @Groups({"a" */
    function benchG() {}
    /** @BeforeClassMethods("fixed") */
    function benchH() {}
    /** @BeforeMethods() */
    function benchI() {}
    static function fixed() {}
    private function hidden() {}
}`, "b/ClassBench.php": "<?php /** @AfterClassMethods(\"free\") */ class ClassBench { function benchX() {} function free() {} }",
		"b/DocBench.php": "<?php /** @Revs({1 */ class DocBench { function benchX() {} }"})
	require.Equal(t, map[string]string{
		"BadBench::benchA":   "there is no method gone, which is named as a before method",
		"BadBench::benchB":   "the after method fixed must not be static",
		"BadBench::benchC":   "the before method hidden is not public",
		"BadBench::benchD":   "the method is not public",
		"BadBench::benchE":   "Revs: it must be a whole number from 0, or a list of such, and not -1",
		"BadBench::benchF":   "Revs: it must be a whole number from 0, or a list of such, and not many",
		"BadBench::benchG":   "@Groups cannot be read: a } is missing",
		"BadBench::benchH":   "BeforeClassMethods stands at a method: it belongs to the class",
		"BadBench::benchI":   "BeforeMethods: it has no argument",
		"ClassBench::benchX": "the after class method free must be static",
		"DocBench":           "@Revs cannot be read: a } is missing",
	}, reasons)
}

func TestBadProviders(t *testing.T) {
	t.Parallel()
	methods := `
    function throws() { throw new DomainException('not today'); }
    function none() { return array(); }
    function nothing() { if (false) { yield 1; } }
    function many() { return array_fill(0, 10000, array(1)); }
    function endless() { for (;;) { yield array(1); } }
    function half() { return array_fill(0, 40, array(1)); }
    function number() { return 5; }
    function flat() { return array('one' => 5); }
    function quits() { exit(1); }`
	code := "<?php class BadBench {" + methods
	for _, name := range []string{"throws", "none", "nothing", "many", "endless", "number", "flat", "quits", "gone"} {
		code += "\n/** @ParamProviders(\"" + name + "\") */ function bench_" + name + "($p) {}"
	}
	code += "\n/** @ParamProviders({\"half\", \"half\"}) */ function bench_product($p) {}\n function benchLast() {} }"
	files := map[string]string{"b/BadBench.php": code}
	reasons := refused(t, files)
	want := map[string]string{
		"throws":  "its parameters cannot be had: DomainException: not today in b/BadBench.php on line 2",
		"none":    "its parameters cannot be had: the provider none gives no parameter set",
		"nothing": "its parameters cannot be had: the provider nothing gives no parameter set",
		"many":    "its parameters cannot be had: the provider many gives 10000 parameter sets; at most 1000 are allowed",
		"endless": "its parameters cannot be had: the provider endless gives more than 1000 parameter sets; at most 1000 are allowed",
		"number":  "its parameters cannot be had: the provider number must return an array or an iterator of parameter sets, and not integer",
		"flat":    "its parameters cannot be had: the parameter set one of the provider flat must be an array, and not integer",
		"quits":   "its parameters cannot be had: it ends the process, as with exit",
		"gone":    "its parameters cannot be had: there is no method gone that can be called, and no function",
		"product": "its parameters cannot be had: its providers give 1600 parameter sets together; at most 1000 are allowed",
	}
	require.Len(t, reasons, len(want))
	for name, reason := range want {
		require.Equal(t, reason, reasons["BadBench::bench_"+name], name)
	}
	require.Equal(t, []string{"bad.last", "good.good"}, slugs(read(t, files)))
}

func TestBootstrap(t *testing.T) {
	t.Parallel()
	config := `{"runner.path": "b", "runner.bootstrap": "boot.php"}`
	check := func(bootstrap, want string) {
		t.Helper()
		require.Regexp(t, want, readError(t, map[string]string{"b/GoodBench.php": good, "phpbench.json": config, "boot.php": bootstrap}).Error())
	}
	check("<?php exit(1);", "^phpbench: the bootstrap boot.php cannot be used: it ends the process, as with exit$")
	check("<?php throw new RuntimeException('no database');", "^phpbench: the bootstrap boot.php cannot be used: RuntimeException: no database in boot.php on line 1$")
	check("<?php function", "^phpbench: the bootstrap boot.php cannot be used: ParseError: syntax error.* in boot.php on line 1$")
	check("<?php require 'gone.php';", "^phpbench: the bootstrap boot.php cannot be used: .*gone.php")
	err := readError(t, map[string]string{"b/GoodBench.php": good, "phpbench.json": config})
	require.Regexp(t, `^phpbench: the bootstrap boot.php is not in /.*: does composer install make it\?$`, err.Error())
	err = readError(t, map[string]string{"b/GoodBench.php": good, "phpbench.json": `{"path": "b", "bootstrap": "../boot.php"}`})
	require.ErrorContains(t, err, "the bootstrap ../boot.php is not in")

	s := read(t, map[string]string{"b/GoodBench.php": good, "phpbench.json": config,
		"boot.php": "<?php echo 'hello'; ob_end_flush(); echo 'there'; fwrite(STDOUT, 'too'); chdir('/');"})
	require.Equal(t, []string{"good.good"}, slugs(s))
	require.Equal(t, []phpbench.Note{
		{Where: "boot.php", Text: "the bootstrap prints 5 bytes, which are discarded", Count: 1},
		{Where: "boot.php", Text: "the bootstrap changes the working directory; benchmarks begin in the root of the project all the same", Count: 1},
	}, s.Notes)
}

func TestWhatThereIsNoSuiteIn(t *testing.T) {
	t.Parallel()
	check := func(want string, files map[string]string) {
		t.Helper()
		require.Regexp(t, want, readError(t, files).Error())
	}
	check(`^phpbench: nothing says where the benchmarks are: set runner.path`, map[string]string{"phpbench.json": "{}"})
	check(`^phpbench: the path b does not exist in /`, map[string]string{})
	check(`^phpbench: the path b/\*/c does not exist in /`, map[string]string{"phpbench.json": `{"path": "b/*/c"}`, "b/x": ""})
	check(`^phpbench: the path ../b is outside of the project`, map[string]string{"phpbench.json": `{"path": "../b"}`})
	check(`^phpbench: there is no file in b whose name matches \*Bench.php and`, map[string]string{"phpbench.json": `{"path": "b", "file_pattern": "*Bench.php"}`, "b/Good.php": good})
	check(`^phpbench: there is no subject in b: benchmarks are public methods bench`, map[string]string{"b/EmptyBench.php": "<?php class EmptyBench { function test() {} }"})
	check(`^phpbench: phpbench.json: runner.subject_pattern|subject_pattern: ".*" cannot be used`, map[string]string{"phpbench.json": `{"path": "b", "runner.subject_pattern": "(?=a"}`, "b/GoodBench.php": good})
	check(`^phpbench: file_pattern: ".*" is no pattern`, map[string]string{"phpbench.json": `{"path": "b", "runner.file_pattern": "/(/"}`, "b/GoodBench.php": good})
}

func TestBadConfig(t *testing.T) {
	t.Parallel()
	_, err := phpbench.Read(context.Background(), t.TempDir(), phpbench.Config{
		PHP: []string{""}, Runtimes: []domain.RuntimeName{"PHP"}, File: "/etc/phpbench.json", Paths: []string{"../x"},
		Revolutions: "many", Compare: "all", MemoryLimit: -1, Timeout: -1,
	})
	require.EqualError(t, err, `phpbench: PHP: the command is empty
Runtimes: "PHP" is not a runtime's name, such as php84
File: "/etc/phpbench.json" is not a path within the project, such as phpbench.json
Paths: "../x" is not a path within the project, such as tests/Benchmark
Revolutions is "many"; it must be calibrated or suite
Compare is "all"; it must be none, class or group
MemoryLimit is -1; it must be above 0
Timeout is -1ns; it must be above 0`)
	root := project(t, withConfig(map[string]string{"b/GoodBench.php": good}))
	_, err = phpbench.Read(context.Background(), root, phpbench.Config{File: "gone.json"})
	require.ErrorContains(t, err, "phpbench: the configuration cannot be read: open "+filepath.Join(root, "gone.json"))
}

func TestPHPThatIsNone(t *testing.T) {
	t.Parallel()
	root := project(t, withConfig(map[string]string{"b/GoodBench.php": good}))
	_, err := phpbench.Read(context.Background(), root, phpbench.Config{PHP: []string{"/nonexistent/php"}})
	require.ErrorContains(t, err, "phpbench: /nonexistent/php cannot be started: ")
	_, err = phpbench.Read(context.Background(), root, phpbench.Config{PHP: []string{"/bin/sh", "-c", "echo 'no such library' >&2; exit 127"}})
	require.EqualError(t, err, "phpbench: /bin/sh -c echo 'no such library' >&2; exit 127 does not answer like PHP: it ends PHP: no such library")
}

func TestCodeThatDoesNotEnd(t *testing.T) {
	t.Parallel()
	root := project(t, withConfig(map[string]string{
		"b/ABench.php":    "<?php for (;;) { usleep(9999); } class ABench { function benchX() {} }",
		"b/GoodBench.php": good,
	}))
	s, err := phpbench.Read(context.Background(), root, phpbench.Config{PHP: newest(t), Timeout: 3 * time.Second})
	require.NoError(t, err)
	require.Equal(t, []phpbench.Refused{{Where: "b/ABench.php", Reason: "it takes longer than 3s"}}, s.Refused)
	require.Equal(t, []string{"good.good"}, slugs(s))

	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	_, err = phpbench.Read(ctx, root, phpbench.Config{PHP: newest(t)})
	require.ErrorIs(t, err, context.DeadlineExceeded)
}
