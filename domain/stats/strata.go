package stats

import (
	"math"
	"slices"
)

// Block holds the values of two sides that were measured under the same
// circumstances. Only values within a block are compared with each other.
type Block struct{ Candidate, Baseline []float64 }

// stratum holds the sorted logarithms of a block's values.
type stratum struct {
	a, b []float64
	// weight is 1/(n+m+1), times a scale common to all strata. These weights make van
	// Elteren's test the locally most powerful of its kind.
	weight float64
}

// strata holds the blocks of one comparison. In the comments, n and m are the
// numbers of values of the candidate and the baseline in a stratum, N = n+m.
type strata struct {
	blocks []stratum
	// integral is true if the scale makes all weights whole numbers.
	integral bool
}

// maxScale limits the common scale. Beyond it the weights stay fractions.
const maxScale = 1 << 20

// newStrata makes strata of the blocks in which both sides have values.
func newStrata(blocks []Block) strata {
	s := strata{integral: true}
	scale := 1
	for _, block := range blocks {
		if len(block.Candidate) == 0 || len(block.Baseline) == 0 {
			continue
		}
		ranks := len(block.Candidate) + len(block.Baseline) + 1
		s.blocks = append(s.blocks, stratum{
			a: sortedLogs(block.Candidate), b: sortedLogs(block.Baseline), weight: 1 / float64(ranks),
		})
		if s.integral {
			scale = leastCommonMultiple(scale, ranks)
			s.integral = scale <= maxScale
		}
	}
	if s.integral {
		for i := range s.blocks {
			block := &s.blocks[i]
			block.weight = float64(scale / (len(block.a) + len(block.b) + 1))
		}
	}
	return s
}

func sortedLogs(values []float64) []float64 {
	logs := make([]float64, len(values))
	for i, x := range values {
		logs[i] = math.Log(x)
	}
	slices.Sort(logs)
	return logs
}

func leastCommonMultiple(a, b int) int {
	x, y := a, b
	for y != 0 {
		x, y = y, x%y
	}
	return a / x * b
}

// statistic returns van Elteren's statistic less its mean, doubled so that ties count
// whole: 2 Σ w (U − nm/2). U counts the pairs in which the candidate less the shift
// exceeds the baseline; a tie counts ½. The statistic falls as the shift rises.
func (s strata) statistic(shift float64) float64 {
	total := 0.0
	for _, block := range s.blocks {
		above, notBelow := 0, 0 // values of b that are below, or not above, the current value of a
		doubled := 0
		for _, x := range block.a {
			for above < len(block.b) && x-block.b[above] > shift {
				above++
			}
			for notBelow < len(block.b) && x-block.b[notBelow] >= shift {
				notBelow++
			}
			doubled += above + notBelow
		}
		total += block.weight * float64(doubled-len(block.a)*len(block.b))
	}
	return total
}

// reach returns the logarithm of the number of assignments of the values to the sides.
func (s strata) reach() (sum float64) {
	for _, block := range s.blocks {
		n, m := float64(len(block.a)), float64(len(block.b))
		sum += logFactorial(n+m) - logFactorial(n) - logFactorial(m)
	}
	return sum
}

// extreme returns the largest value that the statistic can take.
func (s strata) extreme() float64 {
	total := 0.0
	for _, block := range s.blocks {
		total += block.weight * float64(len(block.a)*len(block.b))
	}
	return total
}

// deviation returns the standard deviation of the statistic under the null
// hypothesis. The undoubled statistic has the variance Σ w² nm(N+1)/12, and groups of
// t tied values lower N+1 by Σ(t³−t) / (N(N−1)).
func (s strata) deviation(ties bool) float64 {
	variance := 0.0
	for _, block := range s.blocks {
		n, m := float64(len(block.a)), float64(len(block.b))
		ranks := n + m + 1
		if ties {
			less := 0.0
			for _, t := range block.tieSizes() {
				less += float64(t)*float64(t)*float64(t) - float64(t)
			}
			ranks -= less / ((n + m) * (n + m - 1))
		}
		variance += block.weight * block.weight * n * m * ranks / 3
	}
	return math.Sqrt(variance)
}

// tieSizes returns how often each distinct value of the stratum occurs, in
// order of the values.
func (s stratum) tieSizes() []int {
	all := slices.Sorted(slices.Values(slices.Concat(s.a, s.b)))
	var sizes []int
	for i, x := range all {
		if i > 0 && x == all[i-1] {
			sizes[len(sizes)-1]++
		} else {
			sizes = append(sizes, 1)
		}
	}
	return sizes
}

// ends returns the smallest and the largest difference within a block.
func (s strata) ends() (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, block := range s.blocks {
		low = min(low, block.a[0]-block.b[len(block.b)-1])
		high = max(high, block.a[len(block.a)-1]-block.b[0])
	}
	return low, high
}
