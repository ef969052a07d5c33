package stats

import "math"

// Interval covers a true value with at least 95 % confidence. Both ends are
// NaN where there is none.
type Interval struct{ Low, High float64 }

var noInterval = Interval{math.NaN(), math.NaN()}

// Known tells whether there is an interval.
func (i Interval) Known() bool { return i.Low <= i.High }

// Contains tells whether the value lies in the interval; false where there is none.
func (i Interval) Contains(x float64) bool { return i.Low <= x && x <= i.High }

// medianInterval is the order-statistic interval of the median. It assumes
// nothing about the distribution, and needs six values.
func medianInterval(sorted []float64) Interval {
	r := medianRank(len(sorted))
	if r == 0 {
		return noInterval
	}
	return Interval{sorted[r-1], sorted[len(sorted)-r]}
}

// medianRank returns the largest r for which the r-th smallest and the r-th
// largest of n values enclose the median with at least 95 % confidence, which
// is P(B ≤ r−1) ≤ 2.5 % for B binomial of n and ½; 0 where there is none.
func medianRank(n int) int {
	size := float64(n)
	logTerm := func(k float64) float64 {
		return logFactorial(size) - logFactorial(k) - logFactorial(size-k) - size*math.Ln2
	}
	tail := 0.0
	// What is further than ten standard deviations, 5√n, below the middle adds nothing.
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
