package storetest

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// RunShared tests stores that share data for the contract: every store sees what
// another wrote, at once, and also after that one was closed. place makes an empty
// place for data. The function that it returns opens another store there each time;
// several goroutines call it at once. The suite closes the stores.
func RunShared(t *testing.T, place func(t *testing.T) (open func() (domain.Store, error))) {
	for name, test := range map[string]func(*suite, func() domain.Store){
		"what was written outlives its store":          outlives,
		"what one writes the others see":               seen,
		"every iteration is fresh in one store":        freshInOne,
		"a run is created by one":                      createdByOne,
		"an empty place can be opened by many at once": openedAtOnce,
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			t.Cleanup(cancel)
			opener := place(t)
			s := &suite{T: t, ctx: ctx}
			open := func() domain.Store {
				store, err := opener()
				require.NoError(t, err)
				t.Cleanup(func() { require.NoError(t, store.Close()) })
				return store
			}
			test(s, open)
		})
	}
}

func outlives(s *suite, open func() domain.Store) {
	s.Store = open()
	run := peculiarRun(s, first)
	require.NoError(s, s.CreateRun(s.ctx, run))
	s.record(first, result(first, 1), failure(first, 2))
	require.NoError(s, s.Close())
	s.Store = open()
	got, err := s.Store.Run(s.ctx, first)
	require.NoError(s, err)
	require.Equal(s, run.Plan, got.Plan)
	require.Equal(s, []domain.IterationExecuted{result(first, 1), failure(first, 2)}, s.results(first))
	require.Equal(s, []bool{false, true}, s.record(first, result(first, 2), result(first, 3)))
}

func seen(s *suite, open func() domain.Store) {
	writer, reader := open(), open()
	s.Store = writer
	run := s.create(first, 9)
	for n := 1; n <= 9; n++ {
		s.Store = writer
		s.record(first, result(first, n))
		s.Store = reader
		require.Equal(s, domain.Counts{Planned: 9, Done: n, Outstanding: 9 - n}, s.status(first).Counts)
		require.Equal(s, batch(first, 1, n), s.results(first))
	}
	run.State = domain.StateCompleted
	require.NoError(s, writer.UpdateRun(s.ctx, run.RunStatus))
	require.Equal(s, domain.StateCompleted, s.status(first).State)
	require.NoError(s, writer.Close())
	require.Len(s, s.results(first), 9)
}

func freshInOne(s *suite, open func() domain.Store) {
	const total = 1500
	var stores [8]domain.Store
	for i := range stores {
		stores[i] = open()
	}
	s.Store = stores[0]
	s.create(first, total)
	overlapping(s, func(worker int) domain.Store { return stores[worker] }, total)
}

func createdByOne(s *suite, open func() domain.Store) {
	var mu sync.Mutex
	created := map[domain.RunID]int{}
	parallel(s, 4, func(int) {
		store := open()
		for n := range 20 {
			err := store.CreateRun(s.ctx, newRun(s, runID(n), 1))
			if err != nil {
				require.ErrorIs(s, err, domain.ErrRunExists)
				continue
			}
			mu.Lock()
			created[runID(n)]++
			mu.Unlock()
		}
	})
	for n := range 20 {
		require.Equal(s, 1, created[runID(n)])
	}
}

func openedAtOnce(s *suite, open func() domain.Store) {
	parallel(s, 8, func(worker int) {
		store := open()
		id := runID(worker)
		require.NoError(s, store.CreateRun(s.ctx, newRun(s, id, 1)))
		_, err := store.Record(s.ctx, id, batch(id, 1, 1))
		require.NoError(s, err)
	})
	s.Store = open()
	for worker := range 8 {
		require.Equal(s, domain.Counts{Planned: 1, Done: 1}, s.status(runID(worker)).Counts)
	}
}
