package stats

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func TestWarnings(t *testing.T) {
	t.Parallel()
	check := func(iterations int, value func(n int, s domain.Sample) float64, change func(*domain.IterationExecuted), cell, run []WarningCode) Report {
		t.Helper()
		r := newRun(t, iterations, benchmark("a", "", "php84"))
		results := execute(r, value)
		if change != nil {
			for i := range results {
				change(&results[i])
			}
		}
		report := build(t, r, results)
		require.Equal(t, cell, codes(report.Cells[0].Warnings))
		require.Equal(t, run, codes(report.Warnings))
		return report
	}
	type c = []WarningCode
	random := rand.New(rand.NewPCG(1, 2))
	calm := func(int, domain.Sample) float64 { return around(random, 1e5) }

	check(10, calm, nil, c{}, c{})
	check(1, calm, nil, c{FewSamples}, c{})
	check(10, func(n int, s domain.Sample) float64 { return around(random, 1e5+5e4*float64(n%2)) }, nil, c{HighCV}, c{})
	report := check(10, func(n int, s domain.Sample) float64 {
		if n == 5 && s.Position == 2 {
			return 2e5
		}
		return around(random, 1e5)
	}, nil, c{Outliers, HighCV}, c{})
	flagged := 0
	for _, s := range report.Cells[0].Samples {
		if s.Outlier {
			flagged++
			require.EqualValues(t, 5, s.Iteration)
		}
	}
	require.Equal(t, 1, flagged)
	check(10, func(n int, s domain.Sample) float64 {
		if s.Position == 1 {
			return around(random, 1.1e5)
		}
		return around(random, 1e5)
	}, nil, c{SlowFirst}, c{})
	check(10, func(n int, s domain.Sample) float64 {
		if n == 1 && s.Position == 1 {
			return 3e5
		}
		return around(random, 1e5)
	}, nil, c{Outliers, HighCV}, c{SlowWorker})
	check(10, calm, func(r *domain.IterationExecuted) {
		for i := range r.Samples {
			r.Samples[i].Batch, r.Samples[i].Revolutions = r.Samples[i].Batch/100, 10
		}
	}, c{ShortBatch}, c{})
	check(10, calm, func(r *domain.IterationExecuted) {
		for i := range r.Samples {
			r.Samples[i].Revolutions = int(r.Samples[i].Batch / 39)
		}
	}, c{HarnessLoop}, c{})
	growing := func(factor, parts int) func(r *domain.IterationExecuted) {
		return func(r *domain.IterationExecuted) {
			for i := range r.Samples {
				s := &r.Samples[i]
				s.SubBatches = nil
				for k := range parts {
					share := time.Duration(1)
					if k >= parts/2 {
						share = time.Duration(factor)
					}
					s.SubBatches = append(s.SubBatches, domain.SubBatch{Wall: share * s.Batch / 100, CPU: share * s.BatchCPU / 100})
				}
			}
		}
	}
	report = check(10, calm, growing(2, 10), c{Drift}, c{})
	require.Equal(t, "2.00 times as long in the second half of a batch as in the first", report.Cells[0].Warnings[0].Detail)
	check(10, calm, growing(2, 3), c{}, c{})
	check(10, calm, growing(1, 10), c{}, c{})
	report = check(10, calm, func(r *domain.IterationExecuted) {
		r.Samples[0].Notices = []domain.Notice{{Severity: "Warning", Count: 1, Message: "odd"}, {Severity: "Deprecated", Count: 123_456, Message: "old"}}
		r.Samples[1].Notices = []domain.Notice{{Severity: "Deprecated", Count: 1, Message: "old"}}
	}, c{Notices}, c{})
	require.Equal(t, []domain.Notice{{Severity: "Deprecated", Count: 1_234_570, Message: "old"}, {Severity: "Warning", Count: 10, Message: "odd"}}, report.Cells[0].Notices)
	require.Equal(t, "1,234,570 × Deprecated: old; 10 × Warning: odd", report.Cells[0].Warnings[0].Detail)
	check(10, calm, func(r *domain.IterationExecuted) { r.Host.Key = []string{"x", "y"}[r.Iteration%2] }, c{}, c{MixedMachines})
	report = check(10, calm, func(r *domain.IterationExecuted) {
		if r.Iteration == 4 {
			r.Load.Steal = 0.2
		}
	}, c{}, c{HighSteal})
	require.InDelta(t, 0.02, report.Hosts[0].MeanSteal, 1e-12)
	require.Equal(t, 0.2, report.Hosts[0].MaxSteal)
	require.Equal(t, 1, report.Hosts[0].HighSteal)
	report = check(10, calm, func(r *domain.IterationExecuted) {
		r.Host.Cores, r.Load.Load1 = 4, 3.9
		if r.Iteration > 7 {
			r.Load.Load1, r.Load.Stops = 4.1, r.Iteration
		}
	}, c{}, c{HighLoad, Throttled})
	require.Equal(t, []int{3, 3, 10}, []int{report.Hosts[0].HighLoad, report.Hosts[0].Stopped, report.Hosts[0].MaxStops})
}

