package application

import (
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
	return &activity{limit: limit, limitReached: make(chan struct{}), running: map[string]domain.RunningIteration{}}
}

// begin notes that an iteration is in hand; false where the limit is reached.
func (a *activity) begin(cmd domain.ExecuteBenchmark, at time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.limit > 0 {
		if a.taken == a.limit {
			return false
		}
		if a.taken++; a.taken == a.limit {
			close(a.limitReached)
		}
	}
	a.running[cmd.MessageID()] = domain.RunningIteration{
		RunID: cmd.RunID, Iteration: cmd.Iteration, Benchmark: cmd.Benchmark.Slug, Attempt: cmd.Attempt, Since: at,
	}
	return true
}

// end notes how it ended.
func (a *activity) end(cmd domain.ExecuteBenchmark, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.running, cmd.MessageID())
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
