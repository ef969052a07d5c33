package application

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// drive takes a run to its end. Commands go out in one goroutine, results come
// in through another; the orchestrator belongs to the latter alone.
func (r *Runner) drive(ctx context.Context, o *domain.Orchestrator) (domain.RunStatus, error) {
	d := &driver{Runner: r, o: o, lasting: context.WithoutCancel(ctx)}
	replies, err := r.bus.OpenReplies(ctx, o.Status().ID)
	if err != nil {
		return o.Status(), fmt.Errorf("open the reply queue: %w", err)
	}
	defer replies.Close()
	if err := d.begin(); err != nil {
		return d.fail(err)
	}
	pending := o.Pending(replies.Address())
	dispatching, stop := context.WithCancelCause(ctx)
	dispatched := make(chan struct{})
	go func() {
		defer close(dispatched)
		if err := r.dispatch(dispatching, pending); err != nil {
			stop(err)
		}
	}()
	defer func() { <-dispatched }()
	defer stop(nil)

	for !o.Over() {
		batch, err := replies.Next(dispatching)
		if err == nil {
			err = d.take(batch)
		}
		switch {
		case err == nil:
		case ctx.Err() != nil:
			return d.interrupt(replies)
		case dispatching.Err() != nil:
			return d.fail(context.Cause(dispatching))
		default:
			return d.fail(err)
		}
	}
	return d.complete()
}

// driver is a run in a runner's hands.
type driver struct {
	*Runner
	o *domain.Orchestrator
	// lasting outlives the run's context: what came in is recorded even then.
	lasting      context.Context
	lastProgress time.Time
}

// begin says that the run is running.
func (d *driver) begin() error {
	event, first := d.o.Start(d.cfg.Now())
	if err := d.save(); err != nil {
		return err
	}
	d.lastProgress = event.At
	d.cfg.OnEvent(event)
	if first {
		d.announce(event)
	}
	return nil
}

// take records a batch of results, and then acknowledges them.
func (d *driver) take(batch []domain.Reply) error {
	fresh := make([]domain.IterationExecuted, 0, len(batch))
	for _, reply := range batch {
		switch result, verdict := d.o.Accept(reply.Result); verdict {
		case domain.Accepted:
			fresh = append(fresh, result)
		case domain.Foreign:
			d.cfg.Logger.Warn("ignored a result that is not of this run",
				"run", reply.Result.RunID, "iteration", reply.Result.Iteration)
		}
	}
	if err := d.record(fresh); err != nil {
		return err
	}
	for _, reply := range batch {
		reply.Ack()
	}
	event := d.o.Progress(d.cfg.Now())
	d.cfg.OnEvent(event)
	if event.At.Sub(d.lastProgress) >= d.cfg.ProgressEvery && !d.o.Over() {
		d.lastProgress = event.At
		d.announce(event)
	}
	return nil
}

func (d *driver) record(results []domain.IterationExecuted) error {
	if d.cfg.Store != nil && len(results) > 0 {
		news, err := d.cfg.Store.Record(d.lasting, d.o.Status().ID, results)
		if err != nil {
			return fmt.Errorf("record results: %w", err)
		}
		for _, isNew := range news {
			if !isNew {
				d.o.AcceptedElsewhere()
			}
		}
	}
	for _, result := range results {
		d.cfg.OnResult(result)
	}
	return nil
}

func (d *driver) complete() (domain.RunStatus, error) {
	event, ok := d.o.Complete(d.cfg.Now())
	if err := d.save(); err != nil {
		return d.o.Status(), err
	}
	if ok {
		d.cfg.OnEvent(event)
		d.announce(event)
	}
	return d.o.Status(), nil
}

// interrupt records what is still on its way and leaves the run to be resumed.
func (d *driver) interrupt(replies domain.Replies) (domain.RunStatus, error) {
	for !d.o.Over() {
		grace, cancel := context.WithTimeout(d.lasting, d.cfg.Grace)
		batch, err := replies.Next(grace)
		cancel()
		if err != nil {
			break // nothing came any more
		}
		if err := d.take(batch); err != nil {
			return d.fail(err)
		}
	}
	if d.o.Over() {
		return d.complete()
	}
	event := d.o.Interrupt(d.cfg.Now())
	err := d.save()
	d.cfg.OnEvent(event)
	d.announce(event)
	return d.o.Status(), errors.Join(ErrInterrupted, err)
}

func (d *driver) fail(reason error) (domain.RunStatus, error) {
	event := d.o.Fail(d.cfg.Now())
	if err := d.save(); err != nil {
		d.cfg.Logger.Error("cannot record that the run failed", "error", err)
	}
	d.cfg.OnEvent(event)
	d.announce(event)
	return d.o.Status(), reason
}

func (d *driver) save() error {
	if d.cfg.Store == nil {
		return nil
	}
	if err := d.cfg.Store.UpdateRun(d.lasting, d.o.Status()); err != nil {
		return fmt.Errorf("record the run's state: %w", err)
	}
	return nil
}

// announce tells the bus; a run does not fail because nobody can be told.
func (d *driver) announce(event domain.RunEvent) {
	if err := d.bus.Announce(d.lasting, event); err != nil {
		d.cfg.Logger.Warn("cannot announce an event", "event", event.Schema, "error", err)
	}
}
