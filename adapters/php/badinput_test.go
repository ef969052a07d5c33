package php

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/benchbus/benchbus/domain"
	"github.com/stretchr/testify/require"
)

// TestBadCode executes code that cannot be measured, on every PHP. Each failure must have
// its class and name runtime, stage and line, and must not be retried.
func TestBadCode(t *testing.T) {
	b := newBench(t, Config{OutputLimit: 1 << 20, FileSizeLimit: 1 << 20, MemoryLimit: 64 << 20})
	check := func(name string, change func(*domain.Benchmark), class domain.FailureClass, want ...string) {
		t.Helper()
		b.eachRuntime(t, func(t *testing.T, runtime domain.RuntimeName) {
			t.Run(name, func(t *testing.T) {
				it := b.iteration(`$x = 1;`, runtime)
				change(benchmarkOf(it))
				eachScope(t, *benchmarkOf(it), func(t *testing.T, benchmark domain.Benchmark) {
					it.Variants = domain.NewEntry(&benchmark, runtime).Variants
					f := b.failure(t, it, class)
					require.False(t, f.Class.Transient())
					for _, part := range want {
						require.Contains(t, f.Message, part)
					}
					require.NotRegexp(t, workdirPrefix+`[0-9a-f]+/`, f.Message+f.Output, "a temporary path is of no use to anybody")
				})
			})
		})
	}
	code := func(text string) func(*domain.Benchmark) {
		return func(b *domain.Benchmark) { b.Code = text }
	}
	setup := func(text string) func(*domain.Benchmark) {
		return func(b *domain.Benchmark) { b.Setup = text }
	}
	teardown := func(text string) func(*domain.Benchmark) {
		return func(b *domain.Benchmark) { b.Teardown = text }
	}
	once := func(then string) string { return `if (++$n == 2) { ` + then + ` }` }
	calm := "$n = 0;"
	inBatch := func(then string) func(*domain.Benchmark) {
		return func(b *domain.Benchmark) { b.Setup, b.Code = calm, once(then) }
	}

	check("syntax error", code("$x = 1;\n$y = = 2;"), domain.ClassCode, "syntax error", "code on line 2", "in the compilation")
	check("unfinished statement", code("$x = 1;\n$y = 2"), domain.ClassCode, "syntax error", "code on line 2")
	check("unknown function", code("\nnope();"), domain.ClassCode, "nope", "code", "in the warm-up")
	check("uncaught exception", inBatch("\nthrow new Exception('boom');"), domain.ClassCode, "boom", "in the batch", "code:2")
	check("return", inBatch("return;"), domain.ClassCode, "return", "in the batch")
	check("exit", inBatch("exit;"), domain.ClassCode, "exit or die", "in the batch")
	check("exit with a status", inBatch("exit(3);"), domain.ClassCode, "status 3", "in the batch")
	check("break", inBatch("break;"), domain.ClassCode, "left the loop", "in the batch", "php", "0 of 3")
	check("break out of everything", inBatch("break 2;"), domain.ClassCode, "left the loop", "in the batch")
	check("continue from outside", inBatch("continue 2;"), domain.ClassCode, "left the loop", "in the batch")
	check("yield", code("yield 1;"), domain.ClassCode, "yield")
	check("die in setup", setup("die('sorry');"), domain.ClassCode, "exit or die", "in the setup")
	check("return in setup", setup("return;"), domain.ClassCode, "return", "in the setup")
	check("unfinished setup", setup("if (false)"), domain.ClassCode, "syntax error", "setup on line 1")
	check("exception in teardown", teardown("\n\nthrow new Exception('late');"), domain.ClassCode, "late", "in the teardown", "teardown:3")
	check("exit in teardown", teardown("exit;"), domain.ClassCode, "exit or die", "in the teardown")
	check("fatal error at the end", setup("register_shutdown_function(function () { nope(); });"),
		domain.ClassCode, "nope", "after the teardown", "setup:1")
	check("exception in the last destructor", setup("class D { function __destruct() { throw new Exception('last'); } } $d = new D;"),
		domain.ClassCode, "last", "after the teardown")
	check("two exceptions", func(b *domain.Benchmark) {
		b.Setup, b.Code = "register_shutdown_function(function () { throw new Exception('second'); });", "throw new Exception('first');"
	}, domain.ClassCode, "Uncaught Exception: first in code:1; and then: Fatal error: Uncaught Exception: second in setup:1", "in the warm-up")
	check("exit status at the end", setup("register_shutdown_function(function () { exit(9); });"), domain.ClassCode, "status 9", "after the teardown")
	check("memory", inBatch("$s = str_repeat('x', 100 << 20);"), domain.ClassLimit, "Allowed memory size", "in the batch", "67108864 bytes", "raise MemoryLimit")
	check("memory beyond a limit that the code lifts", setup("ini_set('memory_limit', -1); $s = str_repeat('x', 512 << 20);"),
		domain.ClassLimit, "Out of memory", "in the setup", "67108864 bytes", "raise MemoryLimit")
	check("file size", inBatch("file_put_contents('f', str_repeat('x', 2 << 20));"), domain.ClassLimit, "file of more than 1048576 bytes", "in the batch", "raise FileSizeLimit")
	check("output", inBatch("while (true) { echo str_repeat('x', 4096); }"), domain.ClassLimit, "printed more than 1048576 bytes", "in the batch", "raise OutputLimit")
	check("unbalanced", code("$x = 1;\n}\n{"), domain.ClassCode, "code", "line 2", "closes nothing")
	check("unterminated", code("$x = 'abc"), domain.ClassCode, "code", "line 1", "does not end")
	check("two namespaces", code("namespace A; f(); namespace B; g();"), domain.ClassCode, "more than one namespace")
	check("many stack frames", code("function f($n) { if ($n) { f($n - 1); } else { throw new Exception('deep'); } }\nf(3000);"),
		domain.ClassCode, "deep", "code:1")
}

