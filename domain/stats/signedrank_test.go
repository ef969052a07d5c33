package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// singles makes blocks of one value a side, with those ratios.
func singles(ratios ...float64) []Block {
	blocks := make([]Block, len(ratios))
	for i, ratio := range ratios {
		level := 100 * math.Pow(2, float64(i)) // exact, so that equal ratios stay equal
		blocks[i] = Block{[]float64{level * ratio}, []float64{level}}
	}
	return blocks
}

// signedRanks returns Wilcoxon's sum by its definition. It counts the distances below
// each one for its rank, and shares the ranks of equal distances.
func signedRanks(differences []float64) float64 {
	total := 0.0
	for _, x := range differences {
		below, alike := 0.0, 0.0
		for _, y := range differences {
			switch {
			case math.Abs(y) < math.Abs(x):
				below++
			case math.Abs(y) == math.Abs(x):
				alike++
			}
		}
		switch rank := below + (alike+1)/2; {
		case x > 0:
			total += rank
		case x < 0:
			total -= rank
		}
	}
	return total
}

// enumeratedSignsP computes the p-value from every assignment of signs.
func enumeratedSignsP(differences []float64) float64 {
	observed, extreme := math.Abs(signedRanks(differences)), 0.0
	for mask := range 1 << len(differences) {
		signed := slices.Clone(differences)
		for i := range signed {
			if mask>>i&1 == 1 {
				signed[i] = -signed[i]
			}
		}
		if math.Abs(signedRanks(signed)) >= observed {
			extreme++
		}
	}
	return extreme / float64(int(1)<<len(differences))
}

func TestSignedRanksAgreeWithEnumeration(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(13, 14))
	for trial := range 40 {
		d := make(blockShifts, 1+trial%10)
		for i := range d {
			d[i] = random.NormFloat64()
			if trial%2 == 1 { // with ties and zeros
				d[i] = float64(random.IntN(7) - 3)
			}
		}
		slices.Sort(d)
		require.Equal(t, signedRanks(d), d.statistic(0), "%v", d)
		require.InDelta(t, enumeratedSignsP(d), run(d).p, 1e-9, "%v", d)
	}
}

// TestSignedRanksAreInverted: the estimate is the median of the means of all pairs,
// and the interval holds the shifts that the enumerated test does not reject.
func TestSignedRanksAreInverted(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(15, 16))
	for _, size := range []int{6, 7, 10} {
		d := make(blockShifts, size)
		for i := range d {
			d[i] = 0.1 + 0.05*random.NormFloat64()
		}
		slices.Sort(d)
		var means []float64
		for i, x := range d {
			for _, y := range d[i:] {
				means = append(means, (x+y)/2)
			}
		}
		found := run(d)
		require.InDelta(t, median(means), found.estimate, 1e-12)
		p := func(shift float64) float64 {
			shifted := slices.Clone(d)
			for i := range shifted {
				shifted[i] -= shift
			}
			return enumeratedSignsP(shifted)
		}
		const hair = 1e-9
		require.LessOrEqual(t, p(found.low-hair), alpha)
		require.Greater(t, p(found.low+hair), alpha)
		require.Greater(t, p(found.high-hair), alpha)
		require.LessOrEqual(t, p(found.high+hair), alpha)
	}
	five := run(blockShifts{1, 2, 3, 4, 5})
	require.True(t, math.IsNaN(five.low), "of five differences no outcome is significant: 2 in 32")
}

// TestManySignedRanks compares the normal approximation with the exact distribution,
// and with the textbook's variance, n(n+1)(2n+1)/6 for the signed sum.
func TestManySignedRanks(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(17, 18))
	make := func(n int) blockShifts {
		d := make(blockShifts, n)
		for i := range d {
			d[i] = 0.2 + random.NormFloat64()
		}
		slices.Sort(d)
		return d
	}
	small, large := make(100), make(400)
	exact, ok := small.exactNull(true)
	require.True(t, ok)
	observed := math.Abs(small.statistic(0))
	require.InDelta(t, exact.tail(observed), normalTail(observed, small.deviation(true)), 0.002)
	_, ok = large.exactNull(true)
	require.False(t, ok)
	require.InEpsilon(t, math.Sqrt(400*401*801/6.0), large.deviation(false), 1e-12)
	require.Equal(t, 0.0, blockShifts{0, 0}.deviation(true))
}

func TestOneValueASideMakesTheIterationTheUnit(t *testing.T) {
	t.Parallel()
	c := Compare(singles(1.1, 1.2, 1.3, 1.1, 1.2, 1.15), DefaultMargin)
	require.Equal(t, UnitIteration, c.Unit)
	require.True(t, math.IsNaN(c.Interaction))
	require.InEpsilon(t, 2.0/64, c.P, 1e-12)
	require.Equal(t, Regressed, c.Verdict)
	require.Equal(t, TooFew, Compare(singles(1.1, 1.2, 1.3, 1.1, 1.2), DefaultMargin).Reason)
}
