package storetest

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func asRecorded(s *suite) {
	s.create(first, 20)
	var want []domain.IterationExecuted
	add := func(make func(run domain.RunID, n int) domain.IterationExecuted, change func(*domain.IterationExecuted)) {
		r := make(first, len(want)+1)
		change(&r)
		want = append(want, r)
	}
	add(result, func(*domain.IterationExecuted) {})
	add(failure, func(*domain.IterationExecuted) {})
	add(result, func(r *domain.IterationExecuted) { // every optional field is empty
		*r = domain.IterationExecuted{Schema: r.Schema, RunID: r.RunID, Iteration: r.Iteration, Attempt: 1}
		for n := range 2 {
			r.Samples = append(r.Samples, domain.Sample{Position: n + 1, Revolutions: 1, Batch: 1})
		}
	})
	add(failure, func(r *domain.IterationExecuted) { r.Failure = &domain.Failure{Attempts: 1} })
	add(failure, func(r *domain.IterationExecuted) {
		r.Failure.Message, r.Failure.Output = "nul \x00 inside", "\x00\x1b[31m日本🐘\r\n"+strings.Repeat("x", 8<<10)
		r.Worker, r.Entry, r.Host.Name = "wörker\x00", "日本", "\x00"
	})
	add(result, func(r *domain.IterationExecuted) {
		no, big := 0, 1<<16
		r.Samples = []domain.Sample{
			{Variant: domain.MaxVariants - 1, Position: 1, Revolutions: 1, CPU: &no, PeakMemory: 1 << 50, RuntimePeakMemory: 1<<50 - 1, Batch: domain.MaxIterationTime},
			{Position: 2, CPU: nil, Revolutions: domain.MaxRevolutions, Batch: 1, Timer: "microtime(true)"},
			{Variant: domain.MaxVariants - 1, Position: 4, Revolutions: 1, Batch: 1, CPU: &big, Warmup: domain.MaxRevolutions},
		}
		r.VariantFailures = []domain.VariantFailure{
			{Variant: 1, Failure: domain.Failure{Class: domain.ClassCode, Message: "nul \x00", Output: "日本", Attempts: 1}},
			{Variant: 2, Failure: domain.Failure{Attempts: domain.MaxAttempts}},
		}
		r.Took, r.Attempt, r.Load = 24*time.Hour, domain.MaxAttempts, domain.Load{Load1: 1e6, Steal: math.SmallestNonzeroFloat64}
	})
	add(result, func(r *domain.IterationExecuted) { r.Started = time.Date(2000, 1, 1, 0, 0, 0, 1, time.UTC) })
	add(result, func(r *domain.IterationExecuted) {
		r.Started = time.Date(2200, 12, 31, 23, 59, 59, 999999999, time.UTC)
	})
	add(result, func(r *domain.IterationExecuted) { r.Load = domain.Load{Load1: 0.1 + 0.2, Steal: 1. / 3} })
	s.record(first, want...)
	require.Equal(s, want, s.results(first))

	zone := result(first, 19)
	zone.Started = zone.Started.In(time.FixedZone("", -7*3600))
	now := result(first, 20)
	now.Started = time.Now()
	now.Failure, now.Samples = &domain.Failure{Attempts: 1}, []domain.Sample{}
	s.record(first, zone, now)
	zone.Started, now.Started, now.Samples = zone.Started.UTC(), now.Started.Round(0).UTC(), nil
	require.Equal(s, []domain.IterationExecuted{zone, now}, s.results(first)[len(want):])
}

func resultsAreCopies(s *suite) {
	s.create(first, 2)
	want := []domain.IterationExecuted{result(first, 1), failure(first, 2)}
	given := []domain.IterationExecuted{result(first, 1), failure(first, 2)}
	s.record(first, given...)
	change := func(results []domain.IterationExecuted) {
		*results[0].Samples[0].CPU = 99
		results[0].Samples[0].Batch = 99
		results[0].Samples[0].Notices[0].Count = 99
		results[1].Failure.Message = "changed"
	}
	change(given)
	for range 2 {
		got := s.results(first)
		require.Equal(s, want, got)
		change(got)
	}
}

