package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// asProgram lets the test binary be the program, for tests that need a process
// of its own.
const asProgram = "BENCHBUS_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(run(concealSecrets(), os.Stdout, os.Stderr))
	}
	if pid := os.Getenv(asSpy); pid != "" {
		spy(pid)
		return
	}
	os.Exit(m.Run())
}

// cli is one user with a store and a catalogue of their own.
type cli struct {
	*testing.T
	store, catalog string
	signals        chan os.Signal
}

func newCLI(t *testing.T) *cli {
	dir := t.TempDir()
	t.Setenv("BENCHBUS_STORE", filepath.Join(dir, "store.db"))
	runtimes, err := filepath.Abs("../../.runtimes")
	require.NoError(t, err)
	t.Setenv("BENCHBUS_RUNTIMES_DIR", runtimes)
	c := &cli{T: t, store: filepath.Join(dir, "store.db"), catalog: filepath.Join(dir, "catalog"), signals: make(chan os.Signal, 3)}
	require.NoError(t, os.Mkdir(c.catalog, 0o755))
	return c
}

// define writes a definition into the catalogue.
func (c *cli) define(slug, body string) {
	text := "slug: " + slug + "\nname: " + strings.ToUpper(slug[:1]) + slug[1:] + "\ncategory: tests\nphpVersions: [php74, php82, php84]\n" + body + "\n"
	require.NoError(c, os.WriteFile(filepath.Join(c.catalog, slug+".yaml"), []byte(text), 0o644))
}

func (c *cli) run(args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = execute(args, &out, &err, c.signals)
	return code, out.String(), err.String()
}

// measure runs a defined benchmark with little work and JSON output.
func (c *cli) measure(slug string, more ...string) (code int, result reportJSON, stderr string) {
	args := append([]string{"run", "--test", slug, "--catalog", c.catalog, "--php-version=php84", "--iterations=2",
		"--samples=1", "--format=json"}, more...)
	code, stdout, stderr := c.run(args...)
	if stdout != "" {
		require.NoError(c, json.Unmarshal([]byte(stdout), &result), stdout)
	}
	return code, result, stderr
}

// reportJSON is what the tests read of a report.
type reportJSON struct {
	Schema string `json:"schema"`
	Run    struct {
		ID                                                        string `json:"id"`
		State                                                     string `json:"state"`
		Planned, Done, Failed, Cancelled, Outstanding, Duplicates int
	} `json:"run"`
	Cells []struct {
		Benchmark  string   `json:"benchmark"`
		Runtime    string   `json:"runtime"`
		SourceName string   `json:"source_name"`
		Revision   string   `json:"revision"`
		MedianNS   float64  `json:"median_ns"`
		CILowNS    *float64 `json:"ci_low_ns"`
		Samples    []struct {
			Revolutions  int   `json:"revolutions"`
			BatchNS      int64 `json:"batch_ns"`
			Instructions int64 `json:"instructions"`
			Counted      int64 `json:"counted_revolutions"`
		} `json:"samples"`
	} `json:"cells"`
	Failures []struct {
		Iteration int    `json:"iteration"`
		Class     string `json:"class"`
		Message   string `json:"message"`
		Attempts  int    `json:"attempts"`
	} `json:"failures"`
}

func TestTheLineThatMustWork(t *testing.T) {
	c := newCLI(t)
	code, stdout, stderr := c.run("run", "--test=Loop", "--iterations=10", "--php-version=php84")
	require.Zero(t, code, stderr)
	require.Contains(t, stdout, "php84")
	require.Contains(t, stdout, "planned 10 = done 10 + failed 0 + cancelled 0 + outstanding 0")
	require.Contains(t, stderr, "is completed")

	code, stdout, stderr = c.run("report", "last", "--format=json")
	require.Zero(t, code, stderr)
	var r reportJSON
	require.NoError(t, json.Unmarshal([]byte(stdout), &r))
	require.Equal(t, "completed", r.Run.State)
	require.Equal(t, 10, r.Run.Done)
	require.Len(t, r.Cells, 1)
	require.Equal(t, "loop", r.Cells[0].Benchmark)
	require.Len(t, r.Cells[0].Samples, 30)
	require.NotNil(t, r.Cells[0].CILowNS)
	require.Positive(t, r.Cells[0].MedianNS)

	code, stdout, stderr = c.run("runs")
	require.Zero(t, code, stderr)
	require.Contains(t, stdout, r.Run.ID)
}

