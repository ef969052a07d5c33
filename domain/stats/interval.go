package stats

import "math"

// Interval covers a true value with at least 95 % confidence. Both ends are NaN if
// there is no interval.
type Interval struct{ Low, High float64 }

var noInterval = Interval{math.NaN(), math.NaN()}

// Known reports whether there is an interval.
func (i Interval) Known() bool { return i.Low <= i.High }

// Contains reports whether the value lies in the interval. It is false if there is
// no interval.
func (i Interval) Contains(x float64) bool { return i.Low <= x && x <= i.High }

// medianInterval returns the order-statistic interval of the median. It assumes
// nothing about the distribution, and needs six values.
func medianInterval(sorted []float64) Interval {
	r := medianRank(len(sorted))
	if r == 0 {
		return noInterval
	}
	return Interval{sorted[r-1], sorted[len(sorted)-r]}
}

// medianRank returns the largest r for which the r-th smallest and the r-th
// largest of n values enclose the median with at least 95 % confidence, that is
// P(B ≤ r−1) ≤ 2.5 % for B binomial with n and ½. It returns 0 if there is none.
func medianRank(n int) int {
	size := float64(n)
	logTerm := func(k float64) float64 {
		return logFactorial(size) - logFactorial(k) - logFactorial(size-k) - size*math.Ln2
	}
	tail := 0.0
	// Terms more than ten standard deviations, 5√n, below the middle add nothing.
	for k := max(0, n/2-int(5*math.Sqrt(size))); k < n; k++ {
		if tail += math.Exp(logTerm(float64(k))); tail > alpha/2 {
			return k
		}
	}
	return 0
}

func logFactorial(n float64) float64 {
	value, _ := math.Lgamma(n + 1)
	return value
}