func anyResult(s *suite) {
	seed := uint64(time.Now().UnixNano())
	s.Logf("seed %d", seed)
	r := random{rand.New(rand.NewPCG(seed, 0))}
	s.create(first, 300)
	var want []domain.IterationExecuted
	for n := range 300 {
		want = append(want, r.result(first, n+1))
	}
	shuffled := slices.Clone(want)
	r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	for len(shuffled) > 0 {
		n := 1 + r.IntN(len(shuffled))
		s.record(first, shuffled[:n]...)
		shuffled = shuffled[n:]
	}
	require.Equal(s, want, s.results(first))
}

func firstStays(s *suite) {
	s.create(first, 9)
	again := result(first, 2)
	again.Worker = "too late"
	require.Equal(s, []bool{true, true, false, true}, s.record(first, result(first, 4), result(first, 2), again, failure(first, 1)))
	again.Iteration = 1
	require.Equal(s, []bool{false, true, false, false}, s.record(first, again, result(first, 3), failure(first, 4), failure(first, 3)))
	require.Equal(s, []domain.IterationExecuted{failure(first, 1), result(first, 2), result(first, 3), result(first, 4)}, s.results(first))
	require.Equal(s, []domain.Recorded{{Iteration: 1, Failed: true}, {Iteration: 2}, {Iteration: 3}, {Iteration: 4}}, s.recorded(first))
	require.Equal(s, domain.Counts{Planned: 9, Done: 3, Failed: 1, Outstanding: 5}, s.status(first).Counts)
}

func nothingToRecord(s *suite) {
	s.create(first, 9)
	s.record(first)
	require.Empty(s, s.results(first))
	require.Empty(s, s.recorded(first))
}

// If one result cannot be counted, the store refuses all of the call.
func allOrNone(s *suite) {
	s.create(first, 9)
	s.create(second, 9)
	for name, change := range map[string]func(*domain.IterationExecuted){
		"of another run":                  func(r *domain.IterationExecuted) { r.RunID = second },
		"of no run":                       func(r *domain.IterationExecuted) { r.RunID = "" },
		"of no iteration":                 func(r *domain.IterationExecuted) { r.Iteration = 0 },
		"neither samples nor a failure":   func(r *domain.IterationExecuted) { r.Samples = nil },
		"both samples and a failure":      func(r *domain.IterationExecuted) { r.Failure = &domain.Failure{} },
		"a message that is not an answer": func(r *domain.IterationExecuted) { r.Schema = domain.SchemaExecute },
	} {
		results := batch(first, 1, 5)
		change(&results[3])
		_, err := s.Record(s.ctx, first, results)
		require.Error(s, err, name)
	}
	require.Empty(s, s.results(first))
	require.Empty(s, s.results(second))
	require.Equal(s, domain.Counts{Planned: 9, Outstanding: 9}, s.status(first).Counts)
}

func largeCall(s *suite) {
	const n = 3000
	s.create(first, n)
	results := batch(first, 1, n)
	want := slices.Clone(results)
	slices.Reverse(results)
	for i, fresh := range s.record(first, append(results, results...)...) {
		require.Equal(s, i < n, fresh, "result %d", i)
	}
	require.Equal(s, want, s.results(first))
	require.Len(s, s.recorded(first), n)
}

func manySamples(s *suite) {
	s.create(first, 3)
	results := batch(first, 1, 3)
	for i := range 5 * domain.MaxSamples {
		results[1].Samples = append(results[1].Samples, domain.Sample{Position: i + 2, Revolutions: 1, Batch: time.Duration(i + 1)})
	}
	s.record(first, results...)
	require.Equal(s, results, s.results(first))
}

func runsApart(s *suite) {
	s.create(first, 5)
	s.create(second, 5)
	require.Equal(s, []bool{true, true}, s.record(first, result(first, 1), failure(first, 2)))
	require.Equal(s, []bool{true, true}, s.record(second, failure(second, 1), result(second, 5)))
	require.Equal(s, []domain.IterationExecuted{result(first, 1), failure(first, 2)}, s.results(first))
	require.Equal(s, []domain.IterationExecuted{failure(second, 1), result(second, 5)}, s.results(second))
	require.Equal(s, []domain.Recorded{{Iteration: 1, Failed: true}, {Iteration: 5}}, s.recorded(second))
}
