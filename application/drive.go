package application

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// dispatching is what a driver sends.
type dispatching int

const (
	dispatchAll  dispatching = iota // what has no result, and then collects
	dispatchNone                    // nothing: it is on the bus already
	dispatchOnly                    // what has no result, and collects nothing
)

// drive takes a run to its end. Commands go out in one goroutine, results come
// in through another; the orchestrator belongs to the latter alone.
func (r *Runner) drive(ctx context.Context, o *domain.Orchestrator, what dispatching) (domain.RunStatus, error) {
	d := &driver{Runner: r, o: o, id: o.Status().ID, lasting: context.WithoutCancel(ctx), fleet: newFleet()}
	replies, err := r.bus.OpenReplies(ctx, o.Status().ID)
	if err != nil {
		return o.Status(), fmt.Errorf("open the reply queue: %w", err)
	}
	defer replies.Close()
	again := !o.Status().Started.IsZero()
	if err := d.begin(); err != nil {
		return d.fail(err)
	}
	if again { // results came while nobody collected them
		if err := d.drain(replies); err != nil {
			return d.fail(err)
		}
	}
	driving, stop := context.WithCancelCause(ctx)
	var tasks sync.WaitGroup
	defer tasks.Wait()
	defer stop(nil)
	listening := make(chan struct{})
	tasks.Go(func() { d.listen(driving, listening, stop) })
	<-listening

	sent := make(chan struct{})
	pending := o.Pending(replies.Address())
	tasks.Go(func() {
		defer close(sent)
		if what == dispatchNone {
			return
		}
		if err := r.dispatch(driving, pending); err != nil {
			stop(err)
		}
	})
	if what == dispatchOnly {
		<-sent
		if driving.Err() != nil {
			return d.end(ctx, replies, context.Cause(driving))
		}
		return o.Status(), nil
	}
	for !o.Over() {
		if err := d.collect(driving, replies, sent); err != nil {
			if driving.Err() != nil && ctx.Err() == nil {
				err = context.Cause(driving)
			}
			return d.end(ctx, replies, err)
		}
	}
	return d.complete()
}

// collect takes the results that are there, or looks after the run where none
// come.
func (d *driver) collect(ctx context.Context, replies domain.Replies, sent <-chan struct{}) error {
	waiting, cancel := context.WithTimeout(ctx, d.cfg.StallAfter)
	defer cancel()
	batch, err := replies.Next(waiting)
	switch {
	case err == nil:
		return d.take(batch)
	case ctx.Err() != nil:
		return ctx.Err()
	case waiting.Err() == nil:
		return err
	}
	select {
	case <-sent:
		return d.rescue(ctx, replies)
	default:
		return nil // the bus is slow to take the commands
	}
}

// end is what comes of an error.
func (d *driver) end(ctx context.Context, replies domain.Replies, reason error) (domain.RunStatus, error) {
	switch {
	case ctx.Err() != nil:
		return d.interrupt(replies)
	case errors.Is(reason, ErrCancelled):
		return d.cancel()
	}
	return d.fail(reason)
}

// driver is a run in a runner's hands.
type driver struct {
	*Runner
	o  *domain.Orchestrator
	id domain.RunID
	// lasting outlives the run's context: what came in is recorded even then.
	lasting      context.Context
	fleet        *fleet
	standing     atomic.Pointer[domain.RunEvent] // how the run stands, for whoever asks
	lastProgress time.Time
}

// begin says that the run is running.
func (d *driver) begin() error {
	event, first := d.o.Start(d.cfg.Now())
	if err := d.save(); err != nil {
		return err
	}
	d.lastProgress = event.At
	standing := d.o.Progress(event.At)
	d.standing.Store(&standing)
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
	d.standing.Store(&event)
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

// drain takes the results that are there, until none comes for a while.
func (d *driver) drain(replies domain.Replies) error {
	for !d.o.Over() {
		grace, cancel := context.WithTimeout(d.lasting, d.cfg.Grace)
		batch, err := replies.Next(grace)
		cancel()
		if err != nil {
			return nil // nothing came any more
		}
		if err := d.take(batch); err != nil {
			return err
		}
	}
	return nil
}

// interrupt records what is still on its way and leaves the run to be resumed.
func (d *driver) interrupt(replies domain.Replies) (domain.RunStatus, error) {
	if err := d.drain(replies); err != nil {
		return d.fail(err)
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

// cancel records that somebody else cancelled the run, and has announced it.
func (d *driver) cancel() (domain.RunStatus, error) {
	event := d.o.Cancel(d.cfg.Now())
	err := d.save()
	d.cfg.OnEvent(event)
	return d.o.Status(), errors.Join(ErrCancelled, err)
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
