package stats

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// Two counts a side that agree decide, where no two times could.
func TestCountsThatAgreeNeedNoTest(t *testing.T) {
	t.Parallel()
	check := func(a, b float64, verdict Verdict, p float64) {
		t.Helper()
		blocks := []Block{{Candidate: []float64{a, a}, Baseline: []float64{b, b}}}
		c := compareCounts(blocks, DefaultCountMargin)
		require.True(t, c.Exact)
		require.True(t, c.Decidable())
		require.Equal(t, Interval{a / b, a / b}, c.Interval)
		require.Equal(t, []any{verdict, Reason(""), p, p}, []any{c.Verdict, c.Reason, c.P, c.AdjustedP})
		require.Equal(t, TooFew, Compare(blocks, DefaultCountMargin).Reason)
		Adjust([]*Comparison{&c}, 28)
		require.Equal(t, verdict, c.Verdict, "as one of many too")
	}
	check(119_269, 118_089, Regressed, 0)
	check(118_089, 119_269, Improved, 0)
	check(100_000, 100_000, Unchanged, 1)
	check(100_050, 100_000, Unchanged, 0)
}

func TestCountsThatDoNotRepeatAreTested(t *testing.T) {
	t.Parallel()
	for _, blocks := range [][]Block{
		{{Candidate: []float64{5, 6}, Baseline: []float64{4, 4}}},
		{{Candidate: []float64{5, 5}, Baseline: []float64{4, 4}}, {Candidate: []float64{5, 5}, Baseline: []float64{3, 3}}}, // of two machines
		{{Candidate: []float64{5}, Baseline: []float64{4}}},
		{{Candidate: []float64{5, 5}}},
		nil,
	} {
		c := compareCounts(blocks, DefaultCountMargin)
		require.False(t, c.Exact)
		require.Equal(t, Inconclusive, c.Verdict)
		require.False(t, c.P == 0 || math.IsInf(c.reach, 0))
	}
}
