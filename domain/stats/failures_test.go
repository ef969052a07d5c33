package stats

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func TestVariantsFailAlone(t *testing.T) {
	t.Parallel()
	run := newRun(t, 6, group([]string{"a", "b"}, "php84", "php82"), benchmark("c", "", "php84"))
	results := execute(run, func(n int, s domain.Sample) float64 { return 1e5 + float64(10*n+s.Position) })
	killed := domain.Failure{Class: domain.ClassKilled, Message: "killed", Output: "tail", Attempts: 2}
	broken := domain.Failure{Class: domain.ClassCode, Message: "broken", Attempts: 1}
	results[2] = withFailures(results[2], killed, 0, 2, 3)
	results[4].Samples, results[4].Failure = nil, &broken
	results[5].Samples, results[5].Failure = nil, &broken
	for _, n := range []int{0, 6, 8, 10} { // the third variant whenever the iteration does not fail
		results[n] = withFailures(results[n], killed, 2)
	}
	results[8] = withFailures(results[8], killed, 3)
	results = append(results, results[2], results[4]) // twice, which counts once
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(results), func(i, j int) { results[i], results[j] = results[j], results[i] })

	r := build(t, run, results)
	require.Equal(t, domain.Counts{Planned: 12, Done: 10, Failed: 2, Duplicates: 2}, r.Run.Counts, "an iteration that measured some is done")
	check := func(cell, failed, samples int, detail string, warnings ...WarningCode) {
		t.Helper()
		c := r.Cells[cell]
		require.Equal(t, failed, c.Failed)
		require.Len(t, c.Samples, samples)
		require.Equal(t, append([]WarningCode{}, warnings...), codes(c.Warnings))
		require.Equal(t, detail, c.Warnings[0].Detail)
	}
	check(0, 1, 12, "in 1 iteration", Partly, FewSamples)
	check(3, 2, 9, "in 2 iterations", Partly, FewSamples)
	check(2, 5, 0, "", NoneInCell) // it goes without saying
	for _, cell := range []int{1, 4} {
		require.Zero(t, r.Cells[cell].Failed, "a failure of all is none of the variant")
		require.Equal(t, []WarningCode{FewSamples}, codes(r.Cells[cell].Warnings))
	}

	failure := func(iteration int, entry string, cell int, f domain.Failure) Failure {
		of := Failure{Iteration: iteration, Entry: entry, Worker: "worker-1", HostKey: "k1", Failure: f}
		if cell >= 0 {
			of.Cell = &r.Cells[cell]
		}
		return of
	}
	want := []Failure{failure(1, "g", 2, killed), failure(3, "g", 0, killed), failure(3, "g", 2, killed), failure(3, "g", 3, killed),
		failure(5, "g", -1, broken), failure(6, "c", -1, broken), failure(7, "g", 2, killed),
		failure(9, "g", 2, killed), failure(9, "g", 3, killed), failure(11, "g", 2, killed)}
	require.Equal(t, want, r.Failures)
	for i, f := range r.Failures {
		require.Same(t, want[i].Cell, f.Cell)
	}

	for _, f := range r.Families {
		require.NotContains(t, places(f), 2, "what was not measured is no member")
	}
	require.Len(t, r.Families, 2) // a by runtime, and php82 by benchmark
}

// TestIterationsOfOneSideTellNothing: if one of two variants failed in an iteration,
// the samples of the other are not comparable.
func TestIterationsOfOneSideTellNothing(t *testing.T) {
	t.Parallel()
	run := newRun(t, 10, benchmark("a", "", "php84", "php82", "php74"))
	alone := map[int]int{1: 1, 2: 1, 3: 0} // which of the first two fails
	results := execute(run, func(n int, s domain.Sample) float64 {
		value := []float64{1e5, 1.2e5, 1.5e5}[s.Variant] + float64(s.Position)
		if _, ok := alone[n]; ok && s.Variant != 2 {
			value /= 3
		}
		return value
	})
	failure := domain.Failure{Class: domain.ClassTimeout, Message: "m"}
	for n, variant := range alone {
		results[n-1] = withFailures(results[n-1], failure, variant)
	}
	results[3].Samples, results[3].Failure = nil, &failure
	r := build(t, run, results, "php84")
	check := func(cell, blocks, unpaired int, ratio float64) {
		t.Helper()
		m := relative(r, ByRuntime, cell)
		require.Equal(t, blocks, m.Blocks)
		require.Equal(t, unpaired, m.Unpaired, "an iteration that failed as a whole is missing on both sides alike")
		require.Equal(t, Regressed, m.Verdict)
		require.InDelta(t, ratio, m.Ratio, 0.001)
	}
	check(1, 6, 3, 1.2)
	check(2, 8, 1, 1.5)
	require.Zero(t, relative(r, ByRuntime, 0).Unpaired)
}

func TestNothingInCommonCannotBeCompared(t *testing.T) {
	t.Parallel()
	run := newRun(t, 10, benchmark("a", "", "php84", "php82", "php74"))
	results := execute(run, func(_ int, s domain.Sample) float64 { return 1e5*float64(1+s.Variant) + float64(s.Position) })
	for i := range results {
		results[i] = withFailures(results[i], domain.Failure{Class: domain.ClassKilled, Message: "m"}, i%2) // never both of the first two
	}
	r := build(t, run, results)
	m := relative(r, ByRuntime, 1)
	require.Zero(t, m.Blocks)
	require.Equal(t, 10, m.Unpaired)
	require.True(t, math.IsNaN(m.Ratio))
	require.Equal(t, Inconclusive, m.Verdict)
	require.Zero(t, m.NeededIterations, "there is no telling")
	require.Equal(t, []WarningCode{Partly, FewSamples, FewForTests}, codes(r.Cells[1].Warnings))
	require.Equal(t, Regressed, relative(r, ByRuntime, 2).Verdict)

	var order []int
	for _, m := range r.Families[0].Members {
		order = append(order, m.Index)
	}
	require.Equal(t, []int{0, 2, 1}, order, "one without a ratio is last")
}
