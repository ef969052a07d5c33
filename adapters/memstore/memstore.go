// Package memstore keeps runs and results in memory, for tests and for services that
// want no file. They are lost when the process ends.
package memstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/benchbus/benchbus/domain"
)

var errClosed = errors.New("the store is closed; open another one")

// Store is a [domain.Store] in memory. Make one with [New].
type Store struct {
	mu     sync.Mutex
	closed bool
	runs   map[domain.RunID]*record
}

// record holds a run and its results.
type record struct {
	run          domain.Run
	done, failed int
	results      map[int]domain.IterationExecuted
}

var _ domain.Store = (*Store)(nil)

// New makes an empty store.
func New() *Store { return &Store{runs: map[domain.RunID]*record{}} }

// enter locks the store, even if it returns an error. The caller must unlock the store.
func (s *Store) enter(ctx context.Context) error {
	s.mu.Lock()
	if s.closed {
		return errClosed
	}
	return ctx.Err()
}

// find locks the store as enter does, and looks up a run.
func (s *Store) find(ctx context.Context, id domain.RunID) (*record, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	r := s.runs[id]
	if r == nil {
		return nil, fmt.Errorf("%w: %q", domain.ErrRunNotFound, id)
	}
	return r, nil
}

// CreateRun adds a run; see [domain.Store].
func (s *Store) CreateRun(ctx context.Context, run domain.Run) error {
	err := s.enter(ctx)
	defer s.mu.Unlock()
	if err != nil {
		return err
	}
	if s.runs[run.ID] != nil {
		return fmt.Errorf("%w: %q", domain.ErrRunExists, run.ID)
	}
	s.runs[run.ID] = &record{run: cloneRun(run), results: map[int]domain.IterationExecuted{}}
	return nil
}

// UpdateRun changes state, times and duplicates; see [domain.Store].
func (s *Store) UpdateRun(ctx context.Context, status domain.RunStatus) error {
	r, err := s.find(ctx, status.ID)
	defer s.mu.Unlock()
	if err != nil {
		return err
	}
	if r.run.State.Terminal() {
		return fmt.Errorf("%w: %q is %s", domain.ErrRunOver, status.ID, r.run.State)
	}
	if status.State == domain.StateCompleted && r.done+r.failed != r.run.Planned {
		return fmt.Errorf("%w: %d of %d in run %q", domain.ErrRunIncomplete, r.run.Planned-r.done-r.failed, r.run.Planned, status.ID)
	}
	r.run.State, r.run.Duplicates, r.run.Updated = status.State, status.Duplicates, plain(status.Updated)
	r.run.Started, r.run.Finished = plain(status.Started), plain(status.Finished)
	return nil
}

// Record adds results; see [domain.Store].
func (s *Store) Record(ctx context.Context, id domain.RunID, results []domain.IterationExecuted) ([]bool, error) {
	r, err := s.find(ctx, id)
	defer s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	for _, result := range results {
		if result.RunID != id {
			return nil, fmt.Errorf("a result of run %q cannot be recorded for run %q", result.RunID, id)
		}
		if err := result.Check(); err != nil {
			return nil, fmt.Errorf("iteration %d cannot be recorded: %w", result.Iteration, err)
		}
	}
	fresh := make([]bool, len(results))
	for i, result := range results {
		if _, known := r.results[result.Iteration]; known {
			continue
		}
		r.results[result.Iteration], fresh[i] = cloneResult(result), true
		if result.Failure != nil {
			r.failed++
		} else {
			r.done++
		}
	}
	return fresh, nil
}

// Reopen deletes failures, so that their iterations are outstanding again; see
// [domain.Store].
func (s *Store) Reopen(ctx context.Context, id domain.RunID, iterations []int) error {
	r, err := s.find(ctx, id)
	defer s.mu.Unlock()
	if err != nil {
		return err
	}
	if r.run.State == domain.StateCancelled {
		return fmt.Errorf("%w: %q is %s", domain.ErrRunOver, id, r.run.State)
	}
	for _, n := range iterations {
		if result, known := r.results[n]; known && result.Failure != nil {
			delete(r.results, n)
			r.failed--
			r.run.State, r.run.Finished = domain.StateInterrupted, time.Time{}
		}
	}
	return nil
}

// RemoveRun deletes a run; see [domain.Store].
func (s *Store) RemoveRun(ctx context.Context, id domain.RunID, at time.Time) error {
	r, err := s.find(ctx, id)
	defer s.mu.Unlock()
	if err != nil {
		return err
	}
	if state := r.run.At(at).State; state.Active() {
		return fmt.Errorf("%w: %q is %s", domain.ErrRunActive, id, state)
	}
	delete(s.runs, id)
	return nil
}

// Run returns a run; see [domain.Store].
func (s *Store) Run(ctx context.Context, id domain.RunID) (domain.Run, error) {
	r, err := s.find(ctx, id)
	defer s.mu.Unlock()
	if err != nil {
		return domain.Run{}, err
	}
	run := cloneRun(r.run)
	run.Counts = r.counts()
	return run, nil
}

// Runs lists the runs; see [domain.Store].
func (s *Store) Runs(ctx context.Context, prefix string, limit int) ([]domain.RunStatus, error) {
	err := s.enter(ctx)
	defer s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	var found []domain.RunStatus
	for id, r := range s.runs {
		if strings.HasPrefix(string(id), prefix) {
			status := cloneStatus(r.run.RunStatus)
			status.Counts = r.counts()
			found = append(found, status)
		}
	}
	slices.SortFunc(found, func(a, b domain.RunStatus) int { return cmp.Compare(b.ID, a.ID) })
	if limit > 0 && len(found) > limit {
		found = found[:limit]
	}
	return found, nil
}

func (r *record) counts() domain.Counts {
	c := domain.Counts{Planned: r.run.Planned, Done: r.done, Failed: r.failed, Duplicates: r.run.Duplicates}
	if rest := c.Planned - c.Done - c.Failed; r.run.State == domain.StateCancelled {
		c.Cancelled = rest
	} else {
		c.Outstanding = rest
	}
	return c
}

// Recorded yields the iterations that have a result; see [domain.Store].
func (s *Store) Recorded(ctx context.Context, id domain.RunID) iter.Seq2[domain.Recorded, error] {
	return each(ctx, s, id, func(result domain.IterationExecuted) domain.Recorded {
		return domain.Recorded{Iteration: result.Iteration, Failed: result.Failure != nil}
	})
}

// Results yields the results; see [domain.Store]. It leaves out results that are
// recorded while the caller reads.
func (s *Store) Results(ctx context.Context, id domain.RunID) iter.Seq2[domain.IterationExecuted, error] {
	return each(ctx, s, id, cloneResult)
}

// each yields a view of each result, in order. It does not lock the store while it
// yields.
func each[T any](ctx context.Context, s *Store, id domain.RunID, view func(domain.IterationExecuted) T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		r, err := s.find(ctx, id)
		var results []domain.IterationExecuted
		if err == nil {
			for _, result := range r.results {
				results = append(results, result)
			}
		}
		s.mu.Unlock()
		if err != nil {
			yield(none, err)
			return
		}
		slices.SortFunc(results, func(a, b domain.IterationExecuted) int { return cmp.Compare(a.Iteration, b.Iteration) })
		for _, result := range results {
			if err := ctx.Err(); err != nil {
				yield(none, err)
				return
			}
			if !yield(view(result), nil) {
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
