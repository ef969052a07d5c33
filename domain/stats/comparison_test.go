package stats

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// apart makes blocks of three a side, with the candidate at those ratios.
func apart(blocks int, ratios ...float64) []Block {
	out := make([]Block, blocks)
	for i := range out {
		level := 100 + float64(i)
		for j, ratio := range ratios {
			wobble := 1 + 0.0001*float64(j) + 0.00001*float64(i)
			out[i].Baseline = append(out[i].Baseline, level*wobble)
			out[i].Candidate = append(out[i].Candidate, level*wobble*ratio)
		}
	}
	return out
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	check := func(want Verdict, blocks []Block) Comparison {
		t.Helper()
		c := Compare(blocks, 0.03)
		require.Equal(t, want, c.Verdict, "%+v", c)
		return c
	}
	c := check(Regressed, apart(10, 1.2, 1.2, 1.2))
	require.InEpsilon(t, 1.2, c.Ratio, 1e-3)
	require.True(t, math.IsNaN(c.Needed))
	check(Improved, apart(10, 0.8, 0.8, 0.8))
	check(Unchanged, apart(10, 1.01, 1.01, 1.01)) // significant, and too small to matter
	check(Unchanged, apart(10, 1, 1, 1))

	// The interval crosses the margin.
	c = check(Inconclusive, apart(3, 0.9, 1.01, 1.12))
	require.LessOrEqual(t, c.Interval.Low, c.Ratio)
	require.GreaterOrEqual(t, c.Interval.High, c.Ratio)
	require.Greater(t, c.Detectable, 1.03)

	// Too few for any outcome.
	c = check(Inconclusive, apart(1, 2, 2, 2))
	require.False(t, c.Decidable())
	require.False(t, c.Interval.Known())
	require.InEpsilon(t, math.Log(2/alpha)/math.Log(20), c.Needed, 1e-9)
	require.InDelta(t, 2, c.Ratio, 0.01)

	c = check(Inconclusive, nil)
	require.Zero(t, c.Blocks)
	require.True(t, math.IsNaN(c.Ratio))
	check(Inconclusive, []Block{{Candidate: []float64{1, 2}}, {Baseline: []float64{1, 2}}})

	// With many ties the test may reject although the interval, which ignores ties,
	// contains 1. Then there is no verdict.
	c = check(Inconclusive, []Block{{[]float64{11, 12, 12, 11, 11}, []float64{12, 10, 10, 10, 10}}})
	require.LessOrEqual(t, c.P, alpha)
	require.True(t, c.Interval.Contains(1))

	// Wholly tied.
	c = check(Unchanged, []Block{{[]float64{5, 5, 5}, []float64{5, 5, 5}}, {[]float64{7, 7, 7}, []float64{7, 7, 7}}})
	require.Equal(t, 1.0, c.P)
	require.InDelta(t, 1, c.Ratio, 1e-12)
}

// TestSidesAreSymmetrical: swapping the sides inverts the ratio.
func TestSidesAreSymmetrical(t *testing.T) {
	t.Parallel()
	blocks := []Block{
		{[]float64{10, 12, 11}, []float64{9, 10.5, 8}}, {[]float64{20, 22}, []float64{21, 19, 18, 17}}, {[]float64{5, 5.5}, []float64{4, 5}},
	}
	swapped := make([]Block, len(blocks))
	for i, b := range blocks {
		swapped[i] = Block{b.Baseline, b.Candidate}
	}
	a, b := Compare(blocks, 0.03), Compare(swapped, 0.03)
	require.InDelta(t, a.P, b.P, 1e-12)
	require.InEpsilon(t, a.Ratio, 1/b.Ratio, 1e-9)
	require.InEpsilon(t, a.Interval.Low, 1/b.Interval.High, 1e-9)
	require.InEpsilon(t, a.Interval.High, 1/b.Interval.Low, 1e-9)
}

func TestHolmByHand(t *testing.T) {
	t.Parallel()
	check := func(family int, p, want []float64) {
		t.Helper()
		require.InDeltaSlice(t, want, Holm(p, family), 1e-12)
	}
	check(4, []float64{0.01, 0.04, 0.03, 0.005}, []float64{0.03, 0.06, 0.06, 0.02})
	check(2, []float64{0.9, 0.6}, []float64{1, 1})
	check(6, []float64{0.01, 0.01}, []float64{0.06, 0.06}) // a larger family
	check(0, []float64{0.2}, []float64{0.2})
	require.Empty(t, Holm(nil, 3))

	withNaN := Holm([]float64{math.NaN(), 0.02}, 2)
	require.True(t, math.IsNaN(withNaN[0]))
	require.InDelta(t, 0.04, withNaN[1], 1e-12)
}

func TestAdjustChangesVerdicts(t *testing.T) {
	t.Parallel()
	c := Compare(apart(2, 1.2, 1.2, 1.2), 0.03) // p = 2/400
	require.Equal(t, Regressed, c.Verdict)
	Adjust([]*Comparison{&c}, 9)
	require.Equal(t, Regressed, c.Verdict)
	Adjust([]*Comparison{&c}, 11)
	require.Equal(t, Inconclusive, c.Verdict)
	require.InDelta(t, 0.055, c.AdjustedP, 1e-9)
	require.False(t, c.Decidable())
	require.Greater(t, c.Needed, 1.0)
}

func FuzzCompare(f *testing.F) {
	f.Add([]byte{3, 3, 10, 11, 12, 9, 8, 7, 2, 1, 5, 5, 5})
	f.Add([]byte{1, 1, 0, 0})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		var blocks []Block
		take := func(n int) (values []float64) {
			for ; n > 0 && len(data) > 0; n-- {
				values, data = append(values, 1+float64(data[0])), data[1:]
			}
			return values
		}
		for len(data) > 2 && len(blocks) < 20 {
			n, m := int(data[0]%8), int(data[1]%8)
			data = data[2:]
			blocks = append(blocks, Block{take(n), take(m)})
		}
		c := Compare(blocks, 0.03)
		if c.Blocks == 0 {
			require.Equal(t, Inconclusive, c.Verdict)
			return
		}
		require.True(t, c.P >= 0 && c.P <= 1, "p = %v", c.P)
		if c.Interval.Known() {
			const hair = 1e-9
			require.GreaterOrEqual(t, c.Ratio, c.Interval.Low*(1-hair))
			require.LessOrEqual(t, c.Ratio, c.Interval.High*(1+hair))
		}
	})
}