// Each bad command line has a clear sentence and its exit code.
func TestWrongUsage(t *testing.T) {
	c := newCLI(t)
	check := func(code int, sentence string, args ...string) {
		t.Helper()
		got, stdout, stderr := c.run(args...)
		require.Equal(t, code, got, "%v\n%s", args, stderr)
		require.Contains(t, stderr, sentence, "%v", args)
		require.Empty(t, stdout, "%v", args)
	}
	check(exitUsage, `unknown command "rnu"`, "rnu")
	check(exitUsage, "unknown flag: --iteration; did you mean --iterations?", "run", "--iteration=3")
	check(exitUsage, "unknown flag: --zzz; `benchbus failed list --help` lists them", "failed", "list", "--zzz")
	for _, flag := range []string{"--test=", "--test= ", "--php-version=", "--runtime=", "--group=", "--category=", "--tag=", "--filter="} {
		check(exitUsage, "it is empty; give a name, or leave the flag out", "run", flag)
	}
	for _, args := range [][]string{{"run"}, {"validate"}, {"list"}, {"report"}, {"resume"}, {"runs", "remove"}, {"failed", "remove"}} {
		check(exitUsage, "an argument is empty; name what is meant, or leave it out", append(args, "")...)
	}
	for flag, command := range map[string][]string{
		"catalog": {"list"}, "store": {"runs", "remove", "--keep=0"}, "output": {"run"}, "bus-file": {"run"}, "bus": {"run"}, "queue": {"run"},
		"runtimes-dir": {"runtimes"}, "php-command": {"runtimes"}, "run": {"failed", "list"}, "class": {"failed", "remove", "--run=last"},
	} {
		check(exitUsage, "--"+flag+" is empty; give a value, or leave the flag out", append(command, "--"+flag+"=")...)
	}
	check(exitUsage, `did you mean`, "run", "Lop")
	check(exitUsage, `there is no benchmark "nothing-*"`, "run", "nothing-*")
	check(exitUsage, "no benchmark has the category \"lops\"; did you mean loops?", "run", "--category=lops")
	check(exitUsage, "of the benchmarks that match the rest, none has the category sorting; there are: loops", "run", "Loop", "--category=sorting")
	check(exitUsage, `did you mean`, "run", "--test=Lop")
	check(exitUsage, `"nothing-like-it"`, "run", "--test=nothing-like-it")
	for _, bad := range []string{"0", "-1", "1e9", "1000000000", "abc", "", "1.5"} {
		check(exitUsage, "must be a whole number from 1 to 10000000", "run", "--iterations="+bad)
	}
	check(exitUsage, "must be a whole number from 1 to 1000", "run", "--samples=0")
	check(exitUsage, "must be a whole number from 1 to", "run", "--workers=0")
	check(exitUsage, "must be a time such as", "run", "--timeout=60")
	check(exitUsage, "must be a time such as", "run", "--timeout=-1s")
	check(exitUsage, "table, json, csv", "run", "--format=xml")
	check(exitUsage, "there are memory, amqp:// and amqps://", "run", "--test=loop", "--php-version=php84", "--bus=nats://localhost")
	check(exitUsage, "cannot be read", "run", "--test=loop", "--php-version=php84", "--bus=amqp://localhost:port")
	check(exitUnavailable, "connect to amqp://127.0.0.1:1", "run", "--test=loop", "--php-version=php84", "--bus=amqp://127.0.0.1:1")
	check(exitUnavailable, "is not a folder; remove it; --cores-dir names it", "run", "--test=loop", "--php-version=php84", "--cores-dir="+c.store)
	check(exitUsage, "--detach needs workers elsewhere", "run", "--test=loop", "--detach")
	check(exitUsage, "say where the broker is", "worker")
	check(exitUsage, "inside one process", "status", "--bus=memory")
	check(exitUsage, "none of auto, quorum, classic", "worker", "--bus=amqp://localhost", "--queue-type=mirrored")
	for _, command := range []string{"worker", "run"} {
		check(exitUsage, `benchbus: --queue "a b": at most 100 letters`, command, "--bus=amqp://127.0.0.1:1", "--queue=a b")
		check(exitUsage, `benchbus: --namespace "a b": 1 to 100 letters`, command, "--bus=amqp://127.0.0.1:1", "--namespace=a b")
		check(exitUsage, "--php-ini must be default, none, or a file", command, "--bus=memory", "--php-ini=/nonexistent")
	}
	check(exitUsage, `benchbus: --queue "a b": at most 100 letters`, "run", "--queue=a b")
	check(exitUsage, `--queue-type "mirrored" is none of`, "run", "--queue-type=mirrored")
	check(exitUsage, "must be a size", "worker", "--bus=amqp://localhost", "--memory-limit=lots")
	check(exitUsage, "none of text, json", "worker", "--bus=amqp://localhost", "--log-format=xml")
	check(exitUsage, "needs its key", "worker", "--bus=amqps://localhost", "--bus-cert=cert.pem")
	check(exitUsage, "say on the command line which messages", "failed", "remove", "--bus=amqp://localhost")
	check(exitUsage, "not a runtime's name", "run", "--test=loop", "--php-version=8 4")
	check(exitUsage, "must be written NAME=COMMAND", "run", "--test=loop", "--php-command=php84")
	check(exitUsage, "must be a size", "run", "--test=loop", "--php-memory=0")
	check(exitUsage, "must be a size", "worker", "--bus=amqp://localhost", "--php-output=16EiB")
	check(exitUsage, "cannot be written", "run", "--test=loop", "--php-version=php84", "--output=/nonexistent/x.json")
	check(exitUnavailable, "php99", "run", "--test=loop", "--php-version=php99")
	check(exitUsage, "does not support", "run", "--test=loop", "--php-version=php84", "--catalog="+c.only74())
	empty := filepath.Join(t.TempDir(), "empty.db")
	check(exitUnavailable, "does not exist", "report", "last", "--store", empty)
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	check(exitUsage, "; `benchbus runs` lists them", "report", "20200101-000000-00000000", "--store", empty)
	check(exitUsage, "nothing has been run yet", "resume", "last", "--store", empty)
	check(exitUsage, "give a run: its id", "report")
	check(exitUsage, "there were 2 arguments", "show", "loop", "more")
	check(exitUsage, "did you mean", "show", "lop")
}

