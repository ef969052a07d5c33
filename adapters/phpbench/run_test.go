package phpbench_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/phpbench"
	"github.com/benchbus/benchbus/domain"
)

// script does what the executor does with a benchmark, in the project's folder.
func script(b *domain.Benchmark, setup, code, teardown string) string {
	bootstrap := ""
	if b.Bootstrap != "" {
		bootstrap = "call_user_func(function () { require getcwd() . '/" + b.Bootstrap + "'; });\n"
	}
	return `<?php
set_error_handler(function ($level, $message, $file, $line) {
    file_put_contents('php://stderr', "$message in $file on line $line\n");
    exit(3);
});
` + bootstrap + setup + "for ($i = 0; $i < 3; ++$i) {\n" + code + "}\n" + teardown + "file_put_contents('php://stderr', 'done');\n"
}

// execute executes the benchmark in the root as the executor does, and returns what it
// prints.
func execute(t *testing.T, command []string, root string, b *domain.Benchmark) string {
	t.Helper()
	printed := ""
	for _, part := range [][3]string{{b.BeforeIteration, "", ""}, {b.Setup, b.Code, b.Teardown}, {b.AfterIteration, "", ""}} {
		file := filepath.Join(t.TempDir(), "script.php")
		require.NoError(t, os.WriteFile(file, []byte(script(b, part[0], part[1], part[2])), 0o600))
		cmd := exec.Command(command[0], append(command[1:], "-d", "error_reporting=-1", "-d", "display_errors=stderr", "-d", "log_errors=0", file)...)
		cmd.Dir = root
		var complaints, out writer
		cmd.Stdout, cmd.Stderr = &out, &complaints
		require.NoError(t, cmd.Run(), "%s: %s", b.Slug, complaints)
		require.Equal(t, "done", string(complaints), b.Slug)
		printed += string(out)
	}
	return printed
}

type writer []byte

func (w *writer) Write(p []byte) (int, error) {
	*w = append(*w, p...)
	return len(p), nil
}

// TestGeneratedCode executes every benchmark on the PHP that read it.
func TestGeneratedCode(t *testing.T) {
	eachPHP(t, func(t *testing.T, name domain.RuntimeName, command []string) {
		root := filepath.Join(t.TempDir(), "project")
		require.NoError(t, os.CopyFS(root, os.DirFS("testdata/suite")))
		s, err := phpbench.Read(context.Background(), root, phpbench.Config{PHP: command})
		require.NoError(t, err)
		require.NotEmpty(t, s.Benchmarks)
		for _, b := range s.Benchmarks {
			require.Equal(t, []domain.RuntimeName{name}, b.Runtimes)
			require.NotContains(t, b.BeforeIteration+b.Setup+b.Code+b.Teardown, root)
			require.Empty(t, execute(t, command, root, b))
			require.NoFileExists(t, filepath.Join(root, "made.txt"), "the class's hooks make and remove it")
		}
	})
}

// TestOrderOfCalls lets every part of a benchmark print what it gets.
func TestOrderOfCalls(t *testing.T) {
	files := map[string]string{"b/OrderBench.php": `<?php
/**
 * @BeforeClassMethods("first") @AfterClassMethods("last")
 * @BeforeMethods({"a", "b"}) @AfterMethods("c")
 */
class OrderBench
{
    static function say($what) { file_put_contents('said', $what . ' ', FILE_APPEND); }
    static function first() { self::say('first'); }
    static function last() { self::say('last'); }
    function __construct() { self::say('new'); }
    function a() { self::say('a:' . json_encode(func_get_args())); }
    function b() { self::say('b:' . json_encode(func_get_args())); }
    function c() { self::say('c:' . json_encode(func_get_args())); }
    function benchNothing() { echo 'printed'; self::say('nothing:' . func_num_args()); }
    /** @ParamProviders("sets") */
    function benchSets() { self::say('sets:' . json_encode(func_get_args())); }
    function sets() { return array('one' => array('n' => 1)); }
}`}
	root := project(t, withConfig(files))
	s, err := phpbench.Read(context.Background(), root, phpbench.Config{PHP: newest(t)})
	require.NoError(t, err)
	require.Equal(t, []string{"order.nothing", "order.sets.one"}, slugs(s))
	said := filepath.Join(root, "said")
	for i, want := range []string{
		"first new a:[[]] b:[[]] nothing:0 nothing:0 nothing:0 c:[[]] last ",
		`first new a:[{"n":1}] b:[{"n":1}] sets:[{"n":1}] sets:[{"n":1}] sets:[{"n":1}] c:[{"n":1}] last `,
	} {
		require.NoError(t, os.RemoveAll(said))
		require.Empty(t, execute(t, newest(t), root, s.Benchmarks[i]), "what the subject prints is discarded")
		text, err := os.ReadFile(said)
		require.NoError(t, err)
		require.Equal(t, want, string(text))
	}
}

