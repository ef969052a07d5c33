package application

import (
	"context"
	"errors"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// maxTold bounds how many outdated workers are told of.
const maxTold = 100

// listen hears what concerns the run: the workers, and its cancellation. ready is
// closed when nothing is missed any more, or the first try has failed.
func (s *session) listen(ctx context.Context, ready chan<- struct{}) {
	l := listener{bus: s.bus, subjects: []domain.Subject{domain.SubjectRequests, domain.SubjectWorkers}, logger: s.cfg.Logger}
	told := map[string]bool{} // of which outdated workers
	l.run(ctx, func() { close(ready) }, func(e domain.Event) {
		switch e := e.(type) {
		case domain.WorkerHeartbeat:
			if e.Queue != s.bus.Queue() {
				return
			}
			if e.Outdated() && !told[e.Worker] && len(told) < maxTold {
				told[e.Worker] = true
				s.cfg.Logger.Warn("a worker of this queue is too old for what is dispatched: update it, or stop it", "worker", e.Worker, "lacks", domain.SchemaExecute)
			}
			s.fleet.observe(e)
		case domain.StatusRequest:
			s.announce(*s.latest.Load())
		case domain.RunEvent:
			if e.Schema == domain.SchemaRunCancelled && e.RunID == s.id {
				s.stop(ErrCancelled)
			}
		}
	})
}

// stillWanted asks the store whether somebody else has ended the run: the event
// that says so may have been missed.
func (s *session) stillWanted(ctx context.Context) error {
	if s.cfg.Store == nil {
		return nil
	}
	run, err := s.cfg.Store.Run(ctx, s.id)
	if err == nil && run.State.Terminal() {
		return domain.ErrRunOver
	}
	return err
}

// rescue sends again what is outstanding, if it is lost: nothing waits on the
// bus, and no worker that lives has an iteration of the run. What the broker
// itself gave up by then is counted as failed.
//
// It may be wrong, and an iteration executed twice; it is counted once.
func (s *session) rescue(ctx context.Context) error {
	if s.isWaiting(ctx) {
		return nil
	}
	lost := s.isLost(ctx)
	if lost || s.o.Expired(s.cfg.Now()) { // which the broker sees to, without a worker
		if err := s.takeFailed(ctx); err != nil || s.o.AllAccounted() {
			return err
		}
	}
	if !lost {
		return nil
	}
	// What ended while that was found out is on its way here.
	outstanding := s.o.Status().Outstanding
	if err := s.drain(ctx); err != nil || s.o.Status().Outstanding < outstanding {
		return err
	}
	s.cfg.Logger.Warn("outstanding iterations are neither in a queue nor with a worker, sending them again",
		"run", s.id, "outstanding", s.o.Status().Outstanding)
	s.send(ctx)
	return nil
}

// isWaiting tells whether commands wait in a queue, or nobody can tell.
func (s *session) isWaiting(ctx context.Context) bool {
	queues, err := s.bus.Queues(ctx)
	if err != nil && !errors.Is(err, errors.ErrUnsupported) && ctx.Err() == nil {
		s.cfg.Logger.Warn("cannot look whether commands are waiting", "error", err)
	}
	return err != nil || domain.Backlog(queues) > 0
}

// isLost tells whether workers live and none has an iteration of the run, nor is
// one on its way to them.
func (s *session) isLost(ctx context.Context) bool {
	// The last heartbeats may be older than what they would have to tell.
	if err := announce(ctx, s.bus, domain.StatusRequest{Schema: domain.SchemaStatusRequest, At: s.cfg.Now()}); err != nil {
		return false
	}
	if pause(ctx, AnswerTime) != nil {
		return false
	}
	return ask(&s.fleet, func(f *domain.Fleet, at time.Time) bool {
		return len(f.Alive(at)) > 0 && !f.Runs(s.id, at)
	}) && !s.isWaiting(ctx)
}

// takeFailed counts the iterations that are in the failed queue without the run
// having been told, as when the broker gave up a message by itself.
func (s *session) takeFailed(ctx context.Context) error {
	var found []domain.Reply
	err := s.bus.BrowseFailed(ctx, func(f domain.FailedMessage) domain.FailedAction {
		if f.RunID == s.id && f.Class != "" && s.o.Outstanding(f.Iteration) {
			failure := f.Failure
			failure.Attempts = max(1, failure.Attempts)
			found = append(found, domain.Reply{Ack: func() {}, Result: domain.IterationExecuted{
				Schema: domain.SchemaExecuted, RunID: s.id, Iteration: f.Iteration, Attempt: failure.Attempts,
				Worker: f.Worker, Started: s.cfg.Now(), Failure: &failure,
			}})
		}
		return domain.KeepFailed
	})
	if err != nil {
		if ctx.Err() == nil {
			s.cfg.Logger.Warn("cannot look for failed iterations, trying again later", "error", err)
		}
		return nil // a broker in trouble is no reason to end the run
	}
	if len(found) == 0 {
		return nil
	}
	return s.take(found)
}