// TestOnlyTheVeryFirstSampleOfAWorkerIsCold: a later outlier of another runtime in the
// same iteration does not show a cold machine.
func TestOnlyTheVeryFirstSampleOfAWorkerIsCold(t *testing.T) {
	t.Parallel()
	run := newRun(t, 10, benchmark("a", "", "php84", "php82"))
	check := func(position int, value float64, want []WarningCode) {
		t.Helper()
		random := rand.New(rand.NewPCG(3, 4))
		r := build(t, run, execute(run, func(n int, s domain.Sample) float64 {
			if n == 1 && s.Position == position {
				return value
			}
			return around(random, 1e5)
		}))
		require.Equal(t, want, codes(r.Warnings))
	}
	check(1, 5e5, []WarningCode{SlowWorker})
	check(1, 2e4, []WarningCode{}) // fast is not cold
	for position := 2; position <= 6; position++ {
		check(position, 5e5, []WarningCode{})
	}

	// Another worker begins with the second entry.
	run = newRun(t, 10, benchmark("a", "", "php84", "php82"), benchmark("b", "", "php84"))
	random := rand.New(rand.NewPCG(3, 4))
	results := execute(run, func(n int, s domain.Sample) float64 {
		if n == 6 && s.Position == 1 {
			return 5e5
		}
		return around(random, 1e5)
	})
	require.Empty(t, build(t, run, results).Warnings)
	for i := range results[5:] {
		results[5+i].Worker = "worker-2"
	}
	require.Equal(t, []WarningCode{SlowWorker}, codes(build(t, run, results).Warnings))
}

// TestAColdFirstSampleTakesCertainty: by chance, the first of three samples is the
// slowest in one of three iterations.
func TestAColdFirstSampleTakesCertainty(t *testing.T) {
	t.Parallel()
	warned := func(iterations int, first float64) bool {
		t.Helper()
		run := newRun(t, iterations, benchmark("a", "", "php84"))
		r := build(t, run, execute(run, func(n int, s domain.Sample) float64 {
			value := 1e5 + float64(10*n+s.Position)
			if s.Position == 1 {
				value *= first
			}
			return value
		}))
		return slices.Contains(codes(r.Cells[0].Warnings), SlowFirst)
	}
	require.False(t, warned(4, 1.1), "p = 2/3⁴, 0.025, is significant, but not enough")
	require.True(t, warned(5, 1.1), "p = 2/3⁵, 0.008")
	require.False(t, warned(10, 1.02), "within the margin")
	require.False(t, warned(10, 1/1.1), "one that is faster is not cold")
}

func TestShortDuration(t *testing.T) {
	t.Parallel()
	require.Equal(t, 52300*time.Nanosecond, shortDuration(52_345))
	require.Equal(t, 7*time.Nanosecond, shortDuration(7))
	require.Equal(t, 1240*time.Millisecond, shortDuration(1_236_789_000))
}

func TestPartsAreTold(t *testing.T) {
	member := func(slug, group string) domain.Entry {
		return domain.NewEntry(&domain.Benchmark{Slug: slug, Group: group}, "php84")
	}
	require.Empty(t, splitWarnings(domain.Plan{Entries: []domain.Entry{member("a", "g"), member("b", ""), member("c", "")}}))
	found := splitWarnings(domain.Plan{Entries: []domain.Entry{member("b", ""), member("a", "g"), member("b", ""), member("c", "g"), member("d", "g")}})
	require.Len(t, found, 2)
	require.Equal(t, Split, found[0].Code)
	require.Contains(t, found[0].Message, "the benchmark b was measured in 2 parts")
	require.Contains(t, found[1].Message, "the group g was measured in 3 parts")
}
