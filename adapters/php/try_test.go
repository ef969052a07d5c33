package php

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/benchbus/benchbus/domain"
	"github.com/stretchr/testify/require"
)

// The runtimes that these tests compare; match is a word of PHP 8.
const (
	older = domain.RuntimeName("php74")
	newer = domain.RuntimeName("php84")
	match = `$x = match (true) { default => 1 };`
	onOld = `PHP_MAJOR_VERSION < 8`
	// inTurn is a seed that leaves three variants in their order.
	inTurn = 2
)

// compare asks for samples of each of the benchmarks on both runtimes.
func (b *bench) compare(samples int, benchmarks ...*domain.Benchmark) domain.Iteration {
	it := b.iteration("")
	it.Samples, it.Variants = samples, nil
	for _, benchmark := range benchmarks {
		it.Variants = append(it.Variants, domain.NewEntry(benchmark, older, newer).Variants...)
	}
	return it
}

// traced makes a benchmark whose processes each add a line to a file as they end.
func traced(file, slug, code string) *domain.Benchmark {
	return &domain.Benchmark{
		Slug: slug, Group: "group", Setup: "$n = 0;", Code: "++$n; " + code,
		Teardown: `file_put_contents('` + file + `', '` + slug + ` php' . PHP_MAJOR_VERSION . PHP_MINOR_VERSION . " $n\n", FILE_APPEND);`,
	}
}

// partial executes the iteration and requires that only these variants failed. It returns
// their failures.
func (b *bench) partial(t *testing.T, it domain.Iteration, class domain.FailureClass, variants ...int) []domain.VariantFailure {
	t.Helper()
	m, err := b.Execute(t.Context(), it)
	require.NoError(t, err)
	require.NoError(t, m.Check(it), "which counts the samples of the others")
	var failed []int
	for _, f := range m.Failures {
		require.Equal(t, class, f.Class, f.Message)
		require.Equal(t, 1, f.Attempts)
		failed = append(failed, f.Variant)
	}
	require.Equal(t, variants, failed)
	return m.Failures
}

// TestAGroup compares three benchmarks on two runtimes. Every process records itself:
// first the calibrations of benchmarks without revolutions, then the samples.
func TestAGroup(t *testing.T) {
	b := newBench(t, Config{})
	file, warmup := filepath.Join(t.TempDir(), "processes"), 2
	quick, slow, fixed := traced(file, "quick", "usleep(100);"), traced(file, "slow", "usleep(2000);"), traced(file, "fixed", "")
	fixed.Revolutions, fixed.Warmup = 7, &warmup
	it := b.compare(3, quick, fixed, slow)
	it.TargetBatch, it.CPU = 40*time.Millisecond, 0
	m, err := b.Execute(t.Context(), it)
	require.NoError(t, err)
	require.NoError(t, m.Check(it))
	require.Empty(t, m.Failures)
	require.Len(t, m.Samples, 18)

	text, err := os.ReadFile(file)
	require.NoError(t, err)
	processes := strings.Split(strings.TrimSpace(string(text)), "\n")
	require.Len(t, processes, 4+18)
	for i, of := range []string{"quick php74 ", "quick php84 ", "slow php74 ", "slow php84 "} {
		require.True(t, strings.HasPrefix(processes[i], of), processes[i])
	}
	revolutions := map[*domain.Benchmark]int{}
	for i, s := range m.Samples {
		v := it.Variants[s.Variant]
		require.Equal(t, it.Order()[i], s.Variant)
		require.Equal(t, i+1, s.Position)
		require.Equal(t, fmt.Sprintf("%s %s %d", v.Benchmark.Slug, v.Runtime, s.Warmup+s.Revolutions), processes[4+i], "it is what was measured")
		if known := revolutions[v.Benchmark]; known > 0 {
			require.Equal(t, known, s.Revolutions, "one count for all runtimes of %s", v.Benchmark.Slug)
		}
		revolutions[v.Benchmark] = s.Revolutions
		if v.Benchmark == fixed {
			require.Equal(t, []int{7, 2}, []int{s.Revolutions, s.Warmup})
			continue
		}
		require.Equal(t, max(1, s.Revolutions/10), s.Warmup)
		require.Greater(t, s.Batch, it.TargetBatch/3)
	}
	require.Greater(t, revolutions[quick], 2*revolutions[slow], "each is calibrated for itself")
}

func TestCodeThatOneRuntimeCannotCompile(t *testing.T) {
	b := newBench(t, Config{})
	for _, revolutions := range []int{0, 3} { // it fails while it is calibrated, and while it is measured
		it := b.iteration(match, newer, older, "php82")
		it.Samples, benchmarkOf(it).Revolutions = 2, revolutions
		failures := b.partial(t, it, domain.ClassCode, 1)
		require.Contains(t, failures[0].Message, "php74: in the compilation: Parse error")
		require.Contains(t, failures[0].Output, "Parse error")
	}
}

