package stats

import (
	"math"
	"testing"
	"time"

	"github.com/benchbus/benchbus/domain"
	"github.com/stretchr/testify/require"
)

// timed executes a run of one benchmark on php84 and php82 whose samples change lets
// be what it likes; until then a batch takes 10 ms by both clocks.
func timed(t *testing.T, e domain.Entry, opts Options, change func(iteration int, s *domain.Sample)) Report {
	t.Helper()
	run := newRun(t, 8, e)
	results := execute(run, func(n int, s domain.Sample) float64 { return 1e4 + float64(n%3*s.Position) })
	for i := range results {
		for j := range results[i].Samples {
			s := &results[i].Samples[j]
			s.BatchCPU = s.Batch
			change(results[i].Iteration, s)
		}
	}
	report, err := Build(run, stream(results), opts)
	require.NoError(t, err)
	return report
}

func loop() domain.Entry { return benchmark("loop", "", "php84", "php82") }

// On a busy machine a batch takes several times as long on the wall; the CPU time
// stays what it is.
func busy(iteration int, s *domain.Sample) {
	s.Batch *= time.Duration(2 + (iteration+s.Position)%3)
	s.InvoluntarySwitches = 5
}

// Code that waits is off the CPU in each part of its batch.
func waits(_ int, s *domain.Sample) {
	s.VoluntarySwitches = 100
	s.Batch = 2 * s.BatchCPU
	s.SubBatches = []domain.SubBatch{{Wall: s.BatchCPU, CPU: s.BatchCPU / 2}, {Wall: s.BatchCPU, CPU: s.BatchCPU - s.BatchCPU/2}}
}

func TestClock(t *testing.T) {
	t.Parallel()
	check := func(clock domain.Clock, reason string, e domain.Entry, opts Options, change func(int, *domain.Sample), warnings ...WarningCode) Report {
		t.Helper()
		r := timed(t, e, opts, change)
		for _, c := range r.Cells {
			require.Equal(t, clock, c.Clock)
			require.Equal(t, reason, c.ClockReason)
			require.Equal(t, append([]WarningCode{}, warnings...), codes(c.Warnings))
		}
		return r
	}
	same := func(int, *domain.Sample) {}
	check(domain.ClockCPU, "the code does not wait", loop(), Options{}, same)
	r := check(domain.ClockCPU, "the code does not wait", loop(), Options{}, busy, BusyMachine)
	require.Equal(t, "3.0 times as long on the wall as on the CPU", r.Cells[0].Warnings[0].Detail)
	require.InDelta(t, 1e4, r.Cells[0].Summary.Median, 10)
	require.InDelta(t, 1e4, r.Cells[0].CPU, 10)
	require.InDelta(t, 3e4, r.Cells[0].Wall, 50)
	require.Equal(t, Unchanged, r.Families[0].Members[1].Verdict, "the values are CPU time")

	// What asks for a clock goes before what the samples show, the options first.
	check(domain.ClockWall, "it was asked for", loop(), Options{Clock: domain.ClockWall}, same)
	check(domain.ClockCPU, "it was asked for", loop(), Options{Clock: domain.ClockCPU}, waits, Waits)
	said := loop()
	said.Variants[0].Benchmark.Clock = domain.ClockWall
	check(domain.ClockWall, "the definition asks for it", said, Options{}, same)
	check(domain.ClockCPU, "it was asked for", said, Options{Clock: domain.ClockCPU}, same)
	check(domain.ClockCPU, "the code does not wait", said, Options{Clock: domain.ClockAuto}, same)

	r = check(domain.ClockWall, "the code waits", loop(), Options{}, waits)
	require.InDelta(t, 2e4, r.Cells[0].Summary.Median, 10)
	check(domain.ClockCPU, "the code does not wait", loop(), Options{}, func(_ int, s *domain.Sample) {
		s.VoluntarySwitches = 1 // which cost it no time
	})
	check(domain.ClockCPU, "the code does not wait", loop(), Options{}, func(n int, s *domain.Sample) {
		if n < 4 { // others ran in its place as well
			waits(n, s)
		}
	})
	check(domain.ClockWall, "the code waits", loop(), Options{}, func(n int, s *domain.Sample) {
		if s.Variant == 1 { // one of those that are compared is enough
			waits(n, s)
		}
	})

	// What the clock of the CPU cannot tell, the other one does.
	unknown := func(n int, s *domain.Sample) {
		if n == 2 && s.Position == 1 {
			s.BatchCPU = 0
		}
	}
	check(domain.ClockWall, "the CPU time of 1 sample is not known", loop(), Options{}, unknown)
	check(domain.ClockWall, "the CPU time of 1 sample is not known", loop(), Options{Clock: domain.ClockCPU}, unknown)
	require.NotEqual(t, timed(t, loop(), Options{}, unknown).Cells[0].CPU, 0)
	check(domain.ClockWall, "48 samples took less than 1ms of CPU time, too short for its clock", loop(), Options{}, func(_ int, s *domain.Sample) {
		s.Batch, s.BatchCPU = s.Batch/100, s.BatchCPU/100
	}, ShortBatch)
	check(domain.ClockWall, "the code waits", loop(), Options{}, func(n int, s *domain.Sample) {
		waits(n, s)
		s.BatchCPU, s.SubBatches = s.Batch/1000, nil // it does nothing else
	})

	check(domain.ClockCPU, "the code does not wait", loop(), Options{}, func(_ int, s *domain.Sample) { s.BatchCPU *= 2 }, Threads)
	check(domain.ClockWall, "it was asked for", loop(), Options{Clock: domain.ClockWall}, busy, HighCV, BusyMachine)
}

