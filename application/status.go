package application

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// BusStatus is the status of everything that goes through a bus.
type BusStatus struct {
	At time.Time
	// Queue is the name of the bus's queue of commands, for Workers.On. It is empty for
	// the common one.
	Queue string
	// Queues are the queues of the bus; see domain.CommandBus. The reply queues of
	// detached runs come last.
	Queues []domain.Queue
	// FleetStatus holds the workers of all queues and the runs in flight: first those
	// that are being collected, and then the detached ones of the store.
	FleetStatus
}

// ErrStoreUnread says that the store could not be read, so the status lacks the
// detached runs. Match it with errors.Is.
var ErrStoreUnread = errors.New("the store cannot be read, and tells of no detached run")

// Status asks the bus for its queues, its workers and its runs, and waits for
// AnswerTime. Nobody answers for a detached run, so Status reads those from the store,
// which may be nil. If only the store cannot be read, Status returns the rest and an
// ErrStoreUnread. It returns errors.ErrUnsupported if the bus carries no answers, or
// cannot report its queues.
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

// detachedRuns returns the runs of the store that are on a bus and whose results nobody
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
