package application

import (
	"context"
	"errors"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// listen hears what concerns the run: the workers, and its cancellation. ready is
// closed when nothing is missed any more, or the first try has failed.
func (d *driver) listen(ctx context.Context, ready chan<- struct{}) {
	l := listener{bus: d.bus, subjects: []domain.Subject{domain.SubjectRequests, domain.SubjectWorkers}, logger: d.cfg.Logger}
	l.run(ctx, func() { close(ready) }, func(e domain.Event) {
		switch e := e.(type) {
		case domain.WorkerHeartbeat:
			if e.Queue == d.bus.Queue() {
				d.fleet.hear(e)
			}
		case domain.FleetCensus:
			d.announce(*d.latest.Load())
		case domain.RunEvent:
			if e.Schema == domain.SchemaRunCancelled && e.RunID == d.id {
				d.stop(ErrCancelled)
			}
		}
	})
}

// stillWanted asks the store whether somebody else has ended the run: the event
// that says so may have been missed.
func (d *driver) stillWanted(ctx context.Context) error {
	if d.cfg.Store == nil {
		return nil
	}
	run, err := d.cfg.Store.Run(ctx, d.id)
	if err == nil && run.State.Over() {
		return domain.ErrRunOver
	}
	return err
}

// rescue sends again what is outstanding, if it is lost: nothing waits on the
// bus, and no worker that lives has an iteration of the run. What the broker
// itself gave up by then is counted as failed.
//
// It may be wrong, and an iteration executed twice; it is counted once.
func (d *driver) rescue(ctx context.Context) error {
	if d.isWaiting(ctx) {
		return nil
	}
	lost := d.isLost(ctx)
	if lost || d.o.Expired(d.cfg.Now()) { // which the broker sees to, without a worker
		if err := d.takeFailed(ctx); err != nil || d.o.Over() {
			return err
		}
	}
	if !lost {
		return nil
	}
	// What ended while that was found out is on its way here.
	outstanding := d.o.Status().Outstanding
	if err := d.drain(ctx); err != nil || d.o.Status().Outstanding < outstanding {
		return err
	}
	d.cfg.Logger.Warn("outstanding iterations are neither in a queue nor with a worker, sending them again",
		"run", d.id, "outstanding", d.o.Status().Outstanding)
	d.send(ctx)
	return nil
}

// isWaiting tells whether commands wait in a queue, or nobody can tell.
func (d *driver) isWaiting(ctx context.Context) bool {
	queues, err := d.bus.Queues(ctx)
	if err != nil && !errors.Is(err, errors.ErrUnsupported) && ctx.Err() == nil {
		d.cfg.Logger.Warn("cannot look whether commands are waiting", "error", err)
	}
	return err != nil || domain.Backlog(queues) > 0
}

// isLost tells whether workers live and none has an iteration of the run, nor is
// one on its way to them.
func (d *driver) isLost(ctx context.Context) bool {
	// The last heartbeats may be older than what they would have to tell.
	if err := announce(ctx, d.bus, domain.FleetCensus{Schema: domain.SchemaCensus, At: d.cfg.Now()}); err != nil {
		return false
	}
	if pause(ctx, CensusTime) != nil {
		return false
	}
	return ask(&d.fleet, func(f *domain.Fleet, at time.Time) bool {
		return len(f.Alive(at)) > 0 && !f.Runs(d.id, at)
	}) && !d.isWaiting(ctx)
}

// takeFailed counts the iterations that are in the failed queue without the run
// having been told, as when the broker gave up a message by itself.
func (d *driver) takeFailed(ctx context.Context) error {
	var found []domain.Reply
	err := d.bus.BrowseFailed(ctx, func(f domain.FailedMessage) domain.FailedAction {
		if f.RunID == d.id && f.Class != "" && d.o.Outstanding(f.Iteration) {
			failure := f.Failure
			failure.Attempts = max(1, failure.Attempts)
			found = append(found, domain.Reply{Ack: func() {}, Result: domain.IterationExecuted{
				Schema: domain.SchemaExecuted, RunID: d.id, Iteration: f.Iteration, Attempt: failure.Attempts,
				Worker: f.Worker, Started: d.cfg.Now(), Failure: &failure,
			}})
		}
		return domain.KeepFailed
	})
	if err != nil {
		if ctx.Err() == nil {
			d.cfg.Logger.Warn("cannot look for failed iterations, trying again later", "error", err)
		}
		return nil // a broker in trouble is no reason to end the run
	}
	if len(found) == 0 {
		return nil
	}
	return d.take(found)
}