// TestRootOfLinks reads and executes a project whose files are links to another folder,
// with an autoloader that loads the classes from there.
func TestRootOfLinks(t *testing.T) {
	original := project(t, map[string]string{
		"b/FooBench.php":  "<?php namespace Acme; function helper() {} class FooBench extends BaseBench { function benchFoo() {} }",
		"b/BaseBench.php": "<?php namespace Acme; abstract class BaseBench { }",
		"vendor/autoload.php": `<?php spl_autoload_register(function ($class) {
    require __DIR__ . '/../b/' . basename(str_replace('\\', '/', $class)) . '.php';
});`,
		"eager.php":     "<?php require __DIR__ . '/vendor/autoload.php'; class_exists('Acme\\FooBench');",
		"phpbench.json": `{"runner.path": "b", "runner.bootstrap": "vendor/autoload.php"}`,
		"eager.json":    `{"runner.path": "b", "runner.bootstrap": "eager.php"}`,
	})
	root := t.TempDir()
	for _, name := range []string{"b/FooBench.php", "b/BaseBench.php", "vendor/autoload.php", "eager.php", "phpbench.json", "eager.json"} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o700))
		require.NoError(t, os.Symlink(filepath.Join(original, name), filepath.Join(root, name)))
	}
	for _, file := range []string{"phpbench.json", "eager.json"} {
		eachPHP(t, func(t *testing.T, _ domain.RuntimeName, command []string) {
			s, err := phpbench.Read(context.Background(), root, phpbench.Config{PHP: command, File: file})
			require.NoError(t, err)
			require.Empty(t, s.Refused)
			require.Empty(t, s.Notes)
			require.Equal(t, []string{"foo.foo"}, slugs(s))
			require.Empty(t, execute(t, command, root, s.Benchmarks[0]))
		})
	}
}

// TestClassOfAnotherFile has a bootstrap that declares the class in a file of its own.
// phpbench could not read that; here the class that the bootstrap declares is measured.
func TestClassOfAnotherFile(t *testing.T) {
	t.Parallel()
	root := project(t, map[string]string{
		"b/FooBench.php": "<?php class FooBench { function benchFoo() {} }",
		"copy.php":       "<?php class FooBench { function benchFoo() {} }",
		"phpbench.json":  `{"path": "b", "bootstrap": "copy.php"}`,
	})
	s, err := phpbench.Read(context.Background(), root, phpbench.Config{PHP: newest(t)})
	require.NoError(t, err)
	require.Equal(t, []phpbench.Note{{Where: "b/FooBench.php", Text: "the class is declared by another file, which the bootstrap loads: that one is measured", Count: 1}}, s.Notes)
	require.Equal(t, []string{"foo.foo"}, slugs(s))
	require.Empty(t, execute(t, newest(t), root, s.Benchmarks[0]))
}

func TestParametersThatAnotherPHPCannotRead(t *testing.T) {
	t.Parallel()
	root := project(t, withConfig(map[string]string{"b/FooBench.php": `<?php class FooBench { /** @ParamProviders("p") */ function benchFoo($p) {} function p() { return array(array(1)); } }`}))
	s, err := phpbench.Read(context.Background(), root, phpbench.Config{PHP: newest(t)})
	require.NoError(t, err)
	b := s.Benchmarks[0]
	require.Empty(t, execute(t, newest(t), root, b))
	require.Contains(t, b.Setup, "YToxOntpOjA7aToxO30=")
	file := filepath.Join(t.TempDir(), "script.php")
	require.NoError(t, os.WriteFile(file, []byte("<?php "+strings.Replace(b.Setup, "YToxOntpOjA7aToxO30=", "YToxOntpOjA7aTox", 1)), 0o600))
	cmd := exec.Command(newest(t)[0], "-d", "display_errors=stderr", file)
	cmd.Dir = root
	var complaints writer
	cmd.Stderr = &complaints
	require.Error(t, cmd.Run())
	require.Contains(t, string(complaints), "this PHP cannot read the parameters that another one has serialized")
}
