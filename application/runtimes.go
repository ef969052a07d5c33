package application

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// runtimes are those that the executor says it has; none where it cannot tell.
func (w *Worker) runtimes() []domain.RuntimeName {
	lister, ok := w.executor.(domain.RuntimeLister)
	if !ok {
		return []domain.RuntimeName{}
	}
	return namesOf(lister.Runtimes())
}

// requireRuntimes tells whether this worker has what the iteration needs. If not,
// the iteration goes back for another worker, and fails for good only when none has
// had it for RuntimeWait: a worker may be starting again.
func (w *Worker) requireRuntimes(ctx context.Context, cmd domain.ExecuteBenchmark) error {
	if _, ok := w.executor.(domain.RuntimeLister); !ok {
		return nil
	}
	have, need := w.runtimes(), cmd.Entry.Runtimes()
	missing := slices.DeleteFunc(slices.Clone(need), func(r domain.RuntimeName) bool { return slices.Contains(have, r) })
	if len(missing) == 0 {
		return nil
	}
	now := w.cfg.Now()
	if cmd.WaitingSince.IsZero() {
		cmd.WaitingSince = now
	}
	if now.Sub(cmd.WaitingSince) >= w.cfg.RuntimeWait && !w.scout.has(ctx, need) {
		return domain.Fail(domain.ClassRuntime, "no worker had all of %v for %v: this one, %s, lacks %v",
			need, w.cfg.RuntimeWait, w.cfg.Name, missing)
	}
	// A broker delivers to its consumers in turn: two iterations that came back at the
	// same pace could each go to the worker that lacks its runtime, for ever.
	delay := domain.RequeueDelay * time.Duration(1+rand.IntN(2))
	return &domain.RequeueError{Delay: delay, Reason: fmt.Sprintf("this worker lacks %v", missing), Again: &cmd}
}

// scoutedFor is how long it is believed which workers answered.
const scoutedFor = 10 * time.Second

// scout finds out which workers there are, when somebody needs to know.
type scout struct {
	bus domain.Bus

	asking  chan struct{} // holds a token while somebody asks: others want the same answer
	at      time.Time
	workers Workers
}

func newScout(bus domain.Bus) *scout { return &scout{bus: bus, asking: make(chan struct{}, 1)} }

// has tells whether a worker of the same queue answers that has the runtimes. Where
// that cannot be found out, one may: an iteration that waits longer is better than
// one that is lost.
func (s *scout) has(ctx context.Context, runtimes []domain.RuntimeName) bool {
	select {
	case s.asking <- struct{}{}:
		defer func() { <-s.asking }()
	case <-ctx.Done():
		return true
	}
	if s.at.IsZero() || time.Since(s.at) > scoutedFor {
		workers, err := QueryWorkers(ctx, s.bus)
		if err != nil {
			return !errors.Is(err, errors.ErrUnsupported) // else nobody can ever tell
		}
		s.at, s.workers = time.Now(), workers
	}
	return slices.ContainsFunc(s.workers, func(w domain.WorkerHeartbeat) bool { return w.Has(runtimes) })
}
