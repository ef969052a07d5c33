package application

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// activity is what a worker does and has done.
type activity struct {
	limit        int           // 0: none
	limitReached chan struct{} // closed when the last one allowed has begun

	mu sync.Mutex
	// alone is the message that is executed alone; empty where there is none.
	alone                       string
	changed                     chan struct{} // closed when one ends
	taken                       int
	running                     map[string]domain.RunningIteration
	executed, errored, givenUps int64

	// For the rate: how many were executed when, and what it was before that.
	rateFrom  time.Time
	rateCount int64
	rate      float64
}

// rateTime is the shortest time over which a rate is taken.
const rateTime = 2 * time.Second

func newActivity(limit int) *activity {
	return &activity{limit: limit, limitReached: make(chan struct{}), changed: make(chan struct{}), running: map[string]domain.RunningIteration{}}
}

// suspectAfter is how many attempts of an iteration end without an answer before
// it is executed alone: it may be what kills its workers, and those beside it
// would lose attempts with it.
const suspectAfter = 2

// settleTime is how long an iteration that is executed alone waits before it
// begins: what this worker is sending elsewhere is gone by then.
const settleTime = 200 * time.Millisecond

// begin notes that an iteration is in hand. It waits until what has to run alone
// has ended; what has to run alone itself waits for all others to end.
func (a *activity) begin(ctx context.Context, cmd domain.ExecuteBenchmark, at time.Time) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.limit > 0 && a.taken == a.limit {
		return &domain.PostponedError{Reason: "this worker has reached its limit"}
	}
	id, suspect := cmd.MessageID(), cmd.Lost >= suspectAfter
	if suspect && a.alone != "" {
		return &domain.PostponedError{Delay: elsewhereDelay, Reason: "another one is executed alone"}
	}
	if suspect {
		a.alone = id
	}
	if err := a.wait(ctx, func() bool { return a.alone == "" || a.alone == id }); err != nil {
		return err
	}
	if a.limit > 0 {
		if a.taken == a.limit { // while it waited
			return &domain.PostponedError{Reason: "this worker has reached its limit"}
		}
		if a.taken++; a.taken == a.limit {
			close(a.limitReached)
		}
	}
	a.running[id] = domain.RunningIteration{
		RunID: cmd.RunID, Iteration: cmd.Iteration, Benchmark: cmd.Benchmark.Slug, Attempt: cmd.Attempt, Since: at,
	}
	if !suspect {
		return nil
	}
	err := a.wait(ctx, func() bool { return len(a.running) == 1 })
	if err == nil {
		err = a.pause(ctx, settleTime)
	}
	if err != nil {
		a.leave(id)
	}
	return err
}

// wait waits until the condition holds. The lock is held but while it waits.
func (a *activity) wait(ctx context.Context, ready func() bool) error {
	for !ready() {
		changed := a.changed
		a.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
		}
		a.mu.Lock()
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// pause lets time pass, without the lock.
func (a *activity) pause(ctx context.Context, d time.Duration) error {
	a.mu.Unlock()
	defer a.mu.Lock()
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// leave takes an iteration out of hand.
func (a *activity) leave(id string) {
	delete(a.running, id)
	if a.alone == id {
		a.alone = ""
	}
	close(a.changed)
	a.changed = make(chan struct{})
}

// end notes how it ended.
func (a *activity) end(cmd domain.ExecuteBenchmark, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.leave(cmd.MessageID())
	var postponed *domain.PostponedError
	switch {
	case err == nil:
		a.executed++
	case !errors.As(err, &postponed):
		a.errored++
	}
}

func (a *activity) gaveUp() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.givenUps++
}

// fill writes it into a heartbeat.
func (a *activity) fill(beat *domain.WorkerHeartbeat) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if passed := beat.At.Sub(a.rateFrom); passed >= rateTime {
		if !a.rateFrom.IsZero() {
			a.rate = float64(a.executed-a.rateCount) / passed.Seconds()
		}
		a.rateFrom, a.rateCount = beat.At, a.executed
	}
	beat.PerSecond = a.rate
	beat.Executed, beat.Errors, beat.GivenUp = a.executed, a.errored, a.givenUps
	beat.Running = make([]domain.RunningIteration, 0, len(a.running))
	for _, r := range a.running {
		beat.Running = append(beat.Running, r)
	}
	slices.SortFunc(beat.Running, func(x, y domain.RunningIteration) int {
		if c := strings.Compare(string(x.RunID), string(y.RunID)); c != 0 {
			return c
		}
		return x.Iteration - y.Iteration
	})
}
