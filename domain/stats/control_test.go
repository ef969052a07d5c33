package stats

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func TestTheControlComparesACellWithItself(t *testing.T) {
	t.Parallel()
	run := newRun(t, 10, benchmark("a", "", "php84"))
	check := func(value func(iteration, position int) float64) Cell {
		t.Helper()
		r := build(t, run, execute(run, func(n int, s domain.Sample) float64 { return value(n, s.Position) }))
		return r.Cells[0]
	}
	calm := check(func(n, position int) float64 { return 1e5 + float64((n*7+position*3)%11) })
	require.Equal(t, Unchanged, calm.Control.Verdict)
	require.Equal(t, 10, calm.Control.Blocks)
	require.Empty(t, calm.Warnings)

	second := check(func(n, position int) float64 {
		if position == 2 {
			return 1.2e5 + float64(n)
		}
		return 1e5 + float64((n+position)%5)
	})
	require.Equal(t, Regressed, second.Control.Verdict, "each second sample is slower")
	require.InDelta(t, 1.2, second.Control.Ratio, 0.01)
	w := second.Warnings[len(second.Warnings)-1]
	require.Equal(t, ControlDiffers, w.Code)
	require.Equal(t, "1.2×", w.Detail)

	run.Plan.Samples = 1
	alone := check(func(n, _ int) float64 { return 1e5 + float64(n) })
	require.Equal(t, Inconclusive, alone.Control.Verdict)
	require.True(t, math.IsNaN(alone.Control.Ratio))
	require.Zero(t, alone.Control.Blocks)
}
