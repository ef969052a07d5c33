package application

import (
	"context"
	"errors"
	"fmt"

	"github.com/benchbus/benchbus/domain"
)

// ErrOver says that nothing is outstanding in a run.
var ErrOver = errors.New("it is over")

// Cancel gives up what is outstanding in a stored run: workers drop what is
// queued, within a second or so, and a runner that collects its results stops.
// What has a result keeps it. It fails with ErrOver for a run that is over.
func Cancel(ctx context.Context, bus domain.Bus, store domain.Store, id domain.RunID) (domain.RunStatus, error) {
	run, err := store.Run(ctx, id)
	if err != nil {
		return domain.RunStatus{}, err
	}
	if run.State == domain.StateCompleted || run.State == domain.StateCancelled {
		return run.RunStatus, fmt.Errorf("run %s is %s: %w", id, run.State, ErrOver)
	}
	if err := bus.Cancel(ctx, id); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return run.RunStatus, fmt.Errorf("tell the workers: %w", err)
	}
	run.State, run.Finished = domain.StateCancelled, utc()
	if err := store.UpdateRun(ctx, run.RunStatus); err != nil {
		return run.RunStatus, fmt.Errorf("record the run's state: %w", err)
	}
	if run, err = store.Run(ctx, id); err != nil { // with the counts that follow from it
		return domain.RunStatus{}, err
	}
	return run.RunStatus, bus.Announce(ctx, domain.RunEvent{
		Schema: domain.SchemaRunCancelled, RunID: id, State: run.State, At: run.Finished, Counts: run.Counts,
	})
}
