package stats

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// The references in this file share no code with the functions that they check. They
// count pairs for U, enumerate all assignments for exact p-values, and try shifts for
// intervals.

// pairCount returns the Mann-Whitney U of the candidate. A tie counts ½.
func pairCount(candidate, baseline []float64) float64 {
	u := 0.0
	for _, x := range candidate {
		for _, y := range baseline {
			switch {
			case x > y:
				u++
			case x == y:
				u += 0.5
			}
		}
	}
	return u
}

// deviationFromMean returns Σ w (U − nm/2) with w = 1/(n+m+1).
func deviationFromMean(blocks []Block) float64 {
	total := 0.0
	for _, b := range blocks {
		n, m := float64(len(b.Candidate)), float64(len(b.Baseline))
		total += (pairCount(b.Candidate, b.Baseline) - n*m/2) / (n + m + 1)
	}
	return total
}

// enumeratedP computes the p-value from every assignment of every block.
func enumeratedP(blocks []Block) float64 {
	observed := math.Abs(deviationFromMean(blocks))
	all, extreme := 0, 0
	var walk func(done []Block)
	walk = func(done []Block) {
		if len(done) == len(blocks) {
			all++
			if math.Abs(deviationFromMean(done)) >= observed-1e-9 {
				extreme++
			}
			return
		}
		b := blocks[len(done)]
		pooled := slices.Concat(b.Candidate, b.Baseline)
		for mask := range 1 << len(pooled) {
			if bits.OnesCount(uint(mask)) != len(b.Candidate) {
				continue
			}
			var next Block
			for i, x := range pooled {
				if mask>>i&1 == 1 {
					next.Candidate = append(next.Candidate, x)
				} else {
					next.Baseline = append(next.Baseline, x)
				}
			}
			walk(append(slices.Clone(done), next))
		}
	}
	walk(nil)
	return float64(extreme) / float64(all)
}

func TestExactPAgreesWithEnumeration(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	shapes := [][][2]int{
		{{3, 3}}, {{4, 2}}, {{1, 2}, {2, 1}, {1, 1}, {1, 1}, {1, 1}},
		{{3, 3}, {3, 3}, {3, 3}}, {{2, 3}, {4, 1}, {3, 3}}, {{5, 5}, {2, 3}}, {{1, 4}, {4, 1}},
	}
	for _, shape := range shapes {
		for trial := range 6 {
			distinct := 1000
			if trial%2 == 1 {
				distinct = 4 // many ties
			}
			var blocks []Block
			for _, sizes := range shape {
				b := Block{}
				for range sizes[0] {
					b.Candidate = append(b.Candidate, float64(1+random.IntN(distinct)))
				}
				for range sizes[1] {
					b.Baseline = append(b.Baseline, float64(1+random.IntN(distinct)))
				}
				blocks = append(blocks, b)
			}
			require.InDelta(t, enumeratedP(blocks), Compare(blocks, DefaultMargin).P, 1e-9, "%v", blocks)
		}
	}
}

func TestOneBlockIsMannWhitney(t *testing.T) {
	t.Parallel()
	// Wholly apart, the two-sided p is 2/C(2n, n).
	for n, want := range map[int]float64{4: 2.0 / 70, 5: 2.0 / 252, 6: 2.0 / 924, 8: 2.0 / 12870, 10: 2.0 / 184756} {
		var b Block
		for i := range n {
			b.Baseline = append(b.Baseline, float64(100+i))
			b.Candidate = append(b.Candidate, float64(200+i))
		}
		require.InEpsilon(t, want, Compare([]Block{b}, DefaultMargin).P, 1e-9, "n = %d", n)
	}
}

// TestIntervalInvertsTheTest tries shifts: inside the interval the enumerated
// test does not reject, outside it does.
func TestIntervalInvertsTheTest(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	for _, shape := range [][][2]int{{{3, 3}, {3, 3}, {3, 3}}, {{2, 3}, {4, 1}, {3, 3}}, {{5, 5}, {2, 3}}, {{4, 4}}, {{2, 2}, {1, 4}, {3, 2}}} {
		var blocks []Block
		for _, sizes := range shape {
			var b Block
			for range sizes[0] {
				b.Candidate = append(b.Candidate, 110*math.Exp(0.05*random.NormFloat64()))
			}
			for range sizes[1] {
				b.Baseline = append(b.Baseline, 100*math.Exp(0.05*random.NormFloat64()))
			}
			blocks = append(blocks, b)
		}
		interval := Compare(blocks, DefaultMargin).Interval
		p := func(ratio float64) float64 {
			shifted := make([]Block, len(blocks))
			for i, b := range blocks {
				shifted[i].Baseline = b.Baseline
				for _, x := range b.Candidate {
					shifted[i].Candidate = append(shifted[i].Candidate, x/ratio)
				}
			}
			return enumeratedP(shifted)
		}
		const hair = 1e-9
		require.LessOrEqual(t, p(interval.Low*(1-hair)), alpha)
		require.Greater(t, p(interval.Low*(1+hair)), alpha)
		require.Greater(t, p(interval.High*(1-hair)), alpha)
		require.LessOrEqual(t, p(interval.High*(1+hair)), alpha)
	}
}

func TestRatioIsHodgesLehmann(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 8))
	for _, size := range []int{2, 3} { // an even and an odd number of differences
		var blocks []Block
		var differences []float64
		for range 5 {
			var b Block
			for range size {
				b.Candidate = append(b.Candidate, 1+random.Float64())
				b.Baseline = append(b.Baseline, 1+random.Float64())
			}
			for _, x := range b.Candidate {
				for _, y := range b.Baseline {
					differences = append(differences, math.Log(x)-math.Log(y))
				}
			}
			blocks = append(blocks, b)
		}
		require.InEpsilon(t, math.Exp(median(differences)), Compare(blocks, DefaultMargin).Ratio, 1e-12)
	}
}

// TestNormalApproximation compares the approximation with the formula written out,
// with ties, and with the exact distribution if that can be computed.
func TestNormalApproximation(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(9, 10))
	make := func(count int) []Block {
		var blocks []Block
		for range count {
			var b Block
			for range 3 {
				b.Candidate = append(b.Candidate, float64(100+random.IntN(20)))
				b.Baseline = append(b.Baseline, float64(99+random.IntN(20)))
			}
			blocks = append(blocks, b)
		}
		return blocks
	}
	written := func(blocks []Block) float64 {
		variance := 0.0
		for _, b := range blocks {
			n, m := float64(len(b.Candidate)), float64(len(b.Baseline))
			tied := map[float64]float64{}
			for _, x := range slices.Concat(b.Candidate, b.Baseline) {
				tied[x]++
			}
			correction := 0.0
			for _, t := range tied {
				correction += (t*t*t - t) / ((n + m) * (n + m - 1))
			}
			w := 1 / (n + m + 1)
			variance += w * w * n * m / 12 * (n + m + 1 - correction)
		}
		return math.Erfc(math.Abs(deviationFromMean(blocks)) / math.Sqrt(2*variance))
	}
	large := make(400)
	_, exact := newStrata(large).exactNull(true)
	require.False(t, exact)
	require.InEpsilon(t, written(large), Compare(large, DefaultMargin).P, 1e-9)

	small := make(60)
	_, exact = newStrata(small).exactNull(true)
	require.True(t, exact)
	require.InDelta(t, written(small), Compare(small, DefaultMargin).P, 0.005)
}
