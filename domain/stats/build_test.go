package stats

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func benchmark(slug, group string, runtimes ...domain.RuntimeName) domain.Entry {
	return domain.NewEntry(&domain.Benchmark{Slug: slug, Name: strings.ToUpper(slug), Category: "test", Group: group, Runtimes: runtimes, Code: "x"}, runtimes...)
}

func newRun(t testing.TB, iterations int, entries ...domain.Entry) domain.Run {
	t.Helper()
	plan := domain.Plan{Entries: entries, Iterations: iterations}
	run, err := domain.NewRun("run-1", plan, time.Date(2026, 11, 23, 14, 25, 1, 0, time.UTC))
	require.NoError(t, err)
	run.Done, run.Outstanding = run.Planned, 0
	run.State = domain.StateCompleted
	return run
}

// execute makes the results of a run. The function value gives the time per revolution.
func execute(run domain.Run, value func(n int, s domain.Sample) float64) []domain.IterationExecuted {
	var out []domain.IterationExecuted
	for n := 1; n <= run.Plan.Total(); n++ {
		msg := run.Plan.Message(run.ID, n, "here")
		result := domain.IterationExecuted{Schema: domain.SchemaExecuted, RunID: run.ID, Iteration: n, Attempt: 1,
			Worker: "worker-1", Host: domain.Host{Key: "k1", Name: "host-1", Cores: 2}, Load: domain.Load{Load1: 0.5},
			Started: run.Created.Add(time.Duration(n) * time.Second)}
		for i, variant := range msg.Work().Order() {
			s := domain.Sample{Variant: variant, Position: i + 1, Revolutions: 1000, PeakMemory: 1 << 20, RuntimePeakMemory: 1 << 19, Timer: "hrtime"}
			s.Batch = time.Duration(1000 * value(n, s))
			result.Samples = append(result.Samples, s)
		}
		out = append(out, result)
	}
	return out
}

