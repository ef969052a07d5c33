package stats

import (
	"math"
	"slices"
)

// blockShifts holds one value for each block, in ascending order: the median of the
// candidate's logarithms less that of the baseline's. Wilcoxon's signed ranks test
// them. The block is their unit: however much more the sides differ in one block than
// in another, the test holds, as long as the differences lie as often above their
// centre as below it, at every distance.
type blockShifts []float64

// perBlock returns the difference of each block.
func (s strata) perBlock() blockShifts {
	d := make(blockShifts, len(s.blocks))
	for i, block := range s.blocks {
		d[i] = Quantile(block.a, 0.5) - Quantile(block.b, 0.5)
	}
	slices.Sort(d)
	return d
}

// statistic returns the sum of the signed ranks after the shift. That is the number of
// pairs whose mean exceeds the shift, less the number of those whose mean is below it.
// Each difference is also a pair with itself.
func (d blockShifts) statistic(shift float64) float64 {
	total, above, notBelow := 0, len(d), len(d) // the first partners whose mean with x is above the shift, or not below it
	for i, x := range d {
		for above > 0 && x+d[above-1] > 2*shift {
			above--
		}
		for notBelow > 0 && x+d[notBelow-1] >= 2*shift {
			notBelow--
		}
		total += len(d) - max(above, i) - (max(notBelow, i) - i) // with partners from i on, so that each pair counts once
	}
	return float64(total)
}

// doubledRanks returns the doubled ranks of the differences by their distance from 0.
// With ties, equal distances share the mean of their ranks, and a difference of 0 has
// no sign and is left out.
func (d blockShifts) doubledRanks(ties bool) []int {
	sizes := make([]float64, len(d))
	for i, x := range d {
		sizes[i] = math.Abs(x)
	}
	slices.Sort(sizes)
	ranks := make([]int, 0, len(d))
	for start := 0; start < len(d); {
		end := start + 1
		for ties && end < len(d) && sizes[end] == sizes[start] {
			end++
		}
		for range end - start {
			if !ties || sizes[start] > 0 {
				ranks = append(ranks, start+1+end)
			}
		}
		start = end
	}
	return ranks
}

// exactNull returns the distribution of the statistic if each sign is as likely as the
// other. It returns false if that is too much work.
func (d blockShifts) exactNull(ties bool) (null, bool) {
	if n := len(d); n*n*n > maxExactWork {
		return null{}, false
	}
	sum := []float64{1} // by the doubled ranks of the positive differences
	for _, rank := range d.doubledRanks(ties) {
		next := make([]float64, len(sum)+rank)
		for i, p := range sum {
			next[i] += p / 2
			next[i+rank] += p / 2
		}
		sum = next
	}
	return null{sum}, true
}

// deviation returns the standard deviation of the statistic under that hypothesis.
func (d blockShifts) deviation(ties bool) float64 {
	variance := 0.0
	for _, rank := range d.doubledRanks(ties) {
		variance += square(float64(rank) / 2)
	}
	return math.Sqrt(variance)
}

// extreme returns the largest value that the statistic can take.
func (d blockShifts) extreme() float64 { return float64(len(d)*(len(d)+1)) / 2 }

// ends returns the smallest and the largest difference.
func (d blockShifts) ends() (low, high float64) { return d[0], d[len(d)-1] }
