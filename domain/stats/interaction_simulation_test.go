package stats

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// arms makes the blocks of several arms, all with the same true time: by arm, block,
// and sample. In each block each arm is off by a share of its own.
func arms(random *rand.Rand, count int, interaction float64) [][][]float64 {
	all := make([][][]float64, count)
	for range 10 {
		level := 1000 * math.Exp(0.2*random.NormFloat64())
		for arm := range all {
			own := level * math.Exp(interaction*random.NormFloat64())
			values := make([]float64, 3)
			for i := range values {
				values[i] = own * math.Exp(0.02*random.NormFloat64())
			}
			all[arm] = append(all[arm], values)
		}
	}
	return all
}

// bySamples compares as if no ratio differed between blocks.
func bySamples(blocks []Block) Comparison {
	s := newStrata(blocks)
	c := Comparison{Blocks: len(s.blocks), Family: 1, Margin: DefaultMargin}
	c.take(UnitSample, run(s), s.reach())
	return c
}

// falseVerdict reports whether one of the arms is called different from the fastest,
// which is chosen by the data.
func falseVerdict(all [][][]float64, compare func([]Block) Comparison) bool {
	fastest := slices.MinFunc(all, func(x, y [][]float64) int {
		return cmp.Compare(median(slices.Concat(x...)), median(slices.Concat(y...)))
	})
	var comparisons []*Comparison
	for _, arm := range all {
		blocks := make([]Block, len(arm))
		for i := range arm {
			blocks[i] = Block{arm[i], fastest[i]}
		}
		if &arm[0] != &fastest[0] {
			c := compare(blocks)
			comparisons = append(comparisons, &c)
		}
	}
	Adjust(comparisons, len(all)*(len(all)-1)/2)
	return slices.ContainsFunc(comparisons, func(c *Comparison) bool { return c.Verdict == Regressed || c.Verdict == Improved })
}

// TestInteractionMakesNoVerdicts: where each iteration favours one side or another, by
// samples one would call equal code different.
func TestInteractionMakesNoVerdicts(t *testing.T) {
	t.Parallel()
	const trials = 500
	now := func(blocks []Block) Comparison { return Compare(blocks, DefaultMargin) }
	simulate := func(count int, interaction float64) (before, after, found float64) {
		random := rand.New(rand.NewPCG(21, uint64(count)))
		for range trials {
			all := arms(random, count, interaction)
			if falseVerdict(all, bySamples) {
				before += 1.0 / trials
			}
			if falseVerdict(all, now) {
				after += 1.0 / trials
			}
			blocks := make([]Block, len(all[0]))
			for i := range blocks {
				blocks[i] = Block{all[0][i], all[1][i]}
			}
			if now(blocks).Unit == UnitIteration {
				found += 1.0 / trials
			}
		}
		t.Logf("%d arms, interaction %.0f %%: found in %.3f; false verdicts by samples %.3f, now %.3f", count, 100*interaction, found, before, after)
		return before, after, found
	}
	_, after, found := simulate(2, 0)
	require.LessOrEqual(t, found, 0.025)
	require.LessOrEqual(t, after, 0.02)
	for _, interaction := range []float64{0.01, 0.02, 0.03} {
		_, after, _ = simulate(2, interaction)
		require.LessOrEqual(t, after, 0.07)
	}
	before, after, found := simulate(2, 0.05)
	require.Greater(t, before, 0.1)
	require.LessOrEqual(t, after, 0.08)
	require.Greater(t, found, 0.9)
	before, after, _ = simulate(8, 0.05)
	require.Greater(t, before, 0.3)
	require.LessOrEqual(t, after, 0.12)
}

// TestPowerUnderInteraction: with the iteration as the unit a difference is found
// where it is large beside what differs between iterations, and its interval covers it.
func TestPowerUnderInteraction(t *testing.T) {
	t.Parallel()
	const trials = 500
	simulate := func(blocks int, interaction, ratio float64) (found, covered float64) {
		random := rand.New(rand.NewPCG(22, uint64(blocks)))
		before, narrow := 0.0, 0.0
		for range trials {
			values := unlike(random, blocks, 3, ratio, interaction)
			c, was := Compare(values, DefaultMargin), bySamples(values)
			count := func(sum *float64, yes bool) {
				if yes {
					*sum += 1.0 / trials
				}
			}
			count(&found, c.Verdict == Regressed)
			count(&covered, c.Interval.Contains(ratio))
			count(&before, was.Verdict == Regressed)
			count(&narrow, was.Interval.Contains(ratio))
		}
		t.Logf("%d iterations, interaction %.0f %%, ratio %.2f: found %.3f, covered %.3f; by samples found %.3f, covered %.3f",
			blocks, 100*interaction, ratio, found, covered, before, narrow)
		return found, covered
	}
	found, covered := simulate(10, 0, 1.05)
	require.Greater(t, found, 0.95)
	require.Greater(t, covered, 0.93)
	simulate(10, 0, 1.04)
	_, covered = simulate(10, 0.05, 1.05)
	require.Greater(t, covered, 0.9)
	found, covered = simulate(10, 0.05, 1.15)
	require.Greater(t, found, 0.9)
	require.Greater(t, covered, 0.9)
	_, covered = simulate(30, 0.05, 1.05)
	require.Greater(t, covered, 0.92)
}
