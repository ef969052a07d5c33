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

// activity counts what a worker has done, and decides which of its iterations may
// begin.
type activity struct {
	limit        int           // 0 means none
	limitReached chan struct{} // closed when the last allowed iteration has begun

	mu                          sync.Mutex
	inflight                    map[*inflight]struct{}
	exclusive                   *inflight     // the quarantined iteration, or nil
	othersLeft                  time.Time     // when the last iteration that was not quarantined left
	changed                     chan struct{} // closed when an iteration leaves
	begun                       int
	executed, errored, givenUps int64

	// The rate is taken between two heartbeats: from when, how many were executed by
	// then, and the last rate.
	rateFrom  time.Time
	rateCount int64
	rate      float64
}

// inflight is an iteration that the worker has taken. It waits until it may begin, and
// then runs. Several copies of one iteration may be in flight.
type inflight struct {
	domain.RunningIteration
	begun bool
}

// rateTime is the shortest time over which a rate is taken.
const rateTime = 2 * time.Second

func newActivity(limit int) *activity {
	return &activity{limit: limit, limitReached: make(chan struct{}), changed: make(chan struct{}), inflight: map[*inflight]struct{}{}}
}

// quarantineAfter is the number of attempts without an answer after which an iteration
// is executed alone. Such an iteration perhaps kills its workers, and the iterations
// beside it would lose attempts with it.
const quarantineAfter = 2

// settleTime is the least time between the end of all others and the beginning of a
// quarantined iteration. By then this worker has sent what it sends for the others. A
// quarantined iteration that follows another one begins at once, because there may be
// thousands of them.
const settleTime = 200 * time.Millisecond

// begin waits until the iteration may run. It waits for a quarantined iteration to end,
// and, if this one is quarantined, for all others too. If the error is nil, the caller
// must call end.
func (a *activity) begin(ctx context.Context, cmd domain.ExecuteBenchmark, at time.Time) (*inflight, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.full() {
		return nil, errLimit
	}
	quarantined := cmd.Redeliveries >= quarantineAfter
	if quarantined && a.exclusive != nil {
		return nil, &domain.RequeueError{Delay: domain.RequeueDelay, Reason: "another one is executed alone"}
	}
	it := &inflight{RunningIteration: domain.RunningIteration{
		RunID: cmd.RunID, Iteration: cmd.Iteration, Entry: cmd.Entry.Name(), Attempt: cmd.Attempt, Since: at,
	}}
	a.inflight[it] = struct{}{}
	if quarantined {
		a.exclusive = it
	}
	if err := a.admit(ctx, it); err != nil {
		a.leave(it)
		return nil, err
	}
	return it, nil
}

var errLimit = &domain.RequeueError{Reason: "this worker has reached its limit"}

func (a *activity) full() bool { return a.limit > 0 && a.begun == a.limit }

// admit waits until the iteration may begin, and only then counts it for the limit.
func (a *activity) admit(ctx context.Context, it *inflight) error {
	if err := a.wait(ctx, func() bool { return a.exclusive == nil || a.exclusive == it && a.running() == 0 }); err != nil {
		return err
	}
	if a.exclusive == it {
		if err := a.pause(ctx, settleTime-time.Since(a.othersLeft)); err != nil {
			return err
		}
	}
	if a.full() { // while it waited
		return errLimit
	}
	if a.begun++; a.full() {
		close(a.limitReached)
	}
	it.begun = true
	return nil
}

func (a *activity) running() (n int) {
	for it := range a.inflight {
		if it.begun {
			n++
		}
	}
	return n
}

// wait waits until ready returns true. The caller holds the lock; wait gives it up
// while it waits.
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

// pause waits for d without the lock, which the caller holds.
func (a *activity) pause(ctx context.Context, d time.Duration) error {
	a.mu.Unlock()
	defer a.mu.Lock()
	return pause(ctx, d)
}

// leave takes an iteration out of flight. The caller holds the lock.
func (a *activity) leave(it *inflight) {
	delete(a.inflight, it)
	if a.exclusive == it {
		a.exclusive = nil
	} else {
		a.othersLeft = time.Now()
	}
	close(a.changed)
	a.changed = make(chan struct{})
}

// end counts how an iteration ended.
func (a *activity) end(it *inflight, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.leave(it)
	var requeued *domain.RequeueError
	switch {
	case err == nil:
		a.executed++
	case !errors.As(err, &requeued):
		a.errored++
	}
}

func (a *activity) gaveUp() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.givenUps++
}

// fill writes the counts and the rate into a heartbeat.
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
	beat.Running = make([]domain.RunningIteration, 0, len(a.inflight))
	for it := range a.inflight {
		beat.Running = append(beat.Running, it.RunningIteration)
	}
	slices.SortFunc(beat.Running, func(x, y domain.RunningIteration) int {
		if c := strings.Compare(string(x.RunID), string(y.RunID)); c != 0 {
			return c
		}
		return x.Iteration - y.Iteration
	})
}
