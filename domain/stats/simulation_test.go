package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// machine makes values like those of real machines: with a level per block, drift,
// scatter, and an occasional sample that takes far longer.
func machine(random *rand.Rand, blocks, samples int, ratio float64) []Block {
	out := make([]Block, blocks)
	for i := range out {
		level := 1000 * math.Exp(0.2*random.NormFloat64()+0.01*float64(i))
		value := func(ratio float64) float64 {
			x := level * ratio * math.Exp(0.02*random.NormFloat64())
			if random.Float64() < 0.05 {
				x *= 1 + random.ExpFloat64()
			}
			return x
		}
		for range samples {
			out[i].Candidate = append(out[i].Candidate, value(ratio))
			out[i].Baseline = append(out[i].Baseline, value(1))
		}
	}
	return out
}

// TestCoverageAndFalseAlarms checks the documentation's claims: intervals cover the
// true value in at least 95 % of cases, identical code is rarely called different, a
// difference of 5 % is mostly found, and with enough data identical code is mostly
// called unchanged.
func TestCoverageAndFalseAlarms(t *testing.T) {
	t.Parallel()
	check := func(blocks, samples int, ratio float64) (covered, significant float64, verdicts map[Verdict]float64) {
		const trials = 1000
		random := rand.New(rand.NewPCG(11, uint64(blocks)))
		verdicts = map[Verdict]float64{}
		for range trials {
			c := Compare(machine(random, blocks, samples, ratio), DefaultMargin)
			verdicts[c.Verdict] += 1.0 / trials
			if c.Interval.Contains(ratio) || !c.Interval.Known() {
				covered += 1.0 / trials
			}
			if c.P <= alpha {
				significant += 1.0 / trials
			}
		}
		t.Logf("%d blocks of %d, ratio %.2f: covered %.3f, significant %.3f, verdicts %v", blocks, samples, ratio, covered, significant, verdicts)
		return covered, significant, verdicts
	}
	for _, shape := range [][2]int{{2, 3}, {10, 3}, {10, 1}, {40, 2}} {
		covered, significant, verdicts := check(shape[0], shape[1], 1)
		require.GreaterOrEqual(t, covered, 0.94)
		require.LessOrEqual(t, significant, 0.06)
		require.LessOrEqual(t, verdicts[Regressed]+verdicts[Improved], 0.06)
	}
	covered, _, verdicts := check(10, 3, 1.05)
	require.GreaterOrEqual(t, covered, 0.94)
	require.GreaterOrEqual(t, verdicts[Regressed], 0.9)
	require.Zero(t, verdicts[Improved])

	_, _, verdicts = check(30, 3, 1)
	require.GreaterOrEqual(t, verdicts[Unchanged], 0.9)
}

// TestLargeSamplesByTheNormalApproximation checks the same claims on data that are too
// large for the exact distribution.
func TestLargeSamplesByTheNormalApproximation(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(12, 13))
	const trials = 150
	covered, significant := 0, 0
	for range trials {
		c := Compare(machine(random, 400, 3, 1.01), DefaultMargin)
		if c.Interval.Contains(1.01) {
			covered++
		}
		if c.P <= alpha {
			significant++
		}
	}
	require.GreaterOrEqual(t, float64(covered)/trials, 0.9)
	require.Equal(t, trials, significant) // 1 % is plain with so many
}

// TestGroupsAreComparedAsWellAsRuntimes: variants of one iteration share its
// disturbances, whichever factor they differ in. The same number of processes
// therefore distinguishes two members of a group as surely as two runtimes. In
// separate iterations that number would rarely suffice.
func TestGroupsAreComparedAsWellAsRuntimes(t *testing.T) {
	t.Parallel()
	const trials = 100
	// measure compares two cells. The second takes that many times as long.
	measure := func(ratio float64, random *rand.Rand, entries ...domain.Entry) Report {
		run, level := newRun(t, 10, entries...), 0.0
		return build(t, run, execute(run, func(n int, s domain.Sample) float64 {
			if s.Position == 1 {
				level = 1e5 * math.Exp(0.2*random.NormFloat64()+0.01*float64(n))
			}
			x := level * math.Exp(0.02*random.NormFloat64())
			if random.Float64() < 0.05 {
				x *= 1 + random.ExpFloat64()
			}
			if s.Variant == 1 || len(entries) == 2 && n%2 == 0 {
				x *= ratio
			}
			return x
		}), "a", "php84")
	}
	runtimes, members := benchmark("a", "g", "php84", "php82"), group([]string{"a", "b"}, "php84")
	check := func(ratio float64, want Verdict) {
		t.Helper()
		found := map[string]float64{} // counts the verdicts of each way to compare
		for trial := range uint64(trials) {
			source := func(stream uint64) *rand.Rand { return rand.New(rand.NewPCG(trial, stream)) }
			count := func(way string, c Comparison) {
				if c.Verdict == want {
					found[way] += 1.0 / trials
				}
			}
			byRuntime := relative(measure(ratio, source(1), runtimes), ByRuntime, 1).Comparison
			same := relative(measure(ratio, source(1), members), ByBenchmark, 1).Comparison
			require.Equal(t, fmt.Sprintf("%+v", byRuntime), fmt.Sprintf("%+v", same), "equal values, equal figures")
			count("runtimes", byRuntime)
			count("members", relative(measure(ratio, source(2), members), ByBenchmark, 1).Comparison)
			r := measure(ratio, source(3), benchmark("a", "g", "php84"), benchmark("b", "g", "php84"))
			count("apart", Compare([]Block{{r.Cells[1].IterationMedians(), r.Cells[0].IterationMedians()}}, DefaultMargin))
		}
		t.Logf("ratio %.2f called %s: runtimes %.2f, members of a group %.2f, in iterations of their own %.2f",
			ratio, want, found["runtimes"], found["members"], found["apart"])
		require.GreaterOrEqual(t, found["runtimes"], 0.9)
		require.GreaterOrEqual(t, found["members"], 0.9)
		require.LessOrEqual(t, found["apart"], 0.1)
	}
	check(1.05, Regressed)
	check(1/1.05, Improved)
	check(1, Unchanged)
}

