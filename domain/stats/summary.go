package stats

import (
	"math"
	"slices"
)

// Summary describes a set of values. Times are in nanoseconds per revolution,
// instructions in numbers per revolution. A
// figure that cannot be computed from so few values is NaN.
type Summary struct {
	// N is the number of values.
	N int
	// Median is the 0.5-quantile; see [Quantile].
	Median float64
	// Interval is the 95 % interval of the median. Fewer than six values have none.
	Interval Interval
	Mean     float64
	// SD is the standard deviation with n−1; NaN for fewer than two values.
	SD float64
	// CV is the coefficient of variation, SD / Mean.
	CV float64
	// MAD is the median absolute deviation from the median, unscaled.
	MAD      float64
	Min, Max float64
	// P50 … P99 are percentiles; see [Quantile] for their limits.
	P50, P80, P90, P95, P99 float64
	// OpsPerSecond is the number of revolutions per second at the median; NaN for
	// instructions.
	OpsPerSecond float64
	// Outliers counts the values that IsOutlier flags. They stay in every figure.
	Outliers int
}

// Summarize describes the values, which must be finite and above 0.
func Summarize(values []float64) Summary {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	nan := math.NaN()
	s := Summary{N: n, Min: nan, Max: nan, Interval: medianInterval(sorted), Median: Quantile(sorted, 0.5)}
	if n > 0 {
		s.Min, s.Max = sorted[0], sorted[n-1]
	}
	s.Mean, s.SD = meanAndSD(sorted)
	s.CV = s.SD / s.Mean
	s.P50, s.P80, s.P90 = s.Median, Quantile(sorted, 0.80), Quantile(sorted, 0.90)
	s.P95, s.P99 = Quantile(sorted, 0.95), Quantile(sorted, 0.99)
	s.OpsPerSecond = 1e9 / s.Median

	deviations := sorted // no longer needed
	for i, x := range sorted {
		deviations[i] = math.Abs(x - s.Median)
	}
	slices.Sort(deviations)
	s.MAD = Quantile(deviations, 0.5)
	for _, x := range values {
		if s.IsOutlier(x) {
			s.Outliers++
		}
	}
	return s
}

// Limits beyond which a value is an outlier.
const (
	// outlierLimit is ten standard deviations of a normal distribution, whose
	// MAD is 1/1.4826 of its standard deviation.
	outlierLimit = 14.8
	// outlierShare replaces outlierLimit if the MAD is 0.
	outlierShare = 0.01
)

// IsOutlier reports whether a value lies more than 14.8 times the MAD from the
// median. If the MAD is 0, more than half of the values are the same, as with a coarse
// timer, and IsOutlier flags values more than 1 % off the median.
func (s Summary) IsOutlier(x float64) bool {
	if s.MAD == 0 {
		return math.Abs(x-s.Median) > outlierShare*s.Median
	}
	return math.Abs(x-s.Median)/s.MAD > outlierLimit
}

// meanAndSD takes two passes over the values to avoid cancellation.
func meanAndSD(values []float64) (mean, sd float64) {
	n := float64(len(values))
	sum, squares := 0.0, 0.0
	for _, x := range values {
		sum += x
	}
	mean = sum / n
	for _, x := range values {
		squares += (x - mean) * (x - mean)
	}
	if n < 2 {
		return mean, math.NaN()
	}
	return mean, math.Sqrt(squares / (n - 1))
}
