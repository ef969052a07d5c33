package application

import (
	"context"
	"errors"
	"fmt"

	"github.com/benchbus/benchbus/domain"
)

// Cancel cancels a stored run. Iterations that have a result keep it. Workers drop the
// queued ones within a second or so, and a runner that collects the results stops. If
// the run is cancelled already, Cancel puts up its tombstone and announces the end once
// more, because workers or runners may have missed either. It returns domain.ErrRunOver
// for a completed run.
func Cancel(ctx context.Context, bus domain.Bus, store domain.Store, id domain.RunID) (domain.RunStatus, error) {
	run, err := store.Run(ctx, id)
	if err != nil {
		return domain.RunStatus{}, err
	}
	if run.State == domain.StateCompleted {
		return run.RunStatus, fmt.Errorf("run %s is %s: %w", id, run.State, domain.ErrRunOver)
	}
	if run.State != domain.StateCancelled {
		run.State, run.Finished = domain.StateCancelled, utc()
		if err := store.UpdateRun(ctx, run.RunStatus); err != nil {
			return run.RunStatus, fmt.Errorf("record the run's state: %w", err)
		}
		if run, err = store.Run(ctx, id); err != nil { // read again for the new counts
			return domain.RunStatus{}, err
		}
	}
	// The tombstone comes after the store, which alone knows whether the run could
	// still be cancelled: the tombstone of a run that completed meanwhile would stay
	// for a day.
	if err := bus.Cancel(ctx, id); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return run.RunStatus, fmt.Errorf("the run is cancelled, but the workers cannot be told, so that they go on with it; cancel it again: %w", err)
	}
	return run.RunStatus, bus.Announce(ctx, domain.RunEvent{
		Schema: domain.SchemaRunCancelled, RunID: id, State: run.State, At: run.Finished, Counts: run.Counts,
	})
}