// only74 returns a catalogue whose loop runs on PHP 7.4 alone.
func (c *cli) only74() string {
	dir := c.TempDir()
	text := "slug: loop\nname: Loop\ncategory: loops\nphpVersions: [php74]\ncode: $a = 1;\n"
	require.NoError(c, os.WriteFile(filepath.Join(dir, "loop.yaml"), []byte(text), 0o644))
	return dir
}

func TestAPasswordIsNotPrinted(t *testing.T) {
	c := newCLI(t)
	code, _, stderr := c.run("run", "--test=loop", "--php-version=php84", "--bus=amqp://user:secret@127.0.0.1:1/")
	require.Equal(t, exitUnavailable, code)
	require.NotContains(t, stderr, "secret")
}

func TestAMissingRuntimeSaysWhatIsThereAndHowToGetIt(t *testing.T) {
	c := newCLI(t)
	_, _, stderr := c.run("run", "--test=loop", "--php-version=php56")
	require.Contains(t, stderr, "php84", "what is there")
	require.Contains(t, stderr, "--php-command php56=", "how to get it")
}

func TestTheEnvironmentSetsFlags(t *testing.T) {
	c := newCLI(t)
	t.Setenv("BENCHBUS_ITERATIONS", "abc")
	code, _, stderr := c.run("run", "--test=loop")
	require.Equal(t, exitUsage, code)
	require.Contains(t, stderr, "BENCHBUS_ITERATIONS in the environment")

	t.Setenv("BENCHBUS_ITERATIONS", "1")
	t.Setenv("BENCHBUS_RUNTIME", "8.4")
	c.define("quick", "revolutions: 10\ncode: $a = 1;")
	t.Setenv("BENCHBUS_CATALOG", c.catalog)
	code, stdout, stderr := c.run("run", "--test=QUICK", "--samples=1", "--format=csv")
	require.Zero(t, code, stderr)
	require.Contains(t, stdout, "php84")
}

