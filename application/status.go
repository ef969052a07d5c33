package application

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// BusStatus is how all stands that goes through a bus.
type BusStatus struct {
	At time.Time
	// Queue is the bus's own queue of commands, which Workers.On takes; empty is the
	// common one.
	Queue string
	// Queues are the bus's own; see domain.CommandBus. Those with the results of
	// detached runs come last.
	Queues []domain.Queue
	// FleetStatus has the workers of all queues, and the runs in flight: those that
	// are being collected, and then the detached ones of the store.
	FleetStatus
}

// ErrStoreUnread says that the store could not be read, so that no detached run is in
// the status. Match it with errors.Is.
var ErrStoreUnread = errors.New("the store cannot be read, and tells of no detached run")

// Status asks the bus for its queues, its workers and its runs, and waits for
// AnswerTime. Of a detached run nobody answers: the store has it, which may be nil.
// Where only the store cannot be read, the rest is returned with an ErrStoreUnread.
// errors.ErrUnsupported where the bus carries no answers, or cannot tell how its
// queues stand.
func Status(ctx context.Context, bus domain.Bus, store domain.Store) (BusStatus, error) {
	seen, err := QueryFleet(ctx, bus)
	if err != nil {
		return BusStatus{}, err
	}
	detached, unread := detachedRuns(ctx, store)
	var ids []domain.RunID
	for _, run := range detached {
		ids = append(ids, run.ID)
		seen.Runs = append(seen.Runs, domain.RunEvent{
			Schema: domain.SchemaRunProgress, RunID: run.ID, State: run.State, At: run.Updated, Counts: run.Counts,
		})
	}
	queues, err := bus.Queues(ctx, ids...)
	if err != nil {
		return BusStatus{}, err
	}
	return BusStatus{At: utc(), Queue: bus.Queue(), Queues: queues, FleetStatus: seen}, unread
}

// detachedRuns are the runs of the store that are on a bus, and whose results nobody
// collects.
func detachedRuns(ctx context.Context, store domain.Store) (detached []domain.RunStatus, err error) {
	if store == nil {
		return nil, nil
	}
	runs, err := store.Runs(ctx, "", 0)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStoreUnread, err)
	}
	for _, run := range runs {
		if run.State == domain.StateDetached {
			detached = append(detached, run)
		}
	}
	return detached, nil
}