func stream(results []domain.IterationExecuted) iter.Seq2[domain.IterationExecuted, error] {
	return func(yield func(domain.IterationExecuted, error) bool) {
		for _, r := range results {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func build(t testing.TB, run domain.Run, results []domain.IterationExecuted, baselines ...string) Report {
	t.Helper()
	report, err := Build(run, stream(results), Options{Baselines: baselines})
	require.NoError(t, err)
	return report
}

// withFailures returns the result after these variants failed: it has failures in
// place of their samples.
func withFailures(result domain.IterationExecuted, failure domain.Failure, variants ...int) domain.IterationExecuted {
	result.Samples = slices.DeleteFunc(slices.Clone(result.Samples), func(s domain.Sample) bool { return slices.Contains(variants, s.Variant) })
	for _, v := range variants {
		result.VariantFailures = append(result.VariantFailures, domain.VariantFailure{Variant: v, Failure: failure})
	}
	return result
}

func codes(warnings []Warning) []WarningCode {
	found := []WarningCode{}
	for _, w := range warnings {
		found = append(found, w.Code)
	}
	return found
}

// around scatters values by 1 %.
func around(random *rand.Rand, level float64) float64 {
	return level * math.Exp(0.01*random.NormFloat64())
}

func TestBuildOrdersAndCounts(t *testing.T) {
	t.Parallel()
	run := newRun(t, 4, benchmark("b", "", "php84", "php82"), benchmark("a", "", "php84"))
	value := func(n int, s domain.Sample) float64 { return 1e5 + float64(100*n+s.Position) }
	results := execute(run, value)
	failure := domain.Failure{Class: domain.ClassTimeout, Message: "too slow", Output: "tail", Attempts: 4}
	results[2].Samples, results[2].Failure = nil, &failure
	results = append(results, results[4]) // twice
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(results), func(i, j int) { results[i], results[j] = results[j], results[i] })

	r := build(t, run, results)
	require.Len(t, r.Cells, 3)
	check := func(i, entry, index int, slug string, runtime domain.RuntimeName, n int) {
		t.Helper()
		require.Equal(t, entry, r.Cells[i].Entry)
		require.Equal(t, index, r.Cells[i].Index)
		require.Equal(t, slug, r.Cells[i].Benchmark.Slug)
		require.Equal(t, runtime, r.Cells[i].Runtime)
		require.Len(t, r.Cells[i].Samples, n)
		require.Equal(t, n, r.Cells[i].Summary.N)
	}
	check(0, 0, 0, "b", "php84", 9)
	check(1, 0, 1, "b", "php82", 9)
	check(2, 1, 0, "a", "php84", 12)
	require.True(t, slices.IsSortedFunc(r.Cells[2].Samples, func(x, y Sample) int {
		return int(1000*(x.Iteration-y.Iteration) + x.Position - y.Position)
	}))
	require.Equal(t, Memory{Peak: 1 << 20, PeakMean: 1 << 20, RuntimePeak: 1 << 19}, r.Cells[2].Memory)
	require.Equal(t, []Failure{{Iteration: 3, Entry: "b", Worker: "worker-1", HostKey: "k1", Failure: failure}}, r.Failures)
	require.Len(t, r.Hosts, 1)
	require.Equal(t, 8, r.Hosts[0].Iterations)

	first := r.Cells[2].Samples[0]
	require.EqualValues(t, 2, first.Iteration)
	require.Equal(t, Origin{Worker: "worker-1", HostKey: "k1", Timer: "hrtime"}, *first.Origin)
	require.EqualValues(t, -1, first.CPU)
	require.Same(t, first.Origin, r.Cells[0].Samples[0].Origin)
}

func TestBuildRefusesWhatIsNotOfTheRun(t *testing.T) {
	t.Parallel()
	run := newRun(t, 2, benchmark("a", "", "php84", "php82"), benchmark("b", "", "php84"))
	check := func(want string, change func(*domain.IterationExecuted)) {
		t.Helper()
		results := execute(run, func(int, domain.Sample) float64 { return 1e5 })
		change(&results[1])
		_, err := Build(run, stream(results), Options{})
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "run-1")
	}
	check("not in the plan", func(r *domain.IterationExecuted) { r.Iteration = 5 })
	check("not in the plan", func(r *domain.IterationExecuted) { r.Iteration = 0 })
	check("not in the plan", func(r *domain.IterationExecuted) { r.RunID = "other" })
	for _, variant := range []int{-1, 1, domain.MaxVariants} { // only the other entry has a variant 1
		check(fmt.Sprintf("iteration 2 has a sample of variant %d", variant), func(r *domain.IterationExecuted) { r.Samples[2].Variant = variant })
		check(fmt.Sprintf("iteration 2 has a failure of variant %d", variant), func(r *domain.IterationExecuted) {
			*r = withFailures(*r, domain.Failure{Class: domain.ClassCode, Message: "m"}, variant)
		})
	}
	check("without a time", func(r *domain.IterationExecuted) { r.Samples[0].Batch = 0 })
	check("without a time", func(r *domain.IterationExecuted) { r.Samples[0].Revolutions = 0 })

	broken := errors.New("the disk is gone")
	_, err := Build(run, func(yield func(domain.IterationExecuted, error) bool) { yield(domain.IterationExecuted{}, broken) }, Options{})
	require.ErrorIs(t, err, broken)
}

func TestBuildOfNothing(t *testing.T) {
	t.Parallel()
	run := newRun(t, 2, group([]string{"a", "b"}, "php84", "php82"), benchmark("c", "g", "php84"))
	run.Done, run.Outstanding = 0, run.Planned
	r := build(t, run, nil)
	require.Len(t, r.Cells, 5)
	for _, c := range r.Cells {
		require.Equal(t, []WarningCode{NoneInCell}, codes(c.Warnings))
	}
	require.Empty(t, r.Families)
	require.Equal(t, []WarningCode{Incomplete, Split}, codes(r.Warnings), "c is of the group that another entry has")
}

func TestBuildCountsWhatItIsGiven(t *testing.T) {
	t.Parallel()
	planned, err := domain.NewRun("run-1", domain.Plan{Entries: []domain.Entry{benchmark("a", "", "php84")}, Iterations: 10}, time.Time{})
	require.NoError(t, err)
	results := execute(planned, func(int, domain.Sample) float64 { return 1e5 })
	results[3].Samples, results[3].Failure = nil, &domain.Failure{Class: domain.ClassCode, Message: "m"}
	check := func(said, want domain.State, counts domain.Counts, results []domain.IterationExecuted, warnings ...WarningCode) {
		t.Helper()
		for _, stale := range []domain.Counts{planned.Counts, {Planned: 10, Done: 10}, {Planned: 10, Failed: 2, Cancelled: 8}} {
			run := planned
			run.State, run.Counts = said, stale
			r := build(t, run, results)
			require.Equal(t, want, r.Run.State)
			require.Equal(t, counts, r.Run.Counts)
			require.Equal(t, append([]WarningCode{}, warnings...), codes(r.Warnings))
		}
	}
	all := domain.Counts{Planned: 10, Done: 9, Failed: 1}
	check(domain.StateInterrupted, domain.StateCompleted, all, results)
	check(domain.StateRunning, domain.StateCompleted, all, results)
	check(domain.StateDetached, domain.StateCompleted, all, results)
	check(domain.StateFailed, domain.StateFailed, all, results)
	check(domain.StateCancelled, domain.StateCancelled, all, results)
	twice := all
	twice.Duplicates = 1
	check(domain.StateInterrupted, domain.StateCompleted, twice, append(slices.Clone(results), results[0]))
	outstanding, cancelled := domain.Counts{Planned: 10, Done: 5, Failed: 1, Outstanding: 4}, domain.Counts{Planned: 10, Done: 5, Failed: 1, Cancelled: 4}
	check(domain.StateRunning, domain.StateRunning, outstanding, results[:6], Incomplete)
	check(domain.StateCompleted, domain.StateInterrupted, outstanding, results[:6], Incomplete)
	check(domain.StateCancelled, domain.StateCancelled, cancelled, results[:6], Incomplete)
}

func TestOutputsOfFailuresAreBounded(t *testing.T) {
	t.Parallel()
	run := newRun(t, 40, benchmark("a", "", "php84", "php82"))
	results := execute(run, func(int, domain.Sample) float64 { return 1e5 })
	for i := range results {
		output := strings.Repeat("x", 1<<20)
		if i%2 == 1 { // the others are all the same
			output = fmt.Sprint(i, output)
		}
		failure := domain.Failure{Class: domain.ClassCode, Message: "m", Output: output}
		if i%4 < 2 {
			results[i].Samples, results[i].Failure = nil, &failure
		} else { // the output of a variant takes room like that of an iteration
			results[i] = withFailures(results[i], failure, 1)
		}
	}
	r := build(t, run, results)
	require.Len(t, r.Failures, 40)
	require.Contains(t, codes(r.Warnings), OutputOmitted)
	total, seen := 0, map[string]bool{}
	for _, f := range r.Failures {
		if !seen[f.Output] {
			seen[f.Output] = true
			total += len(f.Output)
		}
	}
	require.LessOrEqual(t, total, maxFailureOutput)
	require.NotEmpty(t, r.Failures[38].Output) // one that is the same as the first
	require.Empty(t, r.Failures[39].Output)
}

// BenchmarkBuild measures the memory of a report per sample.
func BenchmarkBuild(b *testing.B) {
	run := newRun(b, 100_000, benchmark("a", "", "php84", "php82"))
	results := execute(run, func(n int, s domain.Sample) float64 { return 1e5 + float64(n%97+s.Position) })
	b.ReportAllocs()
	for b.Loop() {
		_, err := Build(run, stream(results), Options{})
		require.NoError(b, err)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*600_000), "ns/sample")
}
