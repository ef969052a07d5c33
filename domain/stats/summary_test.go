package stats

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/benchbus/benchbus/domain"
	"github.com/stretchr/testify/require"
)

func TestMedianRankAgreesWithTheExactBinomial(t *testing.T) {
	t.Parallel()
	limit := big.NewRat(25, 1000)
	for n := 0; n <= 300; n++ {
		// The largest r with P(B ≤ r−1) ≤ 2.5 %, in whole numbers.
		want, ways := 0, new(big.Int)
		all := new(big.Int).Lsh(big.NewInt(1), uint(n))
		for k := 0; k < n; k++ {
			ways.Add(ways, new(big.Int).Binomial(int64(n), int64(k)))
			if new(big.Rat).SetFrac(ways, all).Cmp(limit) > 0 {
				break
			}
			want = k + 1
		}
		require.Equal(t, want, medianRank(n), "n = %d", n)
	}
	for n, want := range map[int]int{5: 0, 6: 1, 10: 2, 20: 6, 30: 10} {
		require.Equal(t, want, medianRank(n), "n = %d", n)
	}
	// Far out, the normal approximation with its correction for continuity agrees.
	const million = 1_000_000
	require.InDelta(t, million/2-1.959964*math.Sqrt(million)/2, medianRank(million), 1.5)
}

func TestMedianIntervalCovers(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{6, 10, 30} {
		const trials = 4000
		covered := 0
		for range trials {
			values := make([]float64, n)
			for i := range values {
				values[i] = random.ExpFloat64() // skewed, with the median ln 2
			}
			if Summarize(values).Interval.Contains(math.Ln2) {
				covered++
			}
		}
		require.GreaterOrEqual(t, float64(covered)/trials, 0.943, "n = %d", n)
	}
}

func TestQuantile(t *testing.T) {
	t.Parallel()
	check := func(p, want float64, sorted ...float64) {
		t.Helper()
		require.InDelta(t, want, Quantile(sorted, p), 1e-12)
	}
	check(0.5, 2, 1, 2, 3)
	check(0.5, 2.5, 1, 2, 3, 4)
	check(0, 1, 1, 2, 3)
	check(1, 3, 1, 2, 3)
	check(0.99, 7, 7)
	// By hand: rank (10 + 1/3)·0.8 + 1/3 = 8.6, 6/10 of the way from 8 to 16.
	check(0.8, 12.8, 1, 2, 3, 4, 5, 6, 7, 8, 16, 32)
	// Rank (3 + 1/3)·0.25 + 1/3 = 7/6.
	check(0.25, 10+10.0/6, 10, 20, 30)
	require.True(t, math.IsNaN(Quantile(nil, 0.5)))

	// The documentation states from which n on a percentile is below the maximum.
	for p, last := range map[float64]int{0.99: 66, 0.95: 13, 0.90: 6} {
		values := make([]float64, last+1)
		for i := range values {
			values[i] = float64(i + 1)
		}
		require.Equal(t, float64(last), Quantile(values[:last], p))
		require.Less(t, Quantile(values, p), float64(last+1))
	}
}

func TestSummarizeByHand(t *testing.T) {
	t.Parallel()
	s := Summarize([]float64{9, 2, 4, 4, 5, 4, 5, 7})
	require.Equal(t, 8, s.N)
	require.Equal(t, 4.5, s.Median)
	require.Equal(t, Interval{2, 9}, s.Interval) // the extremes, up to n = 8
	require.Equal(t, 5.0, s.Mean)
	require.InDelta(t, math.Sqrt(32.0/7), s.SD, 1e-15)
	require.InDelta(t, math.Sqrt(32.0/7)/5, s.CV, 1e-15)
	require.Equal(t, 0.5, s.MAD) // of 4.5 2.5 .5 .5 .5 .5 .5 2.5
	require.Equal(t, 2.0, s.Min)
	require.Equal(t, 9.0, s.Max)
	require.Equal(t, s.Median, s.P50)
	require.InDelta(t, 1e9/4.5, s.OpsPerSecond, 1e-6)
	require.Zero(t, s.Outliers)
}

func TestSummarizeOfFew(t *testing.T) {
	t.Parallel()
	none := Summarize(nil)
	require.Zero(t, none.N)
	for _, x := range []float64{none.Median, none.Mean, none.SD, none.CV, none.MAD, none.Min, none.Max, none.P99, none.OpsPerSecond} {
		require.True(t, math.IsNaN(x))
	}
	require.False(t, none.Interval.Known())

	one := Summarize([]float64{7})
	require.Equal(t, 7.0, one.Mean)
	require.True(t, math.IsNaN(one.SD))
	require.Zero(t, one.MAD)

	require.False(t, Summarize([]float64{1, 2, 3, 4, 5}).Interval.Known())
	require.Equal(t, Interval{1, 6}, Summarize([]float64{1, 2, 3, 4, 5, 6}).Interval)
}

func TestOutliers(t *testing.T) {
	t.Parallel()
	// The median is 100, the deviations are 0 0 1 1 2 and that of the last: MAD 1.
	base := []float64{99, 100, 100, 101, 98}
	require.Equal(t, 1.0, Summarize(slices.Concat(base, []float64{100 + 14.8})).MAD)
	require.Zero(t, Summarize(slices.Concat(base, []float64{100 + 14.8})).Outliers)
	require.Equal(t, 1, Summarize(slices.Concat(base, []float64{100 + 14.9})).Outliers)

	// More than half of the values are the same: outliers are more than 1 % off the median.
	flat := []float64{100, 100, 100, 100, 100}
	require.Zero(t, Summarize(slices.Concat(flat, []float64{101})).Outliers)
	require.Equal(t, 1, Summarize(slices.Concat(flat, []float64{101.5})).Outliers)
	require.Equal(t, 1, Summarize(slices.Concat(flat, []float64{98})).Outliers)
	require.Zero(t, Summarize(flat).Outliers)
}

// Ten samples of an iteration that share its level are no ten values of the run.
func TestTheIntervalCountsIterations(t *testing.T) {
	t.Parallel()
	run := newRun(t, 6, benchmark("a", "", "php84"))
	r := build(t, run, execute(run, func(n int, s domain.Sample) float64 { return 1000*float64(n) + float64(s.Position) }))
	require.Equal(t, 18, r.Cells[0].Summary.N)
	require.Equal(t, Interval{1002, 6002}, r.Cells[0].Summary.Interval, "all six iterations")
	run = newRun(t, 5, benchmark("a", "", "php84"))
	r = build(t, run, execute(run, func(n int, s domain.Sample) float64 { return 1000*float64(n) + float64(s.Position) }))
	require.False(t, r.Cells[0].Summary.Interval.Known())
	require.Contains(t, codes(r.Cells[0].Warnings), FewSamples)
}
