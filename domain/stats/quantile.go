package stats

import (
	"math"
	"slices"
)

// Quantile estimates the p-quantile, p from 0 to 1, of the distribution that
// the values come from. The values must be sorted. Without values it returns NaN.
//
// It uses definition 8 of Hyndman and Fan, "Sample quantiles in statistical
// packages", The American Statistician 50 (1996), which they recommend because it is
// median-unbiased for any distribution. With too few values for a quantile it
// returns their minimum or maximum: p99 is the maximum up to 66 values, p95 up to
// 13, p90 up to 6.
func Quantile(sorted []float64, p float64) float64 {
	n := len(sorted)
	if n == 0 {
		return math.NaN()
	}
	rank := (float64(n)+1.0/3)*p + 1.0/3 // from 1
	switch {
	case rank <= 1:
		return sorted[0]
	case rank >= float64(n):
		return sorted[n-1]
	}
	below := int(rank)
	return sorted[below-1] + (rank-float64(below))*(sorted[below]-sorted[below-1])
}

// median returns the median of the values, and leaves their order as it is.
func median(values []float64) float64 { return Quantile(slices.Sorted(slices.Values(values)), 0.5) }
