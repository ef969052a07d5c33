package stats

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// countedRun executes ten iterations of an entry whose variants take the same time, and
// counts the instructions of two samples of each variant in each iteration.
func countedRun(t *testing.T, e domain.Entry, opts Options, executed func(iteration, variant, nth int) int64) Report {
	t.Helper()
	run := newRun(t, 10, e)
	run.Plan.CountInstructions = true
	results := execute(run, func(n int, s domain.Sample) float64 { return 1e4 + float64(n%3*s.Position) })
	for i := range results {
		nth := map[int]int{}
		for j := range results[i].Samples {
			s := &results[i].Samples[j]
			s.BatchCPU = s.Batch
			if nth[s.Variant]++; nth[s.Variant] <= 2 {
				s.Instructions, s.CountedRevolutions = executed(results[i].Iteration, s.Variant, nth[s.Variant]), 20
			}
		}
	}
	report, err := Build(run, stream(results), opts)
	require.NoError(t, err)
	return report
}

// php82 executes 1 % more than php84, each time exactly.
func onePercentMore(_, variant, _ int) int64 { return 20 * []int64{118_089, 119_269}[variant] }

func TestInstructionsThatAreEqualEachTimeGiveAVerdict(t *testing.T) {
	t.Parallel()
	r := countedRun(t, loop(), Options{Margin: 0.001}, onePercentMore)
	c := r.Cells[1].Instructions
	require.Equal(t, 20, c.N, "two samples of each iteration were counted")
	require.Equal(t, []float64{119_269, 119_269, 119_269, 0}, []float64{c.Median, c.Interval.Low, c.Interval.High, c.SD})
	require.True(t, math.IsNaN(c.OpsPerSecond))
	require.Len(t, r.InstructionFamilies, 1)
	f := r.InstructionFamilies[0]
	require.Same(t, r.Families[0].Baseline, f.Baseline)
	for m := range f.Others {
		more := 119_269.0 / 118_089
		if m.Cell != &r.Cells[1] {
			more = 1 / more
		}
		require.InEpsilon(t, more, m.Ratio, 1e-12)
		require.InEpsilon(t, more, m.Interval.Low, 1e-6)
		require.InEpsilon(t, more, m.Interval.High, 1e-6)
		require.Less(t, m.AdjustedP, 1e-4)
		require.NotEqual(t, Unchanged, m.Verdict)
		require.NotEqual(t, Inconclusive, m.Verdict)
	}
	for m := range r.Families[0].Others {
		require.Equal(t, Unchanged, m.Verdict, "by time they are alike")
	}
}

func TestTheSameInstructionsOnBothSidesAreUnchanged(t *testing.T) {
	t.Parallel()
	r := countedRun(t, loop(), Options{}, func(_, _, _ int) int64 { return 4_711 })
	for m := range r.InstructionFamilies[0].Others {
		require.Equal(t, Unchanged, m.Verdict)
		require.InDeltaSlice(t, []float64{1, 1, 1}, []float64{m.Ratio, m.Interval.Low, m.Interval.High}, 1e-12)
		require.Equal(t, 1.0, m.P)
	}
	require.Empty(t, r.Cells[0].Warnings)
}

// Iterations may differ, as the counts of several machines do. Within one both sides ran
// on the same.
func TestInstructionsArePairedWithinIterations(t *testing.T) {
	t.Parallel()
	r := countedRun(t, loop(), Options{}, func(iteration, variant, _ int) int64 { return int64(1000*iteration*iteration) * int64(10+variant) })
	for m := range r.InstructionFamilies[0].Others {
		require.InDelta(t, math.Log(1.1), math.Abs(math.Log(m.Ratio)), 1e-9)
		require.NotEqual(t, Inconclusive, m.Verdict)
	}
	require.Empty(t, r.Cells[0].Warnings, "within an iteration they repeat")
}

func TestInstructionsThatDoNotRepeatAreWarnedOf(t *testing.T) {
	t.Parallel()
	r := countedRun(t, loop(), Options{}, func(_, variant, nth int) int64 { return int64(100_000 + 1000*variant*nth) })
	require.Empty(t, r.Cells[0].Warnings)
	require.Len(t, r.Cells[1].Warnings, 1)
	require.Equal(t, UnevenCounts, r.Cells[1].Warnings[0].Code)
	require.Equal(t, "in 10 of 10 iterations, by up to 0.99 %", r.Cells[1].Warnings[0].Detail)
}

// A report by instructions has the member with the fewest as the baseline of both kinds
// of families.
func TestAReportByInstructions(t *testing.T) {
	t.Parallel()
	e := loop()
	fewest := func(variant int) func(_, v, _ int) int64 {
		return func(_, v, _ int) int64 {
			if v == variant {
				return 1000
			}
			return 2000
		}
	}
	for variant := range e.Variants {
		r := countedRun(t, e, Options{Clock: domain.ClockInstructions}, fewest(variant))
		require.True(t, r.ByInstructions)
		require.Equal(t, domain.ClockCPU, r.Cells[0].Clock, "times are read as ever")
		for _, f := range []Family{r.Families[0], r.InstructionFamilies[0]} {
			require.Same(t, &r.Cells[variant], f.Baseline)
		}
		for m := range r.InstructionFamilies[0].Others {
			require.Equal(t, Regressed, m.Verdict)
			require.InEpsilon(t, 2, m.Ratio, 1e-12)
		}
	}
}

// In a report by time the fastest stays the baseline, however few instructions others take.
func TestABaselineByTime(t *testing.T) {
	t.Parallel()
	var fastest []int
	for fewest := range loop().Variants {
		r := countedRun(t, loop(), Options{}, func(_, v, _ int) int64 { return []int64{1000, 2000}[v^fewest] })
		fastest = append(fastest, r.Families[0].Baseline.Index)
		require.Same(t, r.Families[0].Baseline, r.InstructionFamilies[0].Baseline)
		require.False(t, r.ByInstructions)
	}
	require.Equal(t, fastest[0], fastest[1])
}

func TestCellsWithoutCountsAreLeftOut(t *testing.T) {
	t.Parallel()
	e := benchmark("loop", "", "php84", "php82", "php74")
	r := countedRun(t, e, Options{Baselines: []string{"php84"}}, func(_, v, _ int) int64 { return []int64{1000, 2000, 0}[v] })
	require.Len(t, r.Families[0].Members, 3)
	require.Len(t, r.InstructionFamilies[0].Members, 2)
	require.Zero(t, r.Cells[2].Instructions.N)

	r = countedRun(t, e, Options{Clock: domain.ClockInstructions}, func(_, v, _ int) int64 { return 0 })
	require.Len(t, r.Families, 1)
	require.Empty(t, r.InstructionFamilies)
}

func TestAFloorHasNoSayOnInstructions(t *testing.T) {
	t.Parallel()
	r := countedRun(t, loop(), Options{Margin: 0.001, Floor: 1e9}, onePercentMore)
	for m := range r.InstructionFamilies[0].Others {
		require.InDelta(t, 0.001, m.Margin, 1e-12)
	}
	for m := range r.Families[0].Others {
		require.Greater(t, m.Margin, 1.0)
	}
}

func TestARunWithoutCountsHasNoReportByInstructions(t *testing.T) {
	t.Parallel()
	err := Options{Clock: domain.ClockInstructions}.Check(newRun(t, 1, loop()).Plan)
	require.ErrorIs(t, err, ErrOptions)
	require.ErrorContains(t, err, "does not count instructions")
}