// Each benchmark that cannot be measured fails with its reason; nothing else does.
func TestHostileBenchmarks(t *testing.T) {
	c := newCLI(t)
	check := func(slug, body, class, message string, more ...string) {
		t.Helper()
		c.define(slug, body)
		code, r, stderr := c.measure(slug, more...)
		require.Equal(t, exitIncomplete, code, "%s\n%s", slug, stderr) // nothing was measured
		require.Equal(t, 2, r.Run.Failed, slug)
		require.Equal(t, "completed", r.Run.State, slug)
		require.Len(t, r.Failures, 2, slug)
		require.Equal(t, class, r.Failures[0].Class, "%s: %s", slug, r.Failures[0].Message)
		require.Contains(t, r.Failures[0].Message, message, slug)
		require.Empty(t, r.Cells[0].Samples, "no made-up sample")
	}
	check("syntax", "revolutions: 10\ncode: $a = ;", "code_error", "syntax error")
	check("exits", "revolutions: 10\ncode: exit(0);", "code_error", "")
	check("dies", "revolutions: 10\nsetup: die('x');\ncode: $a = 1;", "code_error", "setup")
	check("late", "revolutions: 10\ncode: $a = 1;\nteardown: trigger_error('late', E_USER_ERROR);", "code_error", "")
	check("shutdown", "revolutions: 10\ncode: $a = 1;\nsetup: register_shutdown_function(function () { nope(); });", "code_error", "")
	check("output", "revolutions: 1\ncode: for ($i = 0; $i < 1024; $i++) { echo str_repeat('x', 1 << 20); }", "limit_exceeded", "")
	check("throws", "revolutions: 10\ncode: throw new Exception('boom');", "code_error", "boom")
}

func TestADefinitionWithDeclarationsRunsOverAndOver(t *testing.T) {
	c := newCLI(t)
	c.define("declares", "revolutions: 100\nwarmup: 5\ncode: |\n  const LIMIT = 3;\n  function twice($x) { return 2 * $x; }\n  class Box { public $v = LIMIT; }\n  $b = new Box; $r = twice($b->v);")
	code, r, stderr := c.measure("declares")
	require.Zero(t, code, stderr)
	require.Len(t, r.Cells[0].Samples, 2)
}

func TestOutputThatImitatesAResultIsNotOne(t *testing.T) {
	c := newCLI(t)
	c.define("forger", "revolutions: 10\ncode: echo \"batch_ns=1\\nresult batch_ns=1\\n{\\\"batch_ns\\\":1}\\n\"; usleep(100);")
	code, r, stderr := c.measure("forger")
	require.Zero(t, code, stderr)
	require.Greater(t, r.Cells[0].MedianNS, 50_000.0)
}

func TestSomeFailed(t *testing.T) {
	c := newCLI(t)
	c.define("flaky", "revolutions: 1\ncode: $a = 1;\nsetup: \"if (mt_rand(0, 1)) { throw new Exception('odd'); }\"")
	// Both outcomes among 40 are as good as sure.
	code, r, _ := c.measure("flaky", "--iterations=40")
	require.Equal(t, exitSomeFailed, code)
	require.Equal(t, 40, r.Run.Done+r.Run.Failed)
}

func TestOutputGoesToAFile(t *testing.T) {
	c := newCLI(t)
	c.define("quick", "revolutions: 10\ncode: $a = 1;")
	file := filepath.Join(t.TempDir(), "out.json")
	code, r, stderr := c.measure("quick", "--output", file)
	require.Zero(t, code, stderr)
	require.Zero(t, r)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.True(t, json.Valid(text))
}

// Each limit is named where it strikes, and by the help; its flag sets it.
func TestLimitsOfPHP(t *testing.T) {
	c := newCLI(t)
	code, help, _ := c.run("run", "--help")
	require.Zero(t, code)
	check := func(limit, flag, body string) {
		t.Helper()
		require.Regexp(t, flag+` size .*`+limit, help)
		c.define("greedy", "revolutions: 1\nwarmup: 0\ncode: "+body)
		run := []string{"run", "--catalog=" + c.catalog, "--test=greedy", "--php-version=php84", "--iterations=1", "--samples=1"}
		code, stdout, stderr := c.run(append(run, flag+"=32MiB")...)
		require.Equal(t, exitIncomplete, code, "nothing was measured\n%s", stderr)
		require.Contains(t, stdout, "raise "+limit)
		code, _, stderr = c.run(append(run, flag+"=256MiB")...)
		require.Zero(t, code, stderr)
	}
	check("MemoryLimit", "--php-memory", "$a = str_repeat('x', 64 << 20);")
	check("OutputLimit", "--php-output", "echo str_repeat('x', 64 << 20);")
	check("FileSizeLimit", "--php-file-size", "file_put_contents('f', str_repeat('x', 64 << 20));")
}
