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

	mu                          sync.Mutex
	inflight                    map[*inflight]struct{}
	exclusive                   *inflight     // what is executed alone; nil where there is none
	othersLeft                  time.Time     // when the last one left that was not
	changed                     chan struct{} // closed when one leaves
	begun                       int
	executed, errored, givenUps int64

	// For the rate: how many were executed when, and what it was before that.
	rateFrom  time.Time
	rateCount int64
	rate      float64
}

// inflight is an iteration that the worker has taken: it waits until it may begin,
// and then runs. Copies of one iteration may be in flight at once.
type inflight struct {
	domain.RunningIteration
	begun bool
}

// rateTime is the shortest time over which a rate is taken.
const rateTime = 2 * time.Second

func newActivity(limit int) *activity {
	return &activity{limit: limit, limitReached: make(chan struct{}), changed: make(chan struct{}), inflight: map[*inflight]struct{}{}}
}

// quarantineAfter is how many attempts of an iteration end without an answer before
// it is executed alone: it may be what kills its workers, and those beside it
// would lose attempts with it.
const quarantineAfter = 2

// settleTime is how long after all others an iteration that is executed alone
// begins: what this worker is sending elsewhere for them is gone by then. One after
// another that was alone begins at once: there may be thousands of them.
const settleTime = 200 * time.Millisecond

// begin waits until the iteration may run: until what has to run alone has ended,
// and, where it has to run alone itself, until all others have. After nil, end has
// to be called.
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

// admit waits until the iteration may begin. Only what begins counts for the limit.
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
	return pause(ctx, d)
}

// leave says that an iteration is no longer in flight.
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

// end notes how an iteration ended.
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