func TestOutputOfAFailure(t *testing.T) {
	b := newBench(t, Config{})
	it := b.iteration(`echo str_repeat('x', 10000), "\x00\xff\x1b end\n"; fwrite(STDERR, "on stderr\n"); exit(1);`)
	f := b.failure(t, it, domain.ClassCode)
	require.LessOrEqual(t, len(f.Output), keepOutput+10)
	require.True(t, strings.HasSuffix(f.Output, "x\uFFFD end\non stderr\n"), "%q", f.Output[len(f.Output)-40:])
}

func TestTimeout(t *testing.T) {
	b := newBench(t, Config{})
	it := b.iteration(`while (true) { $x = 1; }`)
	it.SampleTimeout = time.Second
	f := b.failure(t, it, domain.ClassTimeout)
	require.True(t, f.Class.Transient())
	require.Contains(t, f.Message, "did not end within 1s")
	require.Contains(t, f.Message, "in the warm-up")

	benchmarkOf(it).Revolutions = 0
	require.Contains(t, b.failure(t, it, domain.ClassTimeout).Message, "in the calibration")
}

func TestInterrupted(t *testing.T) {
	b := newBench(t, Config{})
	b.Runtimes()
	it := b.iteration(`while (true) { $x = 1; }`)
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	_, err := b.Execute(ctx, it)
	require.ErrorIs(t, err, context.DeadlineExceeded)

	_, err = b.Execute(ctx, it) // over before it begins
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestKilledByASignal(t *testing.T) {
	b := newBench(t, Config{})
	f := b.failure(t, b.iteration(`exec('kill -9 ' . getmypid());`), domain.ClassKilled)
	require.True(t, f.Class.Transient())
	require.Contains(t, f.Message, "killed by a signal: killed")
	require.Contains(t, f.Message, "in the warm-up")
}

// TestGigabyte prints a gigabyte below the limit: nothing is kept, and it is fast.
func TestGigabyte(t *testing.T) {
	b := newBench(t, Config{OutputLimit: 2 << 30})
	it := b.iteration(`for ($i = 0; $i < 4096; $i++) { echo $chunk; }`)
	none := 0
	benchmarkOf(it).Setup, benchmarkOf(it).Warmup, benchmarkOf(it).Revolutions = `$chunk = str_repeat('x', 65536);`, &none, 4
	before := allocated()
	m, err := b.Execute(context.Background(), it)
	require.NoError(t, err)
	require.Less(t, allocated()-before, uint64(16<<20))
	require.Less(t, m.Samples[0].Wall, 30*time.Second)
}

// TestImitations prints and writes imitations of results to every possible place.
func TestImitations(t *testing.T) {
	b := newBench(t, Config{})
	it := b.iteration(`
		$fake = "\nready=1\nstage=end\nrevolutions=3 warmup=1 batch_ns=1 timer=hrtime memory=1 resident=1\n"
			. str_repeat('0', 32) . " revolutions=3 warmup=1 batch_ns=1 timer=hrtime memory=1 resident=1\nno newline";
		echo $fake; fwrite(STDERR, $fake); file_put_contents('php://fd/3', $fake); usleep(1000);`)
	m, err := b.Execute(context.Background(), it)
	require.NoError(t, err)
	require.Greater(t, m.Samples[0].Batch, 3*time.Millisecond)

	// A flood on the channel does not block, and is no result either.
	it = b.iteration(`file_put_contents('php://fd/3', str_repeat("x\n", 1 << 20)); exit;`)
	require.Contains(t, b.failure(t, it, domain.ClassCode).Message, "exit or die")
}

func TestNoticesDoNotDisturb(t *testing.T) {
	b := newBench(t, Config{})
	b.eachRuntime(t, func(t *testing.T, name domain.RuntimeName) {
		it := b.iteration(`echo $undefined; trigger_error('a warning', E_USER_WARNING); fwrite(STDERR, "Fatal error: not at all\n");`, name)
		_, err := b.Execute(context.Background(), it)
		require.NoError(t, err)
	})
}
