package application

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/benchbus/benchbus/domain"
)

const (
	// asideAfter is how many iterations in a row fail because of the host before
	// the worker steps aside: the next would fail too.
	asideAfter = 3
	// maxHostFailures is how often hosts may fail an iteration at the cost of no
	// attempt: the iteration may well be why.
	maxHostFailures = 10
	// Pauses between two looks whether the host is well again, doubling.
	firstProbe = time.Second
	lastProbe  = time.Minute
)

// health is whether a worker's host can execute iterations.
type health struct {
	mu     sync.Mutex
	inRow  int
	reason string        // why the worker is aside; empty where it is not
	since  time.Time     // when it stepped aside first since an iteration was executed
	aside  chan struct{} // closed while it is
	next   time.Duration // the pause before the next look
}

func newHealth() *health { return &health{aside: make(chan struct{}), next: firstProbe} }

// trouble is why the worker takes nothing; empty where it does.
func (h *health) trouble() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.reason
}

// fallen is closed once the worker is to step aside.
func (h *health) fallen() <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.aside
}

// note takes note of how an iteration ended.
func (h *health) note(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !ofHost(err) {
		h.inRow, h.next, h.since = 0, firstProbe, time.Time{}
		return
	}
	if h.inRow++; h.inRow >= asideAfter && h.reason == "" {
		h.reason = domain.FailureOf(err, 1).Message
		if h.since.IsZero() {
			h.since = time.Now()
		}
		close(h.aside)
	}
}

// ErrHostFailed says that a worker's host could not execute iterations for as long
// as the worker waits for that; match it with errors.Is.
var ErrHostFailed = errors.New("this host cannot execute benchmarks")

// recover returns once the host can execute again, as far as that can be known:
// an executor that is no [domain.Prober] shows it by the next iteration alone. It
// ends with nil where ctx does, and with ErrHostFailed after the patience, which is
// endless where it is 0.
func (h *health) recover(ctx context.Context, executor domain.Executor, patience time.Duration) error {
	prober, ok := executor.(domain.Prober)
	within := ctx
	if patience > 0 {
		h.mu.Lock()
		end := h.since.Add(patience)
		h.mu.Unlock()
		var cancel context.CancelFunc
		within, cancel = context.WithDeadline(ctx, end)
		defer cancel()
	}
	for {
		h.mu.Lock()
		wait := h.next
		h.next = min(2*h.next, lastProbe)
		h.mu.Unlock()
		if pause(within, wait) != nil {
			if ctx.Err() == nil {
				return fmt.Errorf("%w: %s", ErrHostFailed, h.trouble())
			}
			return nil
		}
		if !ok || prober.Probe(within) == nil {
			break
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.inRow, h.reason, h.aside = asideAfter-1, "", make(chan struct{})
	return nil
}

// ofHost tells whether the host failed, and not the benchmark.
func ofHost(err error) bool {
	var known *domain.ExecutionError
	return errors.As(err, &known) && known.Class.OfHost()
}

// elsewhere turns a failure of the host: the iteration goes on at the cost of no
// attempt, on another host if there is one.
func elsewhere(cmd domain.ExecuteBenchmark, err error) error {
	if !ofHost(err) || cmd.HostFailures >= maxHostFailures {
		return err
	}
	cmd.HostFailures++
	return &domain.RequeueError{Delay: domain.RequeueDelay, Reason: "the host failed: " + err.Error(), Again: &cmd}
}
