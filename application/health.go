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
	// asideAfter is the number of failures of the host in a row after which the worker
	// steps aside, because the next iteration would fail too.
	asideAfter = 3
	// maxHostFailures is how often hosts may fail an iteration at the cost of no
	// attempt. After that the iteration may well be the cause.
	maxHostFailures = 10
	// These are the first and the longest pause between two probes of the host. The
	// pauses double.
	firstProbe = time.Second
	lastProbe  = time.Minute
)

// health knows whether a worker's host can execute iterations.
type health struct {
	mu     sync.Mutex
	inRow  int
	reason string        // why the worker is aside, or empty if it is not
	since  time.Time     // when the worker stepped aside first since an iteration was executed
	aside  chan struct{} // closed while the worker is aside
	next   time.Duration // the pause before the next probe
}

func newHealth() *health { return &health{aside: make(chan struct{}), next: firstProbe} }

// trouble returns why the worker takes nothing. It is empty if the worker takes
// commands.
func (h *health) trouble() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.reason
}

// fallen returns a channel that is closed when the worker must step aside.
func (h *health) fallen() <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.aside
}

// note counts how an iteration ended.
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

// ErrHostFailed says that a worker's host could not execute iterations for as long as
// the worker waits for that. Match it with errors.Is.
var ErrHostFailed = errors.New("this host cannot execute benchmarks")

// recover returns nil when the host can execute again, or when ctx ends. It asks an
// executor that is a [domain.Prober]. With any other executor it returns after one
// pause, because only the next iteration can show it. It returns ErrHostFailed when
// patience is over; 0 means to wait without end.
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

// ofHost reports whether the host failed, and not the benchmark.
func ofHost(err error) bool {
	var known *domain.ExecutionError
	return errors.As(err, &known) && known.Class.OfHost()
}

// elsewhere turns a failure of the host into a requeue at the cost of no attempt, so
// that another host may execute the iteration. It returns other errors as they are, and
// also a failure of the host if hosts have failed the iteration too often.
func elsewhere(cmd domain.ExecuteBenchmark, err error) error {
	if !ofHost(err) || cmd.HostFailures >= maxHostFailures {
		return err
	}
	cmd.HostFailures++
	return &domain.RequeueError{Delay: domain.RequeueDelay, Reason: "the host failed: " + err.Error(), Again: &cmd}
}
