package benchbustest

import (
	"context"

	"github.com/benchbus/benchbus/domain"
)

// Store returns a store that notes the calls to the given one: store.CreateRun,
// store.UpdateRun STATE, store.Record ITERATION and store.Reopen ITERATION.
func (j *Journal) Store(store domain.Store) domain.Store { return &journalStore{store, j} }

type journalStore struct {
	domain.Store
	journal *Journal
}

func (s *journalStore) CreateRun(ctx context.Context, run domain.Run) error {
	err := s.Store.CreateRun(ctx, run)
	s.journal.note("store.CreateRun", err, "")
	return err
}

func (s *journalStore) UpdateRun(ctx context.Context, status domain.RunStatus) error {
	err := s.Store.UpdateRun(ctx, status)
	s.journal.note("store.UpdateRun", err, status.State)
	return err
}

func (s *journalStore) Record(ctx context.Context, run domain.RunID, results []domain.IterationExecuted) ([]bool, error) {
	fresh, err := s.Store.Record(ctx, run, results)
	for _, result := range results {
		s.journal.note("store.Record", err, result.Iteration)
	}
	return fresh, err
}

func (s *journalStore) Reopen(ctx context.Context, run domain.RunID, iterations []int) error {
	err := s.Store.Reopen(ctx, run, iterations)
	for _, n := range iterations {
		s.journal.note("store.Reopen", err, n)
	}
	return err
}
