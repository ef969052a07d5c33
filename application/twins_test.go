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
	one := domain.Plan{Entries: plan.Entries}.WithDefaults()
	one.Iterations *= application.TwinRuns
	require.Equal(t, one, plan, "they are default runs")
}

// twinReport is the report of iterations of three samples of each twin. By CPU time the
// twins differ by 1 % in turn, by wall time by what is said.
func twinReport(iterations int, wall float64) stats.Report {
	r := stats.Report{Cells: make([]stats.Cell, 2)}
	r.Run.Plan.Iterations = iterations
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
	all := application.Resolutions(twinReport(30, 5))
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

// One of the runs may be unlucky. The median of the runs does not show it.
func TestResolutionsOfSeveralRuns(t *testing.T) {
	t.Parallel()
	calm, disturbed := twinReport(30, 1), twinReport(50, 1)
	for i := range disturbed.Cells[0].Samples {
		if s := &disturbed.Cells[0].Samples[i]; s.Iteration <= 10 {
			s.Batch *= time.Duration(1 + s.Iteration%3)
		}
	}
	calmWall, wall := application.Resolutions(calm)[1], application.Resolutions(disturbed)[1]
	require.Equal(t, calmWall.Detectable, wall.Detectable)
	require.Equal(t, calmWall.Finest, wall.Finest)

	short := twinReport(30, 1)
	for i := range short.Cells {
		short.Cells[i].Samples = short.Cells[i].Samples[:3*13]
	}
	require.InDelta(t, calmWall.Finest, application.Resolutions(short)[1].Finest, 1e-9, "three iterations beyond the first run are none")
	for i := range short.Cells {
		short.Cells[i].Samples = short.Cells[i].Samples[:3*9]
	}
	require.True(t, math.IsNaN(application.Resolutions(short)[1].Detectable), "there is no whole run")
}

func TestResolutionsOfLittle(t *testing.T) {
	t.Parallel()
	require.Empty(t, application.Resolutions(stats.Report{}))
	require.Empty(t, application.Resolutions(stats.Report{Cells: make([]stats.Cell, 2)}))

	one := application.Resolutions(twinReport(1, 1))
	require.Len(t, one, 2)
	require.True(t, math.IsNaN(one[0].Detectable), "an iteration of three samples cannot decide")

	r := twinReport(30, 1)
	r.Cells[1].Samples[4].BatchCPU = 0
	require.Equal(t, domain.ClockWall, application.Resolutions(r)[0].Clock, "a clock that does not always tell is left out")

	r = twinReport(30, 1)
	r.Cells[1].Samples = r.Cells[1].Samples[3:]
	require.Len(t, application.Resolutions(r), 2, "an iteration without one of the two is left out")
}
