package storetest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func runAsCreated(s *suite) {
	peculiar, plain := peculiarRun(s, first), newRun(s, second, 3)
	peculiar.State, peculiar.Started, peculiar.Finished = domain.StateCompleted, created.Add(1), created.Add(time.Hour)
	peculiar.Updated = created.Add(2)
	peculiar.Duplicates = 7
	for _, run := range []domain.Run{peculiar, plain} {
		require.NoError(s, s.CreateRun(s.ctx, run))
	}
	for _, run := range []domain.Run{peculiar, plain} {
		got, err := s.Store.Run(s.ctx, run.ID)
		require.NoError(s, err)
		require.Equal(s, run, got)
	}

	elsewhere := newRun(s, "elsewhere", 1)
	elsewhere.Created = created.In(time.FixedZone("", 5*3600))
	require.NoError(s, s.CreateRun(s.ctx, elsewhere))
	require.Equal(s, created, s.status("elsewhere").Created)
}

func runIsACopy(s *suite) {
	run, want := newRun(s, first, 3), newRun(s, first, 3)
	require.NoError(s, s.CreateRun(s.ctx, run))
	change := func(run domain.Run) {
		run.Benchmarks[0], run.Runtimes[0] = "changed", "changed"
		run.Plan.Entries[0].Variants[0].Benchmark.Code = "changed"
		run.Plan.Entries[0].Variants[0].Runtime = "changed"
		run.Plan.Entries[0] = domain.Entry{}
	}
	change(run)
	for range 2 {
		got, err := s.Store.Run(s.ctx, first)
		require.NoError(s, err)
		require.Equal(s, want, got)
		change(got)
	}
}

func idOnce(s *suite) {
	s.create(first, 3)
	s.record(first, result(first, 1))
	require.ErrorIs(s, s.CreateRun(s.ctx, newRun(s, first, 99)), domain.ErrRunExists)
	require.Equal(s, domain.Counts{Planned: 3, Done: 1, Outstanding: 2}, s.status(first).Counts)
}

func notFound(s *suite) {
	s.create(first, 3)
	_, err := s.Store.Run(s.ctx, second)
	require.ErrorIs(s, err, domain.ErrRunNotFound)
	_, err = s.Store.Run(s.ctx, first[:8])
	require.ErrorIs(s, err, domain.ErrRunNotFound, "a beginning is not an id")
	require.ErrorIs(s, s.UpdateRun(s.ctx, domain.RunStatus{ID: second, State: domain.StateRunning}), domain.ErrRunNotFound)
	require.ErrorIs(s, s.RemoveRun(s.ctx, second, created), domain.ErrRunNotFound)
	require.ErrorIs(s, s.RemoveRun(s.ctx, first[:8], created), domain.ErrRunNotFound, "a beginning is not an id")
	for _, results := range [][]domain.IterationExecuted{nil, batch(second, 1, 1)} {
		_, err = s.Record(s.ctx, second, results)
		require.ErrorIs(s, err, domain.ErrRunNotFound)
	}
	times := 0
	for _, err := range s.Recorded(s.ctx, second) {
		require.ErrorIs(s, err, domain.ErrRunNotFound)
		times++
	}
	for _, err := range s.Results(s.ctx, second) {
		require.ErrorIs(s, err, domain.ErrRunNotFound)
		times++
	}
	require.Equal(s, 2, times, "it ends after the first error")
}

func update(s *suite) {
	want := s.create(first, 3)
	s.create(second, 3)
	s.record(first, result(first, 1), failure(first, 2))
	status := want.RunStatus
	status.State, status.Started, status.Updated, status.Duplicates = domain.StateRunning, created.Add(1), created.Add(3), 5
	status.Done, status.Failed, status.Outstanding, status.Planned = 77, 77, 77, 77
	status.Benchmarks, status.Runtimes = nil, nil
	check := func() {
		require.NoError(s, s.UpdateRun(s.ctx, status))
		want.State, want.Started, want.Finished, want.Updated = status.State, status.Started, status.Finished, status.Updated
		want.Counts = domain.Counts{Planned: 3, Done: 1, Failed: 1, Outstanding: 1, Duplicates: 5}
		got, err := s.Store.Run(s.ctx, first)
		require.NoError(s, err)
		require.Equal(s, want, got)
	}
	check()
	status.State, status.Finished = domain.StateFailed, created.Add(2)
	check()
	status.State, status.Finished = domain.StateRunning, time.Time{} // the run goes on
	check()
	require.Equal(s, newRun(s, second, 3).RunStatus, s.status(second))
}

func counts(s *suite) {
	s.create(first, 5)
	s.create(second, 2)
	check := func(want domain.Counts) {
		require.Equal(s, want, s.status(first).Counts)
		listed, err := s.Runs(s.ctx, "", 0)
		require.NoError(s, err)
		require.Equal(s, want, listed[1].Counts)
	}
	check(domain.Counts{Planned: 5, Outstanding: 5})
	s.record(first, result(first, 5), failure(first, 2))
	check(domain.Counts{Planned: 5, Done: 1, Failed: 1, Outstanding: 3})
	s.record(first, failure(first, 5), result(first, 2), result(first, 1)) // two of them had a result already
	check(domain.Counts{Planned: 5, Done: 2, Failed: 1, Outstanding: 2})
	s.record(first, result(first, 3), result(first, 4))
	check(domain.Counts{Planned: 5, Done: 4, Failed: 1})
}

func cancelledCounts(s *suite) {
	run := s.create(first, 4)
	s.record(first, result(first, 1))
	run.State = domain.StateCancelled
	require.NoError(s, s.UpdateRun(s.ctx, run.RunStatus))
	require.Equal(s, domain.Counts{Planned: 4, Done: 1, Cancelled: 3}, s.status(first).Counts)
	s.record(first, failure(first, 4)) // the message was on its way
	require.Equal(s, domain.Counts{Planned: 4, Done: 1, Failed: 1, Cancelled: 2}, s.status(first).Counts)
}

func newestFirst(s *suite) {
	listed, err := s.Runs(s.ctx, "", 0)
	require.NoError(s, err)
	require.Empty(s, listed)
	want := make([]domain.RunStatus, 12)
	for _, n := range []int{3, 0, 11, 5, 1, 10, 2, 9, 4, 8, 6, 7} {
		want[11-n] = s.create(runID(n), 2+n).RunStatus
	}
	for _, limit := range []int{0, 1, 5, 12, 13} {
		listed, err := s.Runs(s.ctx, "", limit)
		require.NoError(s, err)
		if limit == 0 {
			limit = 12
		}
		require.Equal(s, want[:min(limit, 12)], listed)
	}
}

func byPrefix(s *suite) {
	for _, id := range []domain.RunID{"a", "ab", "abc", "b", "B", "%", "a%", "a_", "é1", "é2", "e", "a*", "a[b]"} {
		s.create(id, 1)
	}
	check := func(prefix string, limit int, want ...domain.RunID) {
		s.Helper()
		listed, err := s.Runs(s.ctx, prefix, limit)
		require.NoError(s, err)
		var ids []domain.RunID
		for _, status := range listed {
			ids = append(ids, status.ID)
		}
		require.Equal(s, want, ids, "prefix %q", prefix)
	}
	check("ab", 0, "abc", "ab")
	check("ab", 1, "abc")
	check("abc", 0, "abc")
	check("abcd", 0)
	check("b", 0, "b")
	check("%", 0, "%")
	check("a_", 0, "a_")
	check("a*", 0, "a*")
	check("a[", 0, "a[b]")
	check("é", 0, "é2", "é1")
	check("'", 0)
}