// The samples of a variant that fails are dropped, and it is not executed again.
func TestAVariantThatFailsLate(t *testing.T) {
	b := newBench(t, Config{})
	file := filepath.Join(t.TempDir(), "processes")
	it := b.compare(4, traced(file, "a", `if (`+onOld+` && substr_count((string) @file_get_contents('`+file+`'), 'php74') == 2) { nope(); }`))
	benchmarkOf(it).Revolutions = 3
	benchmarkOf(it).Setup += ` if (` + onOld + `) { file_put_contents('` + file + `', "begun\n", FILE_APPEND); }`
	require.Contains(t, b.partial(t, it, domain.ClassCode, 0)[0].Message, "nope")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, []int{3, 4}, []int{strings.Count(string(text), "begun"), strings.Count(string(text), "php84")})
}

// If the code cannot be put into a script, its benchmark fails on every runtime.
func TestAScriptThatCannotBeMade(t *testing.T) {
	b := newBench(t, Config{})
	for code, want := range map[string]string{
		`$x = 'abc`:                           "PHP cannot compile the benchmark's code: line 1",
		`namespace A; f(); namespace B; g();`: "statements in more than one namespace",
	} {
		it := b.compare(2, &domain.Benchmark{Slug: "bad", Code: code}, &domain.Benchmark{Slug: "good", Code: `$x = 1;`})
		for _, f := range b.partial(t, it, domain.ClassCode, 0, 1) {
			require.Contains(t, f.Message, want)
		}
		it.Variants = it.Variants[:2]
		require.Contains(t, b.failure(t, it, domain.ClassCode).Message, want)
	}
}

func TestAVariantThatTimesOut(t *testing.T) {
	b := newBench(t, Config{})
	file := filepath.Join(t.TempDir(), "processes")
	for revolutions, stage := range map[int]string{0: "in the calibration", 3: "in the warm-up"} {
		it := b.compare(2, traced(file, "a", `while (`+onOld+`) { $x = 1; }`), &domain.Benchmark{Slug: "b", Code: `$x = 1;`})
		it.SampleTimeout, benchmarkOf(it).Revolutions = 2*time.Second, revolutions
		benchmarkOf(it).Setup += ` if (` + onOld + `) { file_put_contents('` + file + `', "begun\n", FILE_APPEND); }`
		f := b.partial(t, it, domain.ClassTimeout, 0)[0]
		require.Contains(t, f.Message, stage+": it did not end within 2s")
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, 1, strings.Count(string(text), "begun"), "it is given its time once")
		require.NoError(t, os.Remove(file))
	}
}

// If all variants failed, the error is a transient one, if there is any.
func TestAllVariantsFail(t *testing.T) {
	b := newBench(t, Config{})
	for _, revolutions := range []int{0, 3} {
		check := func(onNew string, class domain.FailureClass, want string) {
			t.Helper()
			it := b.compare(2, &domain.Benchmark{Slug: "a", Code: `if (` + onOld + `) { throw new Exception('first'); } ` + onNew, Revolutions: revolutions})
			m, err := b.Execute(t.Context(), it)
			require.ErrorContains(t, err, want)
			require.Equal(t, class, domain.FailureOf(err, 1).Class)
			require.Zero(t, m)
		}
		check(`throw new Exception('second');`, domain.ClassCode, "first")
		check(`exec('kill -9 ' . getmypid());`, domain.ClassKilled, "killed by a signal")
	}
}

// A missing runtime fails the whole iteration, since another worker may have it.
func TestARuntimeThatIsMissingForOneVariant(t *testing.T) {
	b := newBench(t, Config{})
	file := filepath.Join(t.TempDir(), "ran")
	it := b.iteration(`touch('`+file+`');`, newer, "php99")
	require.Contains(t, b.failure(t, it, domain.ClassRuntime).Message, "runtime php99 is not here")
	require.NoFileExists(t, file)
}

// The context ends in the middle of the last sample, after one variant has failed and
// another has been measured.
func TestInterruptedAmongVariants(t *testing.T) {
	b := newBench(t, Config{})
	begun := filepath.Join(t.TempDir(), "begun")
	require.NoError(t, exec.Command("mkfifo", begun).Run())
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		if pipe, err := os.Open(begun); err == nil { // waits for the writer
			_ = pipe.Close()
		}
	}()
	it := b.iteration(`if (`+onOld+`) { nope(); } while (PHP_VERSION_ID >= 80400) { @file_put_contents('`+begun+`', 'x'); }`, older, "php82", newer)
	it.Seed = inTurn
	require.Equal(t, []int{0, 1, 2}, it.Order())
	m, err := b.Execute(ctx, it)
	require.ErrorIs(t, err, context.Canceled)
	require.Zero(t, m)
}
