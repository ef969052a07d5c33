package phpbench

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func results(times ...float64) Results {
	return Results{"time.avg": times, "time.net": times, "mem.peak": {1.5e6}}
}

func TestAssertions(t *testing.T) {
	check := func(text string, want Outcome) {
		t.Helper()
		a, err := ParseAssertion(text)
		require.NoError(t, err, text)
		require.Equal(t, text, a.Text)
		got, err := a.Evaluate(results(9_000, 10_000, 11_000), results(8_000))
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	check("mode(variant.time.avg) <= 10 ms +/- 5%", Passed)
	check("mode(variant.time.avg) < 10ms", Failed) // the mode of a symmetric sample is its middle
	check("mean(variant.time.avg) = 10 milliseconds", Passed)
	check("mean(variant.time.net) < mean(baseline.time.avg) +/- 2%", Failed)
	check("mean(variant.time.net) < mean(baseline.time.avg) +/- 25%", Tolerated)
	check("mean(variant.time.net) < mean(baseline.time.avg) +/- 2 ms", Tolerated)
	check("mean(variant.time.net) < mean(baseline.time.avg) +/- 1999 us", Failed)
	check("mean(variant.time.net) <= mean(baseline.time.avg) * 1.25", Passed)
	check("max(variant.time.avg) - min(variant.time.avg) = 2 ms", Passed)
	check("variance(variant.time.avg) > 666666 and variance(variant.time.avg) < 666667", Passed)
	check("stdev(variant.time.avg) < 817 and rstdev(variant.time.avg) < 8.2%", Passed)
	check("rstdev(variant.time.avg) < 8.1", Failed)
	check("median(variant.time.avg) < 0.01 seconds +/- 1 ns and max(variant.mem.peak) < 2mb", Tolerated)
	check("max(variant.mem.peak) < 1.5 mib and max(variant.mem.peak) >= 1500 kb", Passed)
	check("max(variant.mem.peak) > 2 mb or count(variant.time.avg) = 3", Passed)
	check("(max(variant.mem.peak) > 2 mb or sum(variant.time.avg) != 30000) and 1 < 2", Failed)
	check("mode(variant.time.avg) as ms precision 2 < 20 ms as ms", Passed)
	check("mean(variant.time.avg) < 8100 +/- 20%", Failed)
	check("variant.time.avg <= 10 ms +/- 0.1% and variant.mem.peak < 2mb", Passed)
	check("2 + 3 * 2 = 8 and 7 - 2 - 1 = 4 and 8 / 2 / 2 = 2", Passed)
}

func TestModeIsTheDensestPoint(t *testing.T) {
	require.Equal(t, 5.0, mode([]float64{5}))
	require.Equal(t, 5.0, mode([]float64{5, 5, 5}))
	require.InDelta(t, 1.04, mode([]float64{1, 1, 1.1, 1, 1.1, 9}), 0.1)
	require.InDelta(t, 2, mode([]float64{1, 2, 3}), 0.01)
	// Computed by another program from the same formula.
	require.InDelta(t, 2.0273972602739727, mode([]float64{1, 2, 2, 3, 8}), 1e-9)
	require.InDelta(t, 11.520547945205479, mode([]float64{10, 11, 11.5, 30, 31}), 1e-9)
}

func TestAssertionsThatCannotBeRead(t *testing.T) {
	check := func(text, want string) {
		t.Helper()
		_, err := ParseAssertion(text)
		require.ErrorContains(t, err, want, text)
	}
	check("", "it ends too early")
	check("mode(variant.time.avg)", "it compares nothing")
	check("(1 < 2) < 10 ms", "< compares numbers")
	check("mode(variant.time.avg) < 10 parsecs", `"parsecs" is no unit`)
	check("mode(variant.time.avg) < 10 ms 5", `"5" was not expected there`)
	check("mode(variant.time.avg < 10 ms", "a ) is missing")
	check("mode(variant.time.worst) < 1", "variant.time.worst is none of the values")
	check("percentile(variant.time.avg) < 1", "percentile() is none of the functions count, max, mean")
	check("mode(5) < 1", "mode() takes values")
	check("1 < 2 and 3", "and joins comparisons")
	check("1 < 2 +/- variant.time.avg", "the tolerance is no number")
	check("variant.time.avg + 1 < 2", "+ joins numbers")
	check("1 ~ 2", `"~ 2" is not known`)
	check("1 as 5 < 2", "a unit is missing")
	check("1e999 < 2", "is too large")
}

func TestEvaluateNeedsItsValues(t *testing.T) {
	a, err := ParseAssertion("mode(variant.time.avg) < mode(baseline.time.avg)")
	require.NoError(t, err)
	require.True(t, a.NeedsBaseline)
	_, err = a.Evaluate(results(1), nil)
	require.ErrorIs(t, err, ErrNoBaseline)
	_, err = a.Evaluate(nil, results(1))
	require.EqualError(t, err, "mode(variant.time.avg) < mode(baseline.time.avg): there are no values of variant.time.avg")
	a, err = ParseAssertion("1 / 0 - 1 / 0 < 1")
	require.NoError(t, err)
	require.False(t, a.NeedsBaseline)
	_, err = a.Evaluate(nil, nil)
	require.ErrorContains(t, err, "a value is not a number")
}

func FuzzParseAssertion(f *testing.F) {
	f.Add("mode(variant.time.avg) <= 10 ms +/- 5%")
	f.Add("mean(variant.time.net) < mean(baseline.time.avg) +/- 2% and (1 < 2 or variant.mem.peak < 2mb)")
	f.Add("1e3 as ms precision 2 = 1 second")
	f.Fuzz(func(t *testing.T, text string) {
		a, err := ParseAssertion(text)
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		outcome, err := a.Evaluate(results(1, 2, 3), results(1))
		if err == nil {
			require.NotEmpty(t, outcome.String())
		}
	})
}
