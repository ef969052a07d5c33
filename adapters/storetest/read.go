package storetest

import (
	"math/rand/v2"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// several is so many results that a store reads them in several goes.
const several = 2500

func inOrder(s *suite) {
	s.create(first, 10*several)
	numbers := rand.New(rand.NewPCG(1, 2)).Perm(10 * several)[:several]
	var results []domain.IterationExecuted
	for _, n := range numbers {
		results = append(results, result(first, n+1))
	}
	s.record(first, results...)
	last, count := 0, 0
	for _, r := range s.results(first) {
		require.Greater(s, r.Iteration, last)
		last, count = r.Iteration, count+1
	}
	require.Equal(s, several, count)
	last = 0
	for _, r := range s.recorded(first) {
		require.Greater(s, r.Iteration, last)
		last = r.Iteration
	}
}

func stopEarly(s *suite) {
	s.create(first, several)
	s.record(first, batch(first, 1, several)...)
	for i := range 50 { // a store has fewer connections
		for r, err := range s.Results(s.ctx, first) {
			require.NoError(s, err)
			if r.Iteration > i {
				break
			}
		}
		for r, err := range s.Recorded(s.ctx, first) {
			require.NoError(s, err)
			if r.Iteration > i {
				break
			}
		}
		for range s.Results(s.ctx, second) {
			break
		}
	}
	require.Len(s, s.recorded(first), several)
}

// Inside a loop over results everything else works, also another loop over results.
func whileReading(s *suite) {
	s.create(first, 2*several)
	s.record(first, batch(first, 1, several)...)
	seen := 0
	for r, err := range s.Results(s.ctx, first) {
		require.NoError(s, err)
		seen++
		if r.Iteration%500 != 1 || r.Iteration > several {
			continue
		}
		require.Equal(s, []bool{true}, s.record(first, result(first, several+r.Iteration)))
		s.create(runID(r.Iteration), 1)
		s.status(first)
		for inner, err := range s.Results(s.ctx, first) {
			require.NoError(s, err)
			for range s.Recorded(s.ctx, first) {
				break
			}
			if inner.Iteration == 3 {
				break
			}
		}
	}
	require.GreaterOrEqual(s, seen, several)
	require.Len(s, s.results(first), several+several/500)
}

func manyAtOnce(s *suite) {
	parallel(s, 8, func(worker int) {
		for n := range 10 {
			id := runID(worker*100 + n)
			run := newRun(s, id, 2)
			require.NoError(s, s.CreateRun(s.ctx, run))
			require.Error(s, s.CreateRun(s.ctx, run))
			run.State, run.Started = domain.StateRunning, created.Add(time.Second)
			require.NoError(s, s.UpdateRun(s.ctx, run.RunStatus))
			s.record(id, result(id, 1), failure(id, 2))
			require.Equal(s, []domain.IterationExecuted{result(id, 1), failure(id, 2)}, s.results(id))
			_, err := s.Runs(s.ctx, "2026", 3)
			require.NoError(s, err)
		}
	})
	listed, err := s.Runs(s.ctx, "", 0)
	require.NoError(s, err)
	require.Len(s, listed, 80)
	for _, status := range listed {
		require.Equal(s, domain.Counts{Planned: 2, Done: 1, Failed: 1}, status.Counts)
	}
}
