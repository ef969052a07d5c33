package storetest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func removed(s *suite) {
	s.create(first, 3)
	peculiar := peculiarRun(s, second)
	require.NoError(s, s.CreateRun(s.ctx, peculiar))
	third := s.create("third", 3) // shares the definition of the first
	s.record(first, result(first, 1), failure(first, 2))
	s.record(second, result(second, 1), failure(second, 2))
	s.record("third", result("third", 1), failure("third", 2))
	require.NoError(s, s.RemoveRun(s.ctx, first, created))
	require.NoError(s, s.RemoveRun(s.ctx, second, created))

	require.ErrorIs(s, s.RemoveRun(s.ctx, first, created), domain.ErrRunNotFound)
	_, err := s.Store.Run(s.ctx, first)
	require.ErrorIs(s, err, domain.ErrRunNotFound)
	_, err = s.Record(s.ctx, first, batch(first, 3, 3))
	require.ErrorIs(s, err, domain.ErrRunNotFound, "a result that comes late")
	require.ErrorIs(s, s.Reopen(s.ctx, first, []int{2}), domain.ErrRunNotFound)
	for _, err := range s.Results(s.ctx, first) {
		require.ErrorIs(s, err, domain.ErrRunNotFound)
	}
	listed, err := s.Runs(s.ctx, "", 0)
	require.NoError(s, err)
	require.Len(s, listed, 1)

	third.Counts = domain.Counts{Planned: 3, Done: 1, Failed: 1, Outstanding: 1}
	got, err := s.Store.Run(s.ctx, "third")
	require.NoError(s, err)
	require.Equal(s, third, got, "the others stay")
	require.Equal(s, []domain.IterationExecuted{result("third", 1), failure("third", 2)}, s.results("third"))

	require.Equal(s, domain.Counts{Planned: 5, Outstanding: 5}, s.create(first, 5).Counts, "the id is free")
	require.Empty(s, s.results(first))
	require.Equal(s, []bool{true}, s.record(first, result(first, 1)))
	require.Equal(s, []domain.IterationExecuted{result(first, 1)}, s.results(first))
}

func activeStays(s *suite) {
	status := s.create(first, 3).RunStatus
	for _, state := range []domain.State{domain.StateDetached, domain.StateRunning} {
		status.State, status.Started, status.Updated = state, created, created.Add(time.Hour)
		require.NoError(s, s.UpdateRun(s.ctx, status))
		require.ErrorIs(s, s.RemoveRun(s.ctx, first, status.Updated.Add(time.Second)), domain.ErrRunActive)
		require.Equal(s, state, s.status(first).State)
	}
	require.NoError(s, s.RemoveRun(s.ctx, first, status.Updated.Add(2*domain.RunnerSilence)), "its runner was killed")

	for _, state := range []domain.State{domain.StateInterrupted, domain.StateFailed, domain.StateCancelled} {
		status := s.create(first, 3).RunStatus
		status.State, status.Updated = state, created
		require.NoError(s, s.UpdateRun(s.ctx, status))
		require.NoError(s, s.RemoveRun(s.ctx, first, created), state)
	}
}

// If a run is removed while it is read, the reader gets all of it or an error. It never
// gets a part without an error, nor another run's results.
func removedWhileRead(s *suite) {
	s.create(first, 2*several)
	s.record(first, batch(first, 1, several)...)
	seen, last := 0, error(nil)
	for r, err := range s.Results(s.ctx, first) {
		if last = err; err != nil {
			break
		}
		require.Equal(s, "worker-1", r.Worker)
		if seen++; seen > 1 {
			continue
		}
		require.NoError(s, s.RemoveRun(s.ctx, first, created))
		s.create(second, 2*several)
		other := batch(second, 1, 2*several)
		for i := range other {
			other[i].Worker = "another run's"
		}
		s.record(second, other...)
	}
	if last != nil {
		require.ErrorIs(s, last, domain.ErrRunNotFound)
	} else {
		require.Equal(s, several, seen)
	}
}
