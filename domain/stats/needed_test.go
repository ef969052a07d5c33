package stats

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// undecided makes a comparison of that ratio whose interval extends by that share on
// either side, with enough data for any p-value.
func undecided(ratio, width float64, family int) Comparison {
	c := Comparison{Ratio: ratio, Interval: Interval{ratio / (1 + width), ratio * (1 + width)},
		AdjustedP: 0.5, Family: family, Margin: 0.03, reach: 100}
	c.decide()
	return c
}

func TestWhatWouldHaveBeenDetected(t *testing.T) {
	t.Parallel()
	// Half the width is 1.9600 standard errors; a power of 80 % needs 0.8416 more.
	require.InEpsilon(t, math.Log(1.1)*(1.9600+0.8416)/1.9600, math.Log(undecided(1.05, 0.1, 1).Detectable), 1e-4)
	// Of ten comparisons each is tested at half a percent: 2.8070.
	require.InEpsilon(t, math.Log(1.1)*(2.8070+0.8416)/1.9600, math.Log(undecided(1.05, 0.1, 10).Detectable), 1e-4)
}

// A verdict takes more than significance: the ratio must be beyond the margin.
func TestWhatIsDetectedIsBeyondTheMargin(t *testing.T) {
	t.Parallel()
	standardError := math.Log(1.01) / 1.9600
	require.InEpsilon(t, math.Log(1.03)+0.8416*standardError, math.Log(undecided(1.02, 0.01, 1).Detectable), 1e-4)
}

// More data show the nearer of two outcomes: the ratio differs from 1, or it lies
// inside the margin. Precision grows with the root of the data.
func TestHowMuchDataWouldDecide(t *testing.T) {
	t.Parallel()
	check := func(ratio, width, goal float64) {
		t.Helper()
		c := undecided(ratio, width, 1)
		require.Equal(t, Inconclusive, c.Verdict)
		require.InEpsilon(t, math.Pow(math.Log(c.Detectable)/goal, 2), c.Needed, 1e-9)
	}
	margin := math.Log(1.03)
	check(1.05, 0.1, math.Log(1.05))
	check(1/1.05, 0.1, math.Log(1.05))
	check(1.01, 0.1, margin-math.Log(1.01))
	check(1/1.01, 0.1, margin-math.Log(1.01))
	check(1, 0.1, margin)
}

func TestAHundredTimesTheDataIsTheMostThatIsAskedFor(t *testing.T) {
	t.Parallel()
	// The width is chosen so that the data must grow by that factor.
	wide := func(times float64) float64 {
		one := math.Log(undecided(1.05, 0.1, 1).Detectable) / math.Log(1.1) // for each unit of width
		return math.Expm1(math.Sqrt(times) * math.Log(1.05) / one)
	}
	require.InEpsilon(t, 99.9, undecided(1.05, wide(99.9), 1).Needed, 1e-9)
	require.True(t, math.IsNaN(undecided(1.05, wide(100.1), 1).Needed))
	require.Equal(t, 1.0, undecided(1.05, wide(0.5), 1).Needed, "what there is, once more, at least")
}

func TestWhyThereIsNoVerdict(t *testing.T) {
	t.Parallel()
	check := func(want Reason, ratio, width, adjusted, reach float64) {
		t.Helper()
		c := Comparison{Ratio: ratio, Interval: Interval{ratio / (1 + width), ratio * (1 + width)}, AdjustedP: adjusted, Family: 3, Margin: 0.03, reach: reach}
		c.decide()
		require.Equal(t, Inconclusive, c.Verdict)
		require.Equal(t, want, c.Reason)
	}
	check(TooFew, 1.5, 0.1, 0.06, 2)
	check(NearMargin, 1.02, 0.015, 0.001, 100)
	check(OneOfMany, 1.05, 0.03, 0.06, 100)
	check(TooNoisy, 1.05, 0.1, 0.5, 100)
	require.Equal(t, TooFew, Compare(nil, DefaultMargin).Reason)
	decided := Comparison{Ratio: 1.05, Interval: Interval{1.04, 1.06}, AdjustedP: 0.001, Family: 1, Margin: 0.03, reach: 100, Reason: TooNoisy}
	decided.decide()
	require.Equal(t, Regressed, decided.Verdict)
	require.Empty(t, decided.Reason)
}

// If even the most extreme outcome is too likely, neither distribution gives an
// interval.
func TestNoIntervalWhereNothingCanReject(t *testing.T) {
	t.Parallel()
	side := func(n int, level float64) (values []float64) {
		for i := range n {
			values = append(values, level*(1+1e-6*float64(i)+level*1e-9*float64(i*i))) // no two differences are alike
		}
		return values
	}
	check := func(exactly, known bool, candidates, baselines int) {
		t.Helper()
		blocks := []Block{{side(candidates, 2), side(baselines, 1)}}
		_, exact := newStrata(blocks).exactNull(false)
		require.Equal(t, exactly, exact)
		require.Equal(t, known, Compare(blocks, DefaultMargin).Interval.Known())
	}
	check(true, false, 3, 3) // 2 in 20
	check(true, true, 4, 4)  // 2 in 70
	check(false, false, 1, 1500)
	check(false, true, 2, 1500)
}
