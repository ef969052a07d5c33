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

// driver is a run in a runner's hands.
type driver struct {
	*Runner
	o       *domain.Orchestrator
	id      domain.RunID
	replies domain.Replies
	onBus   bool // what is outstanding was dispatched before, by somebody else
	// lasting outlives the run's context: what came in is recorded even then.
	lasting      context.Context
	fleet        fleet
	latest       atomic.Pointer[domain.RunEvent] // how the run stands, for whoever asks
	lastProgress time.Time
	lastLook     time.Time            // at the workers
	waitsFor     []domain.RuntimeName // which no worker has that answers

	tasks sync.WaitGroup
	stop  context.CancelCauseFunc // ends the tasks, and says why
	sent  chan struct{}           // closed when what was to be dispatched is
}

// drive takes a run to its end. Commands go out in one goroutine, results come
// in through another; the orchestrator belongs to the latter alone. load is called
// once the run's replies are this runner's alone: nobody else adds results then.
func (r *Runner) drive(ctx context.Context, id domain.RunID, load func() (*domain.Orchestrator, error), what dispatching) (domain.RunStatus, error) {
	replies, err := r.bus.OpenReplies(ctx, id)
	if err != nil {
		return domain.RunStatus{ID: id}, fmt.Errorf("open the reply queue: %w", err)
	}
	defer replies.Close()
	o, err := load()
	if err != nil {
		return domain.RunStatus{ID: id}, err
	}
	d := &driver{Runner: r, o: o, onBus: what == dispatchNone, id: id, replies: replies, lasting: context.WithoutCancel(ctx)}
	driving, stop := context.WithCancelCause(ctx)
	d.stop = stop
	defer d.tasks.Wait()
	defer stop(nil)
	if err := d.run(driving, what); err != nil {
		if driving.Err() != nil && ctx.Err() == nil {
			err = context.Cause(driving)
		}
		return d.end(ctx, err)
	}
	if what == dispatchOnly {
		return d.detach()
	}
	return d.complete()
}

// run works until the run is over, or has been dispatched where no more is asked.
func (d *driver) run(ctx context.Context, what dispatching) error {
	again := !d.o.Status().Started.IsZero()
	d.lastLook = d.cfg.Now()
	d.progress(d.lastLook)
	listening := make(chan struct{})
	d.tasks.Go(func() { d.listen(ctx, listening) })
	<-listening
	if err := d.begin(); err != nil {
		return err
	}
	if again { // results came while nobody collected them
		if err := d.drain(ctx); err != nil {
			return err
		}
	}
	d.sent = make(chan struct{})
	if what == dispatchNone {
		close(d.sent)
	} else {
		d.send(ctx)
	}
	if what == dispatchOnly {
		<-d.sent
		return ctx.Err()
	}
	for !d.o.Over() {
		if err := d.collect(ctx); err != nil {
			return err
		}
	}
	return nil
}

// send dispatches what is outstanding, beside the collecting: workers may not be
// able to take a command before somebody takes their results.
func (d *driver) send(ctx context.Context) {
	pending, sent := d.o.Pending(d.replies.Address()), make(chan struct{})
	d.sent = sent
	d.tasks.Go(func() {
		defer close(sent)
		if err := d.dispatch(ctx, pending); err != nil {
			d.stop(err)
		}
	})
}

// collect takes the results that are there, or looks after the run where none
// come.
func (d *driver) collect(ctx context.Context) error {
	waiting, cancel := context.WithTimeout(ctx, d.cfg.StallAfter)
	defer cancel()
	batch, err := d.replies.Next(waiting)
	switch {
	case err == nil:
		return d.take(batch)
	case ctx.Err() != nil:
		return ctx.Err()
	case waiting.Err() == nil:
		return err
	}
	if err := d.stillWanted(ctx); err != nil {
		return err
	}
	now := d.cfg.Now()
	if err := d.touch(now); err != nil {
		return err
	}
	d.look(now)
	select {
	case <-d.sent:
		return d.rescue(ctx)
	default:
		return nil // the bus is slow to take the commands
	}
}

// end is what comes of an error.
func (d *driver) end(ctx context.Context, reason error) (domain.RunStatus, error) {
	switch {
	case ctx.Err() != nil:
		return d.interrupt()
	case errors.Is(reason, domain.ErrRunOver), errors.Is(reason, domain.ErrRunTaken):
		return d.overtaken(reason)
	case errors.Is(reason, ErrCancelled):
		return d.cancel()
	}
	return d.fail(reason)
}

// begin says that the run is running.
func (d *driver) begin() error {
	event, first := d.o.Start(d.cfg.Now())
	if err := d.save(); err != nil {
		return err
	}
	d.lastProgress = event.At
	d.progress(event.At)
	d.cfg.OnEvent(event)
	if first {
		d.announce(event)
	}
	return nil
}

// take records a batch of results, and then acknowledges them.
func (d *driver) take(batch []domain.Reply) error {
	accepted := make([]domain.IterationExecuted, 0, len(batch))
	for _, reply := range batch {
		switch result, verdict := d.o.Judge(reply.Result); verdict {
		case domain.Accepted:
			accepted = append(accepted, result)
		case domain.Duplicate:
			d.o.Ignore()
		case domain.Foreign:
			d.cfg.Logger.Warn("ignored a result that is not of this run",
				"run", reply.Result.RunID, "iteration", reply.Result.Iteration)
		}
	}
	if err := d.record(accepted); err != nil {
		return err
	}
	for _, reply := range batch {
		reply.Ack()
	}
	now := d.cfg.Now()
	d.look(now)
	event := d.progress(now)
	d.cfg.OnEvent(event)
	if err := d.touch(now); err != nil {
		return err
	}
	if event.At.Sub(d.lastProgress) >= d.cfg.ProgressEvery && !d.o.Over() {
		d.lastProgress = event.At
		d.announce(event)
	}
	return nil
}

// progress is how the run stands now, which whoever asks is told.
func (d *driver) progress(at time.Time) domain.RunEvent {
	event := d.o.Progress(at)
	event.WaitsFor = d.waitsFor
	d.latest.Store(&event)
	return event
}

// record records results, and counts them once they are.
func (d *driver) record(results []domain.IterationExecuted) error {
	var fresh []bool
	if d.cfg.Store != nil && len(results) > 0 {
		var err error
		if fresh, err = d.cfg.Store.Record(d.lasting, d.id, results); err != nil {
			return fmt.Errorf("record results: %w", err)
		}
	}
	for i, result := range results {
		if d.o.Count(result, fresh == nil || fresh[i]) {
			d.cfg.OnResult(result)
		}
	}
	return nil
}

// touch writes now and then that somebody works at the run.
func (d *driver) touch(at time.Time) error {
	if at.Sub(d.o.Status().Updated) < domain.RunnerSilence/3 || d.o.Over() {
		return nil
	}
	d.o.Touch(at)
	return d.save()
}

// drain takes the results that are there, until none comes for a while, or ctx
// ends.
func (d *driver) drain(ctx context.Context) error {
	for !d.o.Over() {
		grace, cancel := context.WithTimeout(ctx, d.cfg.Grace)
		batch, err := d.replies.Next(grace)
		cancel()
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			return nil // nothing came any more
		}
		if err := d.take(batch); err != nil {
			return err
		}
	}
	return nil
}
