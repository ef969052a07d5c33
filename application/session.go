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

// dispatching says which commands a session sends.
type dispatching int

const (
	dispatchAll  dispatching = iota // all without a result; then it collects
	dispatchNone                    // none, because they are on the bus already
	dispatchOnly                    // all without a result; it does not collect
)

// session is a run that a runner works at.
type session struct {
	*Runner
	o       *domain.Orchestrator
	id      domain.RunID
	replies domain.Replies
	onBus   bool // another process dispatched the outstanding iterations before
	// lasting outlives the run's context, so that results are recorded even after its
	// end.
	lasting      context.Context
	fleet        fleet
	latest       atomic.Pointer[domain.RunEvent] // the last progress, for status requests
	lastProgress time.Time
	lastLook     time.Time            // when look last asked for the workers
	waitsFor     []domain.RuntimeName // the runtimes that no answering worker has

	tasks sync.WaitGroup
	stop  context.CancelCauseFunc // ends the tasks and gives the reason
	sent  chan struct{}           // closed when all commands were dispatched
}

// runSession works at a run until its end. One goroutine sends the commands, and
// another takes the results; only the latter uses the orchestrator. runSession calls
// load after it has opened the run's replies, because then nobody else adds results.
func (r *Runner) runSession(ctx context.Context, id domain.RunID, load func() (*domain.Orchestrator, error), what dispatching) (domain.RunStatus, error) {
	replies, err := r.bus.OpenReplies(ctx, id)
	if err != nil {
		return domain.RunStatus{ID: id}, fmt.Errorf("open the reply queue: %w", err)
	}
	defer replies.Close()
	o, err := load()
	if err != nil {
		return domain.RunStatus{ID: id}, err
	}
	s := &session{Runner: r, o: o, onBus: what == dispatchNone, id: id, replies: replies, lasting: context.WithoutCancel(ctx)}
	driving, stop := context.WithCancelCause(ctx)
	s.stop = stop
	defer s.tasks.Wait()
	defer stop(nil)
	if err := s.run(driving, what); err != nil {
		if driving.Err() != nil && ctx.Err() == nil {
			err = context.Cause(driving)
		}
		return s.end(ctx, err)
	}
	if what == dispatchOnly {
		return s.detach()
	}
	return s.complete()
}

// run works until the run is over, or until all commands were sent if it does not
// collect.
func (s *session) run(ctx context.Context, what dispatching) error {
	again := !s.o.Status().Started.IsZero()
	s.lastLook = s.cfg.Now()
	s.progress(s.lastLook)
	listening := make(chan struct{})
	s.tasks.Go(func() { s.listen(ctx, listening) })
	<-listening
	if err := s.begin(); err != nil {
		return err
	}
	if again { // results came while nobody collected them
		if err := s.drain(ctx); err != nil {
			return err
		}
	}
	s.sent = make(chan struct{})
	if what == dispatchNone {
		close(s.sent)
	} else {
		s.send(ctx)
	}
	if what == dispatchOnly {
		<-s.sent
		return ctx.Err()
	}
	for !s.o.AllAccounted() {
		if err := s.collect(ctx); err != nil {
			return err
		}
	}
	return nil
}

// send dispatches the outstanding iterations while the session collects, because
// workers may not be able to take a command before somebody takes their results.
func (s *session) send(ctx context.Context) {
	pending, sent := s.o.Pending(s.replies.Address()), make(chan struct{})
	s.sent = sent
	s.tasks.Go(func() {
		defer close(sent)
		if err := s.dispatch(ctx, pending); err != nil {
			s.stop(err)
		}
	})
}

// collect takes the results that are there. If none come, it checks that the run still
// goes on.
func (s *session) collect(ctx context.Context) error {
	waiting, cancel := context.WithTimeout(ctx, s.cfg.StallAfter)
	defer cancel()
	batch, err := s.replies.Next(waiting)
	switch {
	case err == nil:
		return s.take(batch)
	case ctx.Err() != nil:
		return ctx.Err()
	case waiting.Err() == nil:
		return err
	}
	if err := s.stillWanted(ctx); err != nil {
		return err
	}
	now := s.cfg.Now()
	if err := s.touch(now); err != nil {
		return err
	}
	s.look(now)
	select {
	case <-s.sent:
		return s.rescue(ctx)
	default:
		return nil // the bus takes the commands slowly
	}
}

// end ends the session after an error.
func (s *session) end(ctx context.Context, reason error) (domain.RunStatus, error) {
	switch {
	case ctx.Err() != nil:
		return s.interrupt()
	case errors.Is(reason, domain.ErrRunOver), errors.Is(reason, domain.ErrRunTaken):
		return s.endedElsewhere(reason)
	case errors.Is(reason, ErrCancelled):
		return s.cancel()
	}
	return s.fail(reason)
}

// begin records and announces that the run is running.
func (s *session) begin() error {
	event, first := s.o.Start(s.cfg.Now())
	if err := s.save(); err != nil {
		return err
	}
	s.lastProgress = event.At
	s.progress(event.At)
	s.cfg.OnEvent(event)
	if first {
		s.announce(event)
	}
	return nil
}

// take records a batch of results, and acknowledges them after that.
func (s *session) take(batch []domain.Reply) error {
	accepted := make([]domain.IterationExecuted, 0, len(batch))
	for _, reply := range batch {
		switch result, verdict := s.o.Judge(reply.Result); verdict {
		case domain.Accepted:
			accepted = append(accepted, result)
		case domain.Duplicate:
			s.o.Ignore()
		case domain.NotInPlan:
			s.cfg.Logger.Warn("ignored a result that is not of this run",
				"run", reply.Result.RunID, "iteration", reply.Result.Iteration)
		}
	}
	if err := s.record(accepted); err != nil {
		return err
	}
	for _, reply := range batch {
		reply.Ack()
	}
	now := s.cfg.Now()
	s.look(now)
	event := s.progress(now)
	s.cfg.OnEvent(event)
	if err := s.touch(now); err != nil {
		return err
	}
	if event.At.Sub(s.lastProgress) >= s.cfg.ProgressEvery && !s.o.AllAccounted() {
		s.lastProgress = event.At
		s.announce(event)
	}
	return nil
}

// progress returns how the run stands now, and keeps it as the answer to status
// requests.
func (s *session) progress(at time.Time) domain.RunEvent {
	event := s.o.Progress(at)
	event.WaitsFor = s.waitsFor
	s.latest.Store(&event)
	return event
}

// record records results, and counts them after that.
func (s *session) record(results []domain.IterationExecuted) error {
	var fresh []bool
	if s.cfg.Store != nil && len(results) > 0 {
		var err error
		if fresh, err = s.cfg.Store.Record(s.lasting, s.id, results); err != nil {
			return fmt.Errorf("record results: %w", err)
		}
	}
	for i, result := range results {
		if s.o.Count(result, fresh == nil || fresh[i]) {
			s.cfg.OnResult(result)
		}
	}
	return nil
}

// touch writes now and then that a runner works at the run.
func (s *session) touch(at time.Time) error {
	if at.Sub(s.o.Status().Updated) < domain.RunnerSilence/3 || s.o.AllAccounted() {
		return nil
	}
	s.o.Touch(at)
	return s.save()
}

// drain takes results until none comes for Grace, or ctx ends.
func (s *session) drain(ctx context.Context) error {
	for !s.o.AllAccounted() {
		grace, cancel := context.WithTimeout(ctx, s.cfg.Grace)
		batch, err := s.replies.Next(grace)
		cancel()
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			return nil // no more results came
		}
		if err := s.take(batch); err != nil {
			return err
		}
	}
	return nil
}
