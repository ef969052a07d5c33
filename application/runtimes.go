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

// lacks lists what the iteration needs and this worker does not have; empty where it
// has all.
func (w *Worker) lacks(cmd domain.ExecuteBenchmark) (missing []string) {
	if _, ok := w.executor.(domain.RuntimeLister); ok {
		have := w.runtimes()
		for _, r := range cmd.Entry.Runtimes() {
			if !slices.Contains(have, r) {
				missing = append(missing, string(r))
			}
		}
	}
	if cmd.CountInstructions && !w.cfg.CountsInstructions {
		missing = append(missing, countsInstructions)
	}
	return missing
}

// countsInstructions names what counts instructions, beside the names of runtimes.
const countsInstructions = "a counter of instructions"

// requires tells whether this worker has what the iteration needs. If not,
// the iteration goes back for another worker, and fails for good only when none has
// had it for RuntimeWait: a worker may be starting again.
func (w *Worker) requires(ctx context.Context, cmd domain.ExecuteBenchmark) error {
	missing := w.lacks(cmd)
	if len(missing) == 0 {
		return nil
	}
	if w.waitedLong(&cmd) && !w.scout.has(ctx, cmd) {
		need := fmt.Sprint(cmd.Entry.Runtimes())
		if cmd.CountInstructions {
			need += " and " + countsInstructions
		}
		return domain.Fail(domain.ClassRuntime, "no worker had all of %v for %v: this one, %s, lacks %v",
			need, w.cfg.RuntimeWait, w.cfg.Name, missing)
	}
	return forOthers(cmd, fmt.Sprintf("this worker lacks %v", missing))
}

// waitedLong reports whether an iteration has gone round for RuntimeWait for want of what a
// worker lacks. It notes the time when that began.
func (w *Worker) waitedLong(cmd *domain.ExecuteBenchmark) bool {
	now := w.cfg.Now()
	if cmd.WaitingSince.IsZero() {
		cmd.WaitingSince = now
	}
	return now.Sub(cmd.WaitingSince) >= w.cfg.RuntimeWait
}

// forOthers sends an iteration back for another worker, at the cost of no attempt.
func forOthers(cmd domain.ExecuteBenchmark, reason string) error {
	// A broker delivers to its consumers in turn: two iterations that came back at the
	// same pace could each go to the worker that lacks what it needs, for ever.
	delay := domain.RequeueDelay * time.Duration(1+rand.IntN(2))
	return &domain.RequeueError{Delay: delay, Reason: reason, Again: &cmd}
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

// has tells whether a worker of the same queue answers that has what the iteration
// needs. Where
// that cannot be found out, one may: an iteration that waits longer is better than
// one that is lost.
func (s *scout) has(ctx context.Context, cmd domain.ExecuteBenchmark) bool {
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
	return slices.ContainsFunc(s.workers, func(w domain.WorkerHeartbeat) bool {
		return w.Has(cmd.Entry.Runtimes()) && (w.CountsInstructions || !cmd.CountInstructions)
	})
}
