package stats

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// machine makes values with what real ones have: a level per block, drift,
// scatter, and now and then a sample that takes far longer.
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

// TestCoverageAndFalseAlarms holds what the documentation promises: intervals
// cover in at least 95 % of cases, identical code is rarely called different,
// 5 % is mostly found, and identical code is mostly called the same when there
// are enough data.
func TestCoverageAndFalseAlarms(t *testing.T) {
	t.Parallel()
	check := func(blocks, samples int, ratio float64) (covered, significant float64, verdicts map[Verdict]float64) {
		const trials = 1500
		random := rand.New(rand.NewPCG(11, uint64(blocks)))
		verdicts = map[Verdict]float64{}
		for range trials {
			c := Compare(machine(random, blocks, samples, ratio), DefaultMargin)
			verdicts[c.Verdict] += 1.0 / trials
			if c.Interval.Contains(ratio) {
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

// TestLargeSamplesByTheNormalApproximation does the same where the exact
// distribution is out of reach.
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
