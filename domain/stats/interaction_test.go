package stats

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// scattered makes values that scatter by 2 % about a level.
func scattered(random *rand.Rand, level float64, count int) []float64 {
	values := make([]float64, count)
	for i := range values {
		values[i] = level * math.Exp(0.02*random.NormFloat64())
	}
	return values
}

// unlike makes values whose ratio differs between blocks: each side of a block has a
// level of its own, off by that share, and so has the block.
func unlike(random *rand.Rand, blocks, samples int, ratio, interaction float64) []Block {
	out := make([]Block, blocks)
	for i := range out {
		level := 1000 * math.Exp(0.2*random.NormFloat64())
		out[i].Candidate = scattered(random, level*ratio*math.Exp(interaction*random.NormFloat64()), samples)
		out[i].Baseline = scattered(random, level*math.Exp(interaction*random.NormFloat64()), samples)
	}
	return out
}

// TestMomentsOfU compares what the interaction test takes for the mean and the
// variance of its terms with all assignments.
func TestMomentsOfU(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{1, 1}, {1, 4}, {2, 3}, {3, 3}, {5, 4}} {
		n, m := size[0], size[1]
		second, fourth, all := 0.0, 0.0, 0.0
		for mask := range 1 << (n + m) {
			if bits.OnesCount(uint(mask)) != n {
				continue
			}
			doubled, below := -n*m, 0
			for i := range n + m {
				if mask>>i&1 == 0 {
					below++
				} else {
					doubled += 2 * below
				}
			}
			second, fourth, all = second+square(float64(doubled)), fourth+square(square(float64(doubled))), all+1
		}
		mean, variance := termMoments(float64(n), float64(m))
		require.InEpsilon(t, second/all, mean, 1e-12, "%v", size)
		require.InDelta(t, fourth/all-square(second/all), variance, 1e-9, "%v", size)
	}
}

// TestGammaTail compares with textbook values of χ², which is the gamma distribution
// of shape n/2 and mean n.
func TestGammaTail(t *testing.T) {
	t.Parallel()
	for n, limit := range map[float64]float64{2: 9.210, 5: 15.086, 10: 23.209, 30: 50.892} {
		require.InDelta(t, 0.01, gammaTail(limit/n, n/2), 0.0005, "%v degrees of freedom", n)
	}
	require.True(t, math.IsNaN(gammaTail(1, math.Inf(1))))
	require.True(t, math.IsNaN(gammaTail(math.NaN(), math.NaN())))
}

func TestARatioThatDiffersBetweenBlocks(t *testing.T) {
	t.Parallel()
	check := func(want Unit, blocks []Block) Comparison {
		t.Helper()
		c := Compare(blocks, DefaultMargin)
		require.Equal(t, want, c.Unit, "%+v", c)
		return c
	}
	// Five iterations favour one side by a tenth, four the other.
	back := apart(4, 0.9, 0.9, 0.9)
	c := check(UnitIteration, append(apart(5, 1.1, 1.1, 1.1), back...))
	require.Less(t, c.Interaction, 1e-4)
	require.InDelta(t, 2*math.Exp(-c.reach), 2.0/512, 1e-12, "the signs of nine blocks")
	require.Equal(t, Inconclusive, c.Verdict)

	c = check(UnitSample, apart(9, 1.1, 1.1, 1.1))
	require.Greater(t, c.Interaction, 0.5)
	c = check(UnitSample, apart(1, 1.1, 1.1, 1.1))
	require.True(t, math.IsNaN(c.Interaction), "one block differs from none")
	few := []Block{{[]float64{110, 111}, []float64{100, 101}}, {[]float64{90, 91}, []float64{100, 101}}}
	c = check(UnitSample, few)
	require.True(t, math.IsNaN(c.Interaction), "once in six, two blocks of two look like that by chance")

	// Values that tie once the sides are aligned tell of no difference between blocks.
	var tied []Block
	for i := range 9 {
		level := 7 * float64(i+1)
		tied = append(tied, Block{[]float64{3 * level, 3 * level, 3 * level}, []float64{level, level, level}})
	}
	require.Greater(t, check(UnitSample, tied).Interaction, 0.99)
}
