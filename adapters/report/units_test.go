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
	check("0.4000 ns", quantity(0.4, timeUnits))
	check("12.35 ns", quantity(12.345678, timeUnits))
	check("999.9 ns", quantity(999.9, timeUnits))
	check("1.000 µs", quantity(999.96, timeUnits)) // rounded before the unit is chosen
	check("1.235 ms", quantity(1_234_567, timeUnits))
	check("59.00 s", quantity(59e9, timeUnits))
	check("7200 s", quantity(7200e9, timeUnits))
	check(none, quantity(math.NaN(), timeUnits))
	check(none, quantity(math.Inf(1), countUnits))
	check("810.4 k", quantity(810_373, countUnits))
	check("12.00", quantity(12, countUnits))

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

	s := scaleOf(1234, timeUnits)
	check("1.250", s.number(1250))
	check("0.0041", s.fine(4.1234))
	check("41.000", s.fine(41000))
	check("0.000", s.fine(0))
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
