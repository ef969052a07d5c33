package storetest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func reopened(s *suite) {
	run := s.create(first, 4)
	s.create(second, 1)
	s.record(first, result(first, 1), failure(first, 2), failure(first, 3), result(first, 4))
	s.record(second, failure(second, 1))
	run.State, run.Finished = domain.StateCompleted, run.Created.Add(time.Hour)
	require.NoError(s, s.UpdateRun(s.ctx, run.RunStatus))

	require.NoError(s, s.Reopen(s.ctx, first, []int{1, 2, 4, 99}))
	got, err := s.Store.Run(s.ctx, first)
	require.NoError(s, err)
	require.Equal(s, domain.StateInterrupted, got.State)
	require.True(s, got.Finished.IsZero())
	require.Equal(s, domain.Counts{Planned: 4, Done: 2, Failed: 1, Outstanding: 1}, got.Counts)
	require.Equal(s, []domain.IterationExecuted{result(first, 1), failure(first, 3), result(first, 4)}, s.results(first))
	require.Equal(s, []domain.IterationExecuted{failure(second, 1)}, s.results(second), "another run")

	s.record(first, failure(first, 2))
	status := got.RunStatus
	status.State, status.Finished = domain.StateCompleted, run.Created.Add(time.Hour)
	require.NoError(s, s.UpdateRun(s.ctx, status))
	require.NoError(s, s.Reopen(s.ctx, first, []int{1, 4, 99}))
	require.Equal(s, domain.StateCompleted, s.status(first).State, "none of them has a failure")
	require.NoError(s, s.Reopen(s.ctx, first, []int{2, 3}))

	require.Equal(s, []bool{true}, s.record(first, result(first, 2)), "it can be recorded anew")
	require.ErrorIs(s, s.Reopen(s.ctx, "unknown", []int{1}), domain.ErrRunNotFound)
}

// The store decides whether a run is completed. Whatever a runner believes, a run is
// not completed while an iteration has no result.
func incomplete(s *suite) {
	run := s.create(first, 3)
	run.State, run.Started = domain.StateRunning, run.Created.Add(time.Second)
	require.NoError(s, s.UpdateRun(s.ctx, run.RunStatus))
	completed := run.RunStatus
	completed.State, completed.Finished, completed.Duplicates = domain.StateCompleted, run.Created.Add(time.Hour), 9
	completed.Counts = domain.Counts{Planned: 3, Done: 3}
	for n := range 3 {
		before := s.status(first)
		require.ErrorIs(s, s.UpdateRun(s.ctx, completed), domain.ErrRunIncomplete, "%d of 3", n)
		require.Equal(s, before, s.status(first), "nothing is written")
		s.record(first, []domain.IterationExecuted{failure(first, 3), result(first, 1), result(first, 2)}[n])
	}
	require.NoError(s, s.UpdateRun(s.ctx, completed))
	require.Equal(s, domain.StateCompleted, s.status(first).State)
}

// A run that is over stays over: the store refuses to give it another state.
func overStaysOver(s *suite) {
	for i, state := range []domain.State{domain.StateCompleted, domain.StateCancelled} {
		id := runID(i)
		run := s.create(id, 2)
		s.record(id, failure(id, 1))
		if state == domain.StateCompleted {
			s.record(id, result(id, 2))
		}
		run.State, run.Finished, run.Duplicates = state, run.Created.Add(time.Hour), 3
		require.NoError(s, s.UpdateRun(s.ctx, run.RunStatus))
		before := s.status(id)
		for _, later := range []domain.State{domain.StateInterrupted, domain.StateRunning, domain.StateFailed, domain.StateCancelled, state} {
			changed := run.RunStatus
			changed.State, changed.Finished, changed.Duplicates = later, time.Time{}, 99
			require.ErrorIs(s, s.UpdateRun(s.ctx, changed), domain.ErrRunOver, "%s, then %s", state, later)
		}
		require.Equal(s, before, s.status(id))
	}
	require.ErrorIs(s, s.Reopen(s.ctx, runID(1), []int{1}), domain.ErrRunOver)
	require.Equal(s, domain.Counts{Planned: 2, Failed: 1, Cancelled: 1, Duplicates: 3}, s.status(runID(1)).Counts)
}
