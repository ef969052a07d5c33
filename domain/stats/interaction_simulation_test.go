package stats

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// bySamples compares as if no ratio differed between blocks.
func bySamples(blocks []Block) Comparison {
	s := newStrata(blocks)
	c := Comparison{Blocks: len(s.blocks), Family: 1, Margin: DefaultMargin}
	c.take(UnitSample, run(s), s.reach())
	return c
}

// shares counts in which share of the trials a comparison was like that.
type shares struct{ covered, significant, called float64 }

func (s *shares) count(c Comparison, ratio float64, trials int) {
	one := 1 / float64(trials)
	if c.Interval.Contains(ratio) {
		s.covered += one
	}
	if c.P <= alpha {
		s.significant += one
	}
	if c.Verdict == Regressed || c.Verdict == Improved {
		s.called += one
	}
}

// TestARatioThatDiffersBetweenIterations: where each iteration favours one side or the
// other, by samples one would call equal code different, with intervals that are too
// narrow. With the iteration as the unit, a difference is found where it is large
// beside what differs between iterations.
func TestARatioThatDiffersBetweenIterations(t *testing.T) {
	t.Parallel()
	simulate := func(blocks int, interaction, ratio float64) (before, now shares, found float64) {
		const trials = 300
		random := rand.New(rand.NewPCG(21, uint64(blocks)))
		for range trials {
			values := unlike(random, blocks, 3, ratio, interaction)
			c := Compare(values, DefaultMargin)
			now.count(c, ratio, trials)
			if c.Unit == UnitIteration {
				found += 1.0 / trials
				c = bySamples(values)
			}
			before.count(c, ratio, trials)
		}
		t.Logf("%d iterations, interaction %.0f %%, ratio %.2f: found in %.3f; by samples %.3f, now %.3f",
			blocks, 100*interaction, ratio, found, before, now)
		return before, now, found
	}
	_, now, found := simulate(10, 0, 1)
	require.LessOrEqual(t, found, 0.025)
	require.LessOrEqual(t, now.significant, 0.07)
	for _, interaction := range []float64{0.01, 0.02, 0.03} {
		_, now, _ = simulate(10, interaction, 1)
		require.LessOrEqual(t, now.called, 0.07)
		require.Greater(t, now.covered, 0.85)
	}
	before, now, found := simulate(10, 0.05, 1)
	require.Greater(t, found, 0.9)
	require.Greater(t, before.called, 0.1)
	require.LessOrEqual(t, now.called, 0.08)
	require.Less(t, before.covered, 0.8)
	require.Greater(t, now.covered, 0.91)
	_, now, _ = simulate(30, 0.02, 1)
	require.Greater(t, now.covered, 0.92)

	_, now, _ = simulate(10, 0, 1.05)
	require.Greater(t, now.called, 0.95)
	simulate(10, 0.05, 1.05)
	_, now, _ = simulate(10, 0.05, 1.15)
	require.Greater(t, now.called, 0.9)
	simulate(30, 0.05, 1.05)
}

// TestEightArms: one of many that are alike is called different from the fastest if
// each iteration favours one or the other.
func TestEightArms(t *testing.T) {
	t.Parallel()
	const trials, count = 100, 8
	random := rand.New(rand.NewPCG(22, 23))
	before, now := 0.0, 0.0
	for range trials {
		arms := make([][][]float64, count) // by arm, block and sample
		for range 10 {
			level := 1000 * math.Exp(0.2*random.NormFloat64())
			for arm := range arms {
				arms[arm] = append(arms[arm], scattered(random, level*math.Exp(0.05*random.NormFloat64()), 3))
			}
		}
		if falseVerdict(arms, bySamples) {
			before += 1.0 / trials
		}
		if falseVerdict(arms, func(blocks []Block) Comparison { return Compare(blocks, DefaultMargin) }) {
			now += 1.0 / trials
		}
	}
	t.Logf("%d arms, interaction 5 %%: false verdicts by samples in %.3f of the runs, now in %.3f", count, before, now)
	require.Greater(t, before, 0.25)
	require.LessOrEqual(t, now, 0.12)
}

// falseVerdict reports whether one of the arms is called different from the fastest,
// which is chosen by the data.
func falseVerdict(arms [][][]float64, compare func([]Block) Comparison) bool {
	fastest := slices.MinFunc(arms, func(x, y [][]float64) int {
		return cmp.Compare(median(slices.Concat(x...)), median(slices.Concat(y...)))
	})
	var comparisons []*Comparison
	for _, arm := range arms {
		blocks := make([]Block, len(arm))
		for i := range arm {
			blocks[i] = Block{arm[i], fastest[i]}
		}
		if &arm[0] != &fastest[0] {
			c := compare(blocks)
			comparisons = append(comparisons, &c)
		}
	}
	Adjust(comparisons, len(arms)*(len(arms)-1)/2)
	return slices.ContainsFunc(comparisons, func(c *Comparison) bool { return c.Verdict == Regressed || c.Verdict == Improved })
}

// TestLevelOfTheInteractionTest: where the ratio is the same in all blocks, the test
// finds a difference in about 1 % of the trials, also with few blocks, with values that
// are skewed, and, in somewhat more, with sides that scatter unequally.
func TestLevelOfTheInteractionTest(t *testing.T) {
	t.Parallel()
	const trials = 1000
	check := func(name string, most float64, values func(random *rand.Rand, blocks, samples int) []Block) {
		t.Helper()
		for _, shape := range [][2]int{{2, 3}, {3, 3}, {6, 2}, {10, 3}, {10, 10}} {
			random := rand.New(rand.NewPCG(24, uint64(shape[0])))
			found := 0.0
			for range trials {
				s := newStrata(values(random, shape[0], shape[1]))
				if s.interaction(estimate(s)) <= interactionLevel {
					found += 1.0 / trials
				}
			}
			t.Logf("%s, %d blocks of %d: found in %.3f", name, shape[0], shape[1], found)
			require.LessOrEqual(t, found, most)
		}
	}
	check("like a machine's", 0.025, func(random *rand.Rand, blocks, samples int) []Block { return machine(random, blocks, samples, 1) })
	check("one side scatters three times as much", 0.05, func(random *rand.Rand, blocks, samples int) []Block {
		all := make([]Block, blocks)
		for i := range all {
			all[i] = Block{scattered(random, 1000, samples), scattered(random, 1000, samples)}
			for j, x := range all[i].Candidate {
				all[i].Candidate[j] = 1000 * math.Pow(x/1000, 3)
			}
		}
		return all
	})
}
