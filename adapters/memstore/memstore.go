// Package memstore keeps runs and results in memory, for services that want no
// file and for tests. It is gone with the process.
package memstore

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/benchbus/benchbus/domain"
)

var errClosed = errors.New("memstore: the store is closed")

// Store is a [domain.Store] in memory.
type Store struct {
	mu     sync.RWMutex
	closed bool
	runs   map[domain.RunID]*record
}

type record struct {
	run     domain.Run
	results map[int]domain.IterationExecuted
}

var _ domain.Store = (*Store)(nil)

// New makes an empty store.
func New() *Store { return &Store{runs: map[domain.RunID]*record{}} }

// find returns a run. The caller holds the lock.
func (s *Store) find(ctx context.Context, id domain.RunID) (*record, error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	r := s.runs[id]
	if r == nil {
		return nil, domain.ErrRunNotFound
	}
	return r, nil
}

func (s *Store) usable(ctx context.Context) error {
	if s.closed {
		return errClosed
	}
	return ctx.Err()
}

// CreateRun adds a run; see [domain.Store].
func (s *Store) CreateRun(ctx context.Context, run domain.Run) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(ctx); err != nil {
		return err
	}
	if s.runs[run.ID] != nil {
		return domain.ErrRunExists
	}
	s.runs[run.ID] = &record{run: run, results: map[int]domain.IterationExecuted{}}
	return nil
}

// UpdateRun writes state, times and duplicates; see [domain.Store].
func (s *Store) UpdateRun(ctx context.Context, status domain.RunStatus) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.find(ctx, status.ID)
	if err != nil {
		return err
	}
	r.run.State, r.run.Started, r.run.Finished, r.run.Duplicates = status.State, status.Started, status.Finished, status.Duplicates
	return nil
}

// Record adds results; see [domain.Store].
func (s *Store) Record(ctx context.Context, id domain.RunID, results []domain.IterationExecuted) ([]bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.find(ctx, id)
	if err != nil {
		return nil, err
	}
	fresh := make([]bool, len(results))
	for i, result := range results {
		if _, known := r.results[result.Iteration]; !known {
			result.Samples = slices.Clone(result.Samples)
			r.results[result.Iteration], fresh[i] = result, true
		}
	}
	return fresh, nil
}

// Run returns a run; see [domain.Store].
func (s *Store) Run(ctx context.Context, id domain.RunID) (domain.Run, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	r, err := s.find(ctx, id)
	if err != nil {
		return domain.Run{}, err
	}
	run := r.run
	run.RunStatus = r.status()
	return run, nil
}

// status counts what is recorded.
func (r *record) status() domain.RunStatus {
	status := r.run.RunStatus
	c := domain.Counts{Planned: status.Planned, Duplicates: status.Duplicates}
	for _, result := range r.results {
		if result.Failure != nil {
			c.Failed++
		} else {
			c.Done++
		}
	}
	if rest := c.Planned - c.Done - c.Failed; status.State == domain.StateCancelled {
		c.Cancelled = rest
	} else {
		c.Outstanding = rest
	}
	status.Counts = c
	return status
}

// Runs lists the runs; see [domain.Store].
func (s *Store) Runs(ctx context.Context, prefix string, limit int) ([]domain.RunStatus, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	var found []domain.RunStatus
	for id, r := range s.runs {
		if strings.HasPrefix(string(id), prefix) {
			found = append(found, r.status())
		}
	}
	slices.SortFunc(found, func(a, b domain.RunStatus) int { return cmp.Compare(b.ID, a.ID) })
	if limit > 0 && len(found) > limit {
		found = found[:limit]
	}
	return found, nil
}

// Recorded yields what has a result; see [domain.Store].
func (s *Store) Recorded(ctx context.Context, id domain.RunID) iter.Seq2[domain.Recorded, error] {
	return func(yield func(domain.Recorded, error) bool) {
		for result, err := range s.Results(ctx, id) {
			if !yield(domain.Recorded{Iteration: result.Iteration, Failed: result.Failure != nil}, err) || err != nil {
				return
			}
		}
	}
}

// Results yields the results; see [domain.Store]. What is recorded while they
// are read may be left out.
func (s *Store) Results(ctx context.Context, id domain.RunID) iter.Seq2[domain.IterationExecuted, error] {
	return func(yield func(domain.IterationExecuted, error) bool) {
		s.mu.RLock()
		r, err := s.find(ctx, id)
		var results map[int]domain.IterationExecuted
		if err == nil {
			results = maps.Clone(r.results)
		}
		s.mu.RUnlock()
		if err != nil {
			yield(domain.IterationExecuted{}, err)
			return
		}
		for _, n := range slices.Sorted(maps.Keys(results)) {
			if err := ctx.Err(); err != nil {
				yield(domain.IterationExecuted{}, err)
				return
			}
			if !yield(results[n], nil) {
				return
			}
		}
	}
}

// Close ends the store; see [domain.Store].
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}