// The definitions of what is compared may ask for different clocks: only wall time
// is true of all.
func TestDefinitionsThatDisagreeAboutTheClock(t *testing.T) {
	t.Parallel()
	cell := func(clock domain.Clock) *Cell {
		return &Cell{Variant: domain.Variant{Benchmark: &domain.Benchmark{Clock: clock}}}
	}
	require.Empty(t, defined([]*Cell{cell(""), cell("")}))
	require.Equal(t, domain.ClockCPU, defined([]*Cell{cell(""), cell(domain.ClockCPU), cell(domain.ClockAuto), cell(domain.ClockCPU)}))
	require.Equal(t, domain.ClockWall, defined([]*Cell{cell(domain.ClockCPU), cell(domain.ClockWall)}))
}

func TestMarginAndFloor(t *testing.T) {
	t.Parallel()
	slower := func(share float64) func(int, *domain.Sample) {
		return func(_ int, s *domain.Sample) {
			if s.Variant == 1 {
				s.BatchCPU = time.Duration(float64(s.BatchCPU) * (1 + share))
			}
		}
	}
	check := func(verdict Verdict, margin, share float64, e domain.Entry, opts Options) {
		t.Helper()
		m := timed(t, e, opts, slower(share)).Families[0].Members[1]
		require.Equal(t, verdict, m.Verdict)
		require.InEpsilon(t, margin, m.Margin, 0.01)
	}
	check(Unchanged, 0.03, 0.02, loop(), Options{})
	check(Regressed, 0.03, 0.05, loop(), Options{})
	check(Regressed, 0.01, 0.02, loop(), Options{Margin: 0.01})
	check(Unchanged, 0.1, 0.05, loop(), Options{Margin: 0.1})
	check(Unchanged, 0.08, 0.05, loop(), Options{Floor: 800}) // of 10 µs
	check(Regressed, 0.03, 0.05, loop(), Options{Floor: 200})
	e := loop()
	b := e.Variants[0].Benchmark
	b.Margin = 0.1
	check(Unchanged, 0.1, 0.05, e, Options{})
	check(Regressed, 0.02, 0.05, e, Options{Margin: 0.02})
	b.Margin, b.Floor = 0, 800
	check(Unchanged, 0.08, 0.05, e, Options{})
	check(Regressed, 0.03, 0.05, e, Options{Floor: 1})
}

func TestOptionsThatCannotBe(t *testing.T) {
	t.Parallel()
	plan := newRun(t, 2, loop()).Plan
	require.NoError(t, Options{Baselines: []string{"php82"}, Clock: domain.ClockCPU, Margin: 0.5, Floor: time.Second}.Check(plan))
	require.ErrorIs(t, Options{Baselines: []string{"php99"}}.Check(plan), ErrBaseline)
	for want, opts := range map[string]Options{
		`"sundial" is not a clock: choose one of [auto cpu wall instructions]`: {Clock: "sundial"},
		"the margin NaN is outside 0 to 0.5":                                   {Margin: math.NaN()},
		"the margin -0.1 is outside 0 to 0.5":                                  {Margin: -0.1},
		"the margin 0.6 is outside 0 to 0.5":                                   {Margin: 0.6},
		"the floor -1ns is below 0":                                            {Floor: -1},
	} {
		err := opts.Check(plan)
		require.ErrorIs(t, err, ErrOptions)
		require.ErrorContains(t, err, want)
	}
}
