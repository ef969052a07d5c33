package storetest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func reopened(s *suite) {
	run := s.create(first, 4)
	s.create(second, 1)
	s.record(first, result(first, 1), failure(first, 2), failure(first, 3))
	s.record(second, failure(second, 1))
	run.State, run.Finished = domain.StateCompleted, run.Created.Add(time.Hour)
	require.NoError(s, s.UpdateRun(s.ctx, run.RunStatus))

	require.NoError(s, s.Reopen(s.ctx, first, []int{1, 2, 4, 99}))
	got, err := s.Store.Run(s.ctx, first)
	require.NoError(s, err)
	require.Equal(s, domain.StatePending, got.State)
	require.True(s, got.Finished.IsZero())
	require.Equal(s, domain.Counts{Planned: 4, Done: 1, Failed: 1, Outstanding: 2}, got.Counts)
	require.Equal(s, []domain.IterationExecuted{result(first, 1), failure(first, 3)}, s.results(first))
	require.Equal(s, []domain.IterationExecuted{failure(second, 1)}, s.results(second), "another run")

	require.Equal(s, []bool{true}, s.record(first, result(first, 2)), "it can be recorded anew")
	require.ErrorIs(s, s.Reopen(s.ctx, "unknown", []int{1}), domain.ErrRunNotFound)
}
