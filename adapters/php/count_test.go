package php

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// counted executes the iteration, and returns the instructions of each variant's samples,
// 0 for those that were not counted.
func (b *bench) counted(t *testing.T, it domain.Iteration) [][]int64 {
	t.Helper()
	it.CountInstructions = true
	m, err := b.Execute(t.Context(), it)
	require.NoError(t, err, b.log.String())
	require.Empty(t, m.Failures, b.log.String())
	all := make([][]int64, len(it.Variants))
	for _, s := range m.Samples {
		all[s.Variant] = append(all[s.Variant], s.Instructions)
		require.Positive(t, s.Batch)
	}
	return all
}

// sum adds numbers so many times.
func sum(name, times string) *domain.Benchmark {
	return &domain.Benchmark{Slug: name, Name: name, Category: "Test", Revolutions: 1000, Code: "$s = 0; for ($j = 0; $j < " + times + "; ++$j) { $s += $j; }"}
}

// These tests need valgrind, and do not skip without it: scripts/packages installs it.
func TestInstructions(t *testing.T) {
	b := newBench(t, Config{})
	require.NoError(t, b.CanCount(t.Context()))

	newest := b.runtimes[len(b.runtimes)-1]
	repeats := func(t *testing.T, counts []int64) {
		t.Helper()
		slices.Sort(counts)
		require.Zero(t, counts[0], "once two agree, no more are counted")
		require.InEpsilon(t, counts[len(counts)-1], counts[len(counts)-2], 0.001)
	}
	b.eachRuntime(t, func(t *testing.T, name domain.RuntimeName) {
		it := b.iteration("")
		it.Variants = []domain.Variant{{Benchmark: sum("a", "100"), Runtime: name}}
		if name == newest {
			it.Variants = append(it.Variants, domain.Variant{Benchmark: sum("b", "101"), Runtime: name})
		}
		it.Samples = 4
		all := b.counted(t, it)
		for _, counts := range all {
			repeats(t, counts)
		}
		if name == newest {
			require.InDelta(t, 0.01, float64(all[1][3])/float64(all[0][3])-1, 0.002, "one loop more than a hundred")
		}
	})
	t.Run("what does not repeat", func(t *testing.T) {
		it := b.iteration("for ($j = mt_rand(1000, 3000); $j > 0; --$j) {}")
		benchmarkOf(it).Revolutions = 1000
		it.Samples = 2
		counts := b.counted(t, it)[0]
		require.NotContains(t, counts, int64(0), "no two agree")
		require.NotEqual(t, counts[0], counts[1])
	})
	t.Run("JIT", func(t *testing.T) {
		it := b.iteration("")
		v := domain.Variant{Benchmark: sum("a", "100"), Runtime: newest}
		v.Settings = domain.Settings{{Name: "jit", Value: "tracing"}, {Name: "opcache", Value: "on"}}
		it.Variants = []domain.Variant{v}
		it.Samples = 2
		require.Less(t, b.counted(t, it)[0][0], int64(20*3000), "compiled code executes half at most of what is interpreted")
	})
}

// What the code may use is the same under valgrind, and what it leaves behind goes.
func TestLimitsOfACountedProcess(t *testing.T) {
	b := newBench(t, Config{MemoryLimit: 128 << 20})
	it := b.iteration("$s = str_repeat('x', 50 << 20);")
	benchmarkOf(it).Revolutions = 1
	require.Positive(t, b.counted(t, it)[0][0])

	it = b.iteration("$x = 1;")
	benchmarkOf(it).Setup = "$p = popen('(echo ready; while :; do :; done) &', 'r'); fgets($p);"
	require.Positive(t, b.counted(t, it)[0][0])
	require.Equal(t, 2, strings.Count(b.log.String(), "left processes behind"), "the timed process, and the one that is counted: %s", b.log)

	it = b.iteration("if (getenv('LD_PRELOAD') !== false) { sleep(1000); }") // under valgrind alone
	it.CountInstructions, it.SampleTimeout = true, 10*time.Second
	f := b.failure(t, it, domain.ClassTimeout)
	require.Contains(t, f.Message, "to count its instructions under valgrind: ")
	require.Contains(t, f.Message, "it did not end within 10s; code is about 50 times slower under valgrind: allow a process more time")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	it.SampleTimeout = time.Minute
	_, err := b.Execute(ctx, it)
	require.ErrorIs(t, err, context.Canceled)
}

// pretend makes a program in place of valgrind. It finds what to execute in its
// arguments. total N [.PART] writes a file of callgrind, and where the parts of a process
// are wanted, N is that of each.
func (b *bench) pretend(t *testing.T, does string) {
	t.Helper()
	b.counting.program = filepath.Join(t.TempDir(), "valgrind")
	text := "#!/bin/sh\n" + `while :; do case $1 in --callgrind-out-file=*) out=${1#*=};; --version) echo valgrind-0; exit;; --*) ;; *) break;; esac; shift; done
out=${out%\%p}; [ "$out" = /dev/stdout ] || out=$out$$
total() { printf 'events: Ir\nfn=f\n0 %s\ntotals: %s\n' "$1" "$1" >"$out$2"; }
` + does + "\n"
	require.NoError(t, os.WriteFile(b.counting.program, []byte(text), 0o755))
	b.counting.known = false
}

