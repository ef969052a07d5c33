package report

import (
	"io"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain/stats"
)

func TestUnits(t *testing.T) {
	t.Parallel()
	check := func(want, got string) {
		t.Helper()
		require.Equal(t, want, got)
	}
	check("0.4000 ns", quantity(0.4, timeUnits, significant))
	check("12.35 ns", quantity(12.345678, timeUnits, significant))
	check("999.9 ns", quantity(999.9, timeUnits, significant))
	check("1.000 µs", quantity(999.96, timeUnits, significant)) // rounded before the unit is chosen
	check("1.235 ms", quantity(1_234_567, timeUnits, significant))
	check("59.00 s", quantity(59e9, timeUnits, significant))
	check("7200 s", quantity(7200e9, timeUnits, significant))
	check(none, quantity(math.NaN(), timeUnits, significant))
	check(none, quantity(math.Inf(1), countUnits, significant))
	check("810.4 k", quantity(810_373, countUnits, significant))
	check("12.00", quantity(12, countUnits, significant))

	check(none, memory(0))
	check("512 B", memory(512))
	check("1.500 KiB", memory(1536))
	check("24.13 MiB", memory(25_300_000))

	check("0.12 %", percent(0.00123))
	check("1.23 %", percent(0.01234))
	check("12.3 %", percent(0.1234))
	check("275 %", percent(2.7512))
	check(none, percent(math.NaN()))

	check("1.004", factor(1.0041))
	check("12.35", factor(12.349))
	check("0", factor(0)[:1])

	s := scaleOf(1234, timeUnits, significant)
	check("1.250", s.number(1250))
	check("0.0041", s.fine(4.1234))
	check("41.000", s.fine(41000))
	check("0.000", s.fine(0))
}

// TestDigitsFollowTheInterval: a digit is shown if the interval leaves only it open, or
// the one before it.
func TestDigitsFollowTheInterval(t *testing.T) {
	t.Parallel()
	check := func(want string, value, low, high float64) {
		t.Helper()
		i := stats.Interval{Low: low, High: high}
		s := scaleOf(value, timeUnits, digitsOf(value, i))
		require.Equal(t, want, s.number(value)+" "+s.name+", "+s.interval(i))
	}
	check("2.00 µs, 1.90 … 2.10", 2001, 1900, 2100)
	check("2.001 µs, 1.997 … 2.008", 2001, 1997, 2008)
	check("2.001 µs, 2.001 … 2.001", 2001, 2000.9, 2001.1)
	check("2.0 µs, 1.0 … 9.0", 2001, 1000, 9000)
	check("2.0 µs, 1.0 … 90.0", 2001, 1000, 90_000)
	check("123 ns, 101 … 250", 123.4, 101, 250)
	check("1.0 µs, 0.7 … 1.3", 996, 700, 1300)
	require.Equal(t, significant, digitsOf(2, stats.Interval{Low: math.NaN(), High: math.NaN()}))
	require.Equal(t, significant, digitsOf(2, stats.Interval{Low: 2, High: 2}))
	require.Equal(t, significant, digitsOf(math.NaN(), stats.Interval{Low: 1, High: 2}))
}

func TestNumbersInJSONAreFinite(t *testing.T) {
	t.Parallel()
	check := func(want string, x float64) {
		t.Helper()
		got, err := number(x).MarshalJSON()
		require.NoError(t, err)
		require.Equal(t, want, string(got))
	}
	check("null", math.NaN())
	check("null", math.Inf(-1))
	check("0", 0)
	check("0.333333333333", 1.0/3)
	check("123456789012000", 123_456_789_012_345)
	check("1.5e-13", 1.5e-13)
}

func TestAMachineThatNobodyDescribed(t *testing.T) {
	require.Equal(t, "a machine that no probe described (2 iterations)", hostLine(stats.HostUse{Iterations: 2}))
}

func TestAnOrderThatIsNoneIsRefused(t *testing.T) {
	require.ErrorContains(t, Write(io.Discard, FormatTable, stats.Report{}, Options{Order: "tiem"}), `"tiem" is not an order`)
}