// TestGroupsShareIterations: a disturbance slows all samples of an iteration. It makes
// no difference between members that share the iteration. Between cells of different
// iterations it would look like one if their samples were compared directly, so that
// the medians of the iterations are compared instead.
func TestGroupsShareIterations(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	const trials = 300
	plan := newRun(t, 10, group([]string{"a", "b"}, "php84"))
	alarms, naive, medians := 0.0, 0.0, 0.0
	var before Report // the previous trial, which stands for another run
	for trial := range trials {
		level := 0.0
		r := build(t, plan, execute(plan, func(n int, s domain.Sample) float64 {
			if s.Position == 1 {
				level = 1e5 * math.Exp(0.05*random.NormFloat64())
			}
			return around(random, level)
		}))
		for m := range r.Families[0].Others {
			if m.P <= alpha {
				alarms++
			}
		}
		if trial > 0 {
			var rounds []Block
			for i := 0; i < 30; i += 3 {
				rounds = append(rounds, Block{r.Cells[0].values()[i : i+3], before.Cells[0].values()[i : i+3]})
			}
			if run(newStrata(rounds)).p <= alpha {
				naive++
			}
			if Compare([]Block{{r.Cells[0].IterationMedians(), before.Cells[0].IterationMedians()}}, DefaultMargin).P <= alpha {
				medians++
			}
		}
		before = r
	}
	t.Logf("identical members called different: %.3f; of different iterations: %.3f with iterations as the unit, %.3f with samples",
		alarms/trials, medians/trials, naive/trials)
	require.LessOrEqual(t, alarms/trials, 0.08)
	require.LessOrEqual(t, medians/trials, 0.08)
	require.Greater(t, naive/trials, 0.2)
}

// TestTheFastestIsChosenByTheData: the best of many identical runtimes looks fast. A
// correction for all pairs keeps false alarms at 5 %. If the baseline was named in
// advance, a correction for one comparison with each of the others is enough.
func TestTheFastestIsChosenByTheData(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 8))
	const trials = 250
	run := newRun(t, 10, benchmark("a", "", "php80", "php81", "php82", "php83", "php84", "php85"))
	alarms := func(results []domain.IterationExecuted, baselines ...string) (uncorrected, corrected float64) {
		least, leastAdjusted := 1.0, 1.0
		for m := range build(t, run, results, baselines...).Families[0].Others {
			least, leastAdjusted = min(least, m.P), min(leastAdjusted, m.AdjustedP)
		}
		if least <= alpha {
			uncorrected = 1.0 / trials
		}
		if leastAdjusted <= alpha {
			corrected = 1.0 / trials
		}
		return uncorrected, corrected
	}
	var fastest, named [2]float64
	for range trials {
		results := execute(run, func(n int, s domain.Sample) float64 { return around(random, 1e5) })
		uncorrected, corrected := alarms(results)
		fastest[0], fastest[1] = fastest[0]+uncorrected, fastest[1]+corrected
		uncorrected, corrected = alarms(results, "php83")
		named[0], named[1] = named[0]+uncorrected, named[1]+corrected
	}
	t.Logf("runs with a false alarm: %.3f, without the correction %.3f; with a named baseline %.3f and %.3f", fastest[1], fastest[0], named[1], named[0])
	require.LessOrEqual(t, fastest[1], 0.08)
	require.Greater(t, fastest[0], 0.2)
	require.LessOrEqual(t, named[1], 0.08)
	require.Greater(t, named[0], 0.1)
}