// works is a trial that succeeds, before what comes after it.
const works = `if [ "$out" = /dev/stdout ]; then total 1000; exit; fi; `

// A number that valgrind did not give is never made up.
func TestWhereInstructionsCannotBeCounted(t *testing.T) {
	b := newBench(t, Config{})
	cannot := func(parts ...string) {
		t.Helper()
		b.counting.known = false
		err := b.CanCount(t.Context())
		require.Equal(t, domain.ClassRuntime, domain.FailureOf(err, 1).Class)
		for _, part := range append(parts, "instructions cannot be counted on this host") {
			require.ErrorContains(t, err, part)
		}
		it := b.iteration("$x = 1;")
		it.CountInstructions = true
		require.Equal(t, err.Error(), b.failure(t, it, domain.ClassRuntime).Message)
		_, err = b.Execute(t.Context(), b.iteration("$x = 1;"))
		require.NoError(t, err, "it measures what does not ask for them")
	}
	b.counting.program = "no-such-valgrind"
	cannot("not on the PATH", "apt-get install valgrind")
	b.pretend(t, `kill -ILL $$`)
	cannot("illegal instruction", "valgrind (valgrind-0) failed", "another version may know more of this processor")
	b.pretend(t, `exit 3`)
	cannot("exit status 3")
	b.pretend(t, `exec "$@"`)
	cannot("its totals are missing")
	b.pretend(t, `echo "no total"`)
	cannot("line 1 of the profile")
	b.pretend(t, `head -c 1000000 /dev/zero`)
	cannot("line 1 of the profile")
	b.pretend(t, `total 99999999999999999999`)
	cannot("line 3 of the profile")
}

// What goes wrong after the trial is a failure of the variant.
func TestCountingGoesWrong(t *testing.T) {
	b := newBench(t, Config{})
	wrong := func(class domain.FailureClass, does string, parts ...string) {
		t.Helper()
		b.pretend(t, works+does)
		it := b.iteration("$x = 1;")
		it.CountInstructions = true
		message := b.failure(t, it, class).Message
		for _, part := range append(parts, "to count its instructions under valgrind") {
			require.Contains(t, message, part)
		}
	}
	wrong(domain.ClassResult, `total 1000 .4; total 1000 .6; exec "$@"`, "1 revolutions executed 1000 instructions and 2 only 1000",
		"the code does not do the same each time", "give it the same input each time")
	wrong(domain.ClassResult, `exec "$@"`, "valgrind did not write what each part of the batch executed: is getrusage() disabled")
	wrong(domain.ClassResult, `total 1000 .4; exec "$@"`, "valgrind did not write what each part of the batch executed")
	wrong(domain.ClassResult, `total 1000 .4; ln -s /etc/passwd "$out.6"; exec "$@"`, "valgrind did not write what each part of the batch executed")
	wrong(domain.ClassResult, `total 1000 .4; echo hello >"$out.6"; exec "$@"`, `line 1 of the profile: "hello" is not known`)
	wrong(domain.ClassResult, `total 1000 .4; total 2000 .6; total 3 .7; exec "$@"`, "the code calls getrusage()")
	wrong(domain.ClassKilled, `kill -KILL $$`, "killed")
	wrong(domain.ClassSpawn, `exit 0`)
}

// The parts of a batch are told apart by calls of getrusage().
func TestCodeThatCallsGetrusageIsNotCounted(t *testing.T) {
	b := newBench(t, Config{})
	it := b.iteration("getrusage();")
	it.CountInstructions = true
	require.Contains(t, b.failure(t, it, domain.ClassResult).Message, "the code calls getrusage(), which is how the parts of a batch are told apart")
}

// What the code does once, as loading a class, is not in the count.
func TestWhatHappensOnceIsNotCounted(t *testing.T) {
	b := newBench(t, Config{})
	benchmark := sum("a", "10")
	benchmark.Warmup = new(0)
	it := b.iteration("")
	it.Variants = []domain.Variant{{Benchmark: benchmark, Runtime: b.runtimes[0]}}
	want := b.counted(t, it)[0][0]
	loads := *benchmark
	loads.Code = "if (!isset($once)) { $once = range(1, 100000); } " + loads.Code
	it.Variants[0].Benchmark = &loads
	require.InEpsilon(t, want, b.counted(t, it)[0][0], 0.3)
}

func TestHowManyRevolutionsAreCounted(t *testing.T) {
	t.Parallel()
	for batch, want := range map[int]int{1: 1, 99: 1, 100: 2, 199: 2, 200: 4, 499: 4, 500: 10, 5000: 100, domain.MaxRevolutions: 20_000_000} {
		require.Equal(t, want, countedRevolutions(batch), "%d", batch)
	}
}
