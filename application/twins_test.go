package application_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

func TestTwinsDifferInTheirSlugsAlone(t *testing.T) {
	t.Parallel()
	plan := application.Twins("x", "php84").WithDefaults()
	require.NoError(t, plan.Validate())
	require.Len(t, plan.Entries, 1)
	variants := plan.Entries[0].Variants
	require.Len(t, variants, 2)
	a, b := variants[0].Benchmark.Clone(), variants[1].Benchmark
	require.NotEqual(t, a.Slug, b.Slug)
	a.Slug, a.Name = b.Slug, b.Name
	require.Equal(t, b, a)
	require.Equal(t, domain.Plan{Entries: plan.Entries}.WithDefaults(), plan, "it is a default run")
}

// twinReport is the report of iterations of three samples of each twin. By CPU time the
// twins differ by 1 % in turn, by wall time by what is said.
func twinReport(iterations int, wall float64) stats.Report {
	r := stats.Report{Cells: make([]stats.Cell, 2)}
	for n := 1; n <= iterations; n++ {
		for cell := range r.Cells {
			for k := range 3 {
				scatter := 1 + 0.001*float64(k)
				if (n+cell)%2 == 0 {
					scatter *= 1.01
				}
				batch := 1e6 * scatter
				if n == 1 && cell == 0 {
					batch *= wall
				}
				r.Cells[cell].Samples = append(r.Cells[cell].Samples, stats.Sample{
					Iteration: n, Revolutions: 1, Batch: time.Duration(batch), BatchCPU: time.Duration(1e6 * scatter),
				})
			}
		}
	}
	return r
}

func TestResolutions(t *testing.T) {
	t.Parallel()
	all := application.Resolutions(twinReport(10, 5))
	require.Len(t, all, 2)
	cpu, wall := all[0], all[1]
	require.Equal(t, domain.ClockCPU, cpu.Clock)
	require.Equal(t, domain.ClockWall, wall.Clock)
	require.InDelta(t, 0.01, cpu.Spread, 1e-4)
	require.InDelta(t, 0.01, wall.Spread, 1e-4, "one iteration that is far off moves it little")
	require.Greater(t, cpu.Detectable, stats.DefaultMargin)
	require.Less(t, cpu.Finest, stats.DefaultMargin)
	require.Positive(t, cpu.Finest)
}

func TestResolutionsOfLittle(t *testing.T) {
	t.Parallel()
	require.Empty(t, application.Resolutions(stats.Report{}))
	require.Empty(t, application.Resolutions(stats.Report{Cells: make([]stats.Cell, 2)}))

	one := application.Resolutions(twinReport(1, 1))
	require.Len(t, one, 2)
	require.True(t, math.IsNaN(one[0].Detectable), "an iteration of three samples cannot decide")

	r := twinReport(10, 1)
	r.Cells[1].Samples[4].BatchCPU = 0
	require.Equal(t, domain.ClockWall, application.Resolutions(r)[0].Clock, "a clock that does not always tell is left out")

	r = twinReport(10, 1)
	r.Cells[1].Samples = r.Cells[1].Samples[3:]
	require.Len(t, application.Resolutions(r), 2, "an iteration without one of the two is left out")
}
