package stats

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func TestRuntimesAgainstTheFastest(t *testing.T) {
	t.Parallel()
	run := newRun(t, 10, benchmark("a", "", "php84", "php82", "php74"))
	random := rand.New(rand.NewPCG(1, 2))
	levels := map[domain.RuntimeName]float64{"php84": 1e5, "php82": 1.001e5, "php74": 1.3e5}
	r := build(t, run, execute(run, func(n int, s domain.Sample) float64 {
		return around(random, levels[s.Runtime]) * math.Pow(1.1, float64(n%5)) // whole iterations are slower than others
	}))

	fastest := r.Cells[0].AmongRuntimes
	if !fastest.Fastest {
		fastest = r.Cells[1].AmongRuntimes
	}
	require.True(t, fastest.Fastest)
	require.Equal(t, 1.0, fastest.Ratio)

	slow := r.Cells[2].AmongRuntimes
	require.False(t, slow.Fastest)
	require.Equal(t, Regressed, slow.Verdict)
	require.InDelta(t, 1.3, slow.Ratio, 0.02)
	require.Equal(t, 10, slow.Blocks)
	require.Equal(t, 3, slow.Family) // all pairs of three
	require.Nil(t, r.Cells[0].AmongGroup)
	for _, c := range r.Cells[:2] {
		if !c.AmongRuntimes.Fastest {
			require.Equal(t, Unchanged, c.AmongRuntimes.Verdict)
		}
	}
}

func TestGroupAgainstTheFastest(t *testing.T) {
	t.Parallel()
	run := newRun(t, 10, benchmark("slow", "g", "php84", "php82"), benchmark("other", "", "php84"), benchmark("fast", "g", "php84"))
	random := rand.New(rand.NewPCG(1, 2))
	r := build(t, run, execute(run, func(n int, s domain.Sample) float64 {
		return around(random, []float64{1.2e5, 5e4, 1e5}[(n-1)%3])
	}))
	slow, fast := r.Cells[0].AmongGroup, r.Cells[3].AmongGroup
	require.True(t, fast.Fastest)
	require.Equal(t, "fast", slow.Benchmark.Slug)
	require.Equal(t, domain.RuntimeName("php84"), slow.Runtime)
	require.Equal(t, Regressed, slow.Verdict)
	require.Equal(t, 2, slow.Blocks) // ten rounds, five a block
	require.InDelta(t, 1.2, slow.Ratio, 0.02)
	require.Nil(t, r.Cells[1].AmongGroup, "alone on its runtime")
	require.Nil(t, r.Cells[2].AmongGroup, "in no group")
	require.NotNil(t, r.Cells[0].AmongRuntimes)
}

func TestGroupComparesOnOneKindOfMachine(t *testing.T) {
	t.Parallel()
	run := newRun(t, 40, benchmark("a", "g", "php84"), benchmark("b", "g", "php84"))
	random := rand.New(rand.NewPCG(3, 4))
	results := execute(run, func(n int, s domain.Sample) float64 { return around(random, 1e5) })
	for i := range results {
		// The second machine takes twice as long, and most of benchmark b.
		if share := []float64{0.3, 0.7}[i%2]; random.Float64() < share {
			results[i].Host.Key = "k2"
			for j := range results[i].Samples {
				results[i].Samples[j].Batch *= 2
			}
		}
	}
	r := build(t, run, results)
	require.Contains(t, codes(r.Warnings), MixedMachines)
	require.Greater(t, r.Cells[1].Summary.Median, 1.5*r.Cells[0].Summary.Median)
	require.Equal(t, Unchanged, r.Cells[1].AmongGroup.Verdict)
}

func TestTooFewIterationsCannotDecide(t *testing.T) {
	t.Parallel()
	run := newRun(t, 1, benchmark("a", "", "php84", "php82"))
	r := build(t, run, execute(run, func(n int, s domain.Sample) float64 {
		if s.Runtime == "php82" {
			return 2e5 + float64(s.Position)
		}
		return 1e5 + float64(s.Position)
	}))
	slow := r.Cells[1]
	require.Equal(t, Inconclusive, slow.AmongRuntimes.Verdict)
	require.Equal(t, 1, slow.AmongRuntimes.MoreIterations)
	require.Contains(t, codes(slow.Warnings), FewForTests)
	require.InDelta(t, 2, slow.AmongRuntimes.Ratio, 0.01)
}

// TestGroupsDoNotTakeSamplesForIterations: whatever slows one iteration of a
// benchmark down slows all its samples down, and would pass for a difference
// between the members of a round if each sample counted.
func TestGroupsDoNotTakeSamplesForIterations(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	const trials = 300
	run := newRun(t, 10, benchmark("a", "g", "php84"), benchmark("b", "g", "php84"))
	alarms, naive := 0.0, 0.0
	for range trials {
		level := 0.0
		r := build(t, run, execute(run, func(n int, s domain.Sample) float64 {
			if s.Position == 1 {
				level = 1e5 * math.Exp(0.05*random.NormFloat64())
			}
			return around(random, level)
		}))
		var rounds []Block
		for i := 0; i < 30; i += 3 {
			rounds = append(rounds, Block{values(r.Cells[0].Samples[i : i+3]), values(r.Cells[1].Samples[i : i+3])})
		}
		if Compare(rounds, DefaultMargin).P <= alpha {
			naive++
		}
		for _, c := range r.Cells {
			if !c.AmongGroup.Fastest && c.AmongGroup.P <= alpha {
				alarms++
			}
		}
	}
	t.Logf("identical members called different: %.3f with iterations as the unit, %.3f with samples", alarms/trials, naive/trials)
	require.LessOrEqual(t, alarms/trials, 0.08)
	require.Greater(t, naive/trials, 0.2)
}

// TestTheFastestIsChosenByTheData: among many identical runtimes the best of
// them looks fast; correcting for all pairs keeps false alarms at 5 %.
func TestTheFastestIsChosenByTheData(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 8))
	const trials = 250
	run := newRun(t, 10, benchmark("a", "", "php80", "php81", "php82", "php83", "php84", "php85"))
	alarms, uncorrected := 0.0, 0.0
	for range trials {
		r := build(t, run, execute(run, func(n int, s domain.Sample) float64 { return around(random, 1e5) }))
		least, leastAdjusted := 1.0, 1.0
		for _, c := range r.Cells {
			if !c.AmongRuntimes.Fastest {
				least, leastAdjusted = min(least, c.AmongRuntimes.P), min(leastAdjusted, c.AmongRuntimes.AdjustedP)
			}
		}
		if least <= alpha {
			uncorrected++
		}
		if leastAdjusted <= alpha {
			alarms++
		}
	}
	t.Logf("runs with a false alarm: %.3f, without the correction %.3f", alarms/trials, uncorrected/trials)
	require.LessOrEqual(t, alarms/trials, 0.08)
	require.Greater(t, uncorrected/trials, 0.2)
}

func TestIterationMedians(t *testing.T) {
	t.Parallel()
	run := newRun(t, 3, benchmark("a", "", "php84"))
	position := map[int]float64{}
	r := build(t, run, execute(run, func(n int, _ domain.Sample) float64 {
		position[n]++
		return 1000*float64(n) + []float64{0, 10, 500}[int(position[n])-1] // the median is the second of three
	}))
	require.InDeltaSlice(t, []float64{1010, 2010, 3010}, r.Cells[0].IterationMedians(), 1e-9)
	require.Empty(t, new(Cell).IterationMedians())
}
