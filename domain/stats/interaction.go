package stats

import "math"

// interactionLevel is the level of the test for an interaction.
const interactionLevel = 0.01

// interacts reports whether the ratio differs between blocks.
func (c *Comparison) interacts() bool { return c.Interaction <= interactionLevel }

// tied is the difference of logarithms below which two values count as the same after a
// shift, which is only known that precisely.
const tied = 100 * shiftPrecision

// interaction tests whether the sides differ by more in some blocks than in others,
// beyond what their values within the blocks explain. It takes van Elteren's estimate
// of the shift, and returns the p-value; NaN with fewer than two blocks, or if all of
// them have one value a side.
//
// The statistic is Σ (2U − nm)², with the U of Mann and Whitney in each block after the
// shift. If the shift is the same in all blocks, the blocks are independent, and the
// mean and the variance of each term are known, whatever the distribution of the
// values; ties only lower them. The estimate takes one block's worth out of the sum. A
// gamma distribution with that mean and that variance stands for the sum's.
func (s strata) interaction(shift float64) float64 {
	sum, mean, variance := 0.0, 0.0, 0.0
	for _, block := range s.blocks {
		n, m := float64(len(block.a)), float64(len(block.b))
		block.weight = 1
		alone := strata{blocks: []stratum{block}}
		sum += square((alone.statistic(shift-tied) + alone.statistic(shift+tied)) / 2)
		own, spread := termMoments(n, m)
		mean, variance = mean+own, variance+spread
	}
	blocks := float64(len(s.blocks))
	left := (blocks - 1) / blocks
	mean, variance = mean*left, variance*left
	return gammaTail(sum/mean, mean*mean/variance)
}

// termMoments returns the mean and the variance of (2U − nm)² if the sides do not differ.
func termMoments(n, m float64) (mean, variance float64) {
	mean = n * m * (n + m + 1) / 3
	kurtosis := 3 - 1.2*(n*n+m*m+n*m+n+m)/(n*m*(n+m+1))
	return mean, square(mean) * (kurtosis - 1)
}

// gammaTail returns the probability that a gamma variable exceeds that multiple of its
// mean. It uses the approximation of Wilson and Hilferty, "The distribution of
// chi-square", Proceedings of the National Academy of Sciences 17 (1931). It returns
// NaN if the shape is not a finite number above 0.
func gammaTail(multiple, shape float64) float64 {
	if !(shape > 0) || math.IsInf(shape, 0) {
		return math.NaN()
	}
	z := (math.Cbrt(multiple) - 1 + 1/(9*shape)) * 3 * math.Sqrt(shape)
	return math.Erfc(z/math.Sqrt2) / 2
}

// single reports whether every block has one value a side.
func (s strata) single() bool {
	for _, block := range s.blocks {
		if len(block.a) > 1 || len(block.b) > 1 {
			return false
		}
	}
	return true
}
