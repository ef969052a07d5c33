package stats

import "math"

// rankTest is a test of whether two sides differ by a shift of their logarithms. Its
// statistic is symmetrical about 0 if they do, and falls as the shift rises.
type rankTest interface {
	statistic(shift float64) float64
	// exactNull returns the distribution of the statistic if there is no other
	// difference. It returns false if that is too much work.
	exactNull(ties bool) (null, bool)
	// deviation returns the standard deviation of that distribution.
	deviation(ties bool) float64
	// extreme returns the largest value that the statistic can take.
	extreme() float64
	// ends returns shifts at which the statistic has its extremes, or nearly.
	ends() (low, high float64)
}

var (
	_ rankTest = strata{}
	_ rankTest = blockShifts{}
)

// test holds the results of a rank test, and of its inversion, which finds the shifts
// between the sides that the test does not reject.
type test struct {
	p         float64 // two-sided
	estimate  float64 // Hodges-Lehmann estimate of the shift ln(candidate) − ln(baseline)
	low, high float64 // 95 % interval of the shift; NaN if there is none
}

// run performs the test. It needs at least one block.
func run(s rankTest) test {
	observed := math.Abs(s.statistic(0))
	t := test{
		estimate: estimate(s),
		low:      math.NaN(), high: math.NaN(),
	}
	if exact, ok := s.exactNull(true); ok {
		t.p = exact.tail(observed)
	} else {
		t.p = normalTail(observed, s.deviation(true))
	}
	// The interval ignores ties, which can only make it wider.
	if limit, ok := critical(s); ok {
		t.low = boundary(s, func(x float64) bool { return x < limit })
		t.high = boundary(s, func(x float64) bool { return x <= -limit })
	}
	return t
}

// estimate returns the middle of the shifts at which the statistic is 0, or changes sign.
func estimate(s rankTest) float64 {
	return (boundary(s, func(x float64) bool { return x <= 0 }) + boundary(s, func(x float64) bool { return x < 0 })) / 2
}

// critical returns the distance from 0 at which the test rejects if there are no
// ties. It returns false if the test cannot reject.
func critical(s rankTest) (float64, bool) {
	if exact, ok := s.exactNull(false); ok {
		return exact.critical()
	}
	limit := normalQuantile(1-alpha/2) * s.deviation(false)
	return limit, limit <= s.extreme()
}

// shiftPrecision is the precision of a boundary, as a difference of logarithms.
const shiftPrecision = 1e-14

// boundary returns the smallest shift beyond which the statistic satisfies the
// predicate. The predicate must hold for all large shifts and for no small one.
func boundary(s rankTest, satisfied func(statistic float64) bool) float64 {
	low, high := s.ends()
	low, high = low-1, high+1
	for high-low > shiftPrecision {
		middle := low + (high-low)/2
		if middle <= low || middle >= high {
			break
		}
		if satisfied(s.statistic(middle)) {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}

// normalTail returns the probability that a normal variable lies at least that far
// from 0.
func normalTail(distance, deviation float64) float64 {
	if deviation == 0 {
		return 1
	}
	return math.Erfc(distance / deviation / math.Sqrt2)
}

func normalQuantile(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }
