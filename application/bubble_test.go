package application_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/inmem"
	"github.com/benchbus/benchbus/adapters/memstore"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// bubble has a bus and a store with a clock of their own. Its time passes at once when
// all goroutines wait, so hours cost nothing, and time.Sleep lets the other goroutines
// run.
type bubble struct {
	*testing.T
	bus   *unruly
	store domain.Store
}

// inBubble runs the test in a bubble.
func inBubble(t *testing.T, test func(bubble)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		transport, err := inmem.New(inmem.Config{})
		require.NoError(t, err)
		bus, err := watermillbus.New(transport, transport, watermillbus.Config{})
		require.NoError(t, err)
		defer func() { require.NoError(t, bus.Close()) }()
		test(bubble{t, &unruly{Bus: bus}, memstore.New()})
	})
}

// work runs a worker until stop is called.
func (b bubble) work(executor domain.Executor, cfg application.WorkerConfig) (stop func()) {
	return work(b.T, b.bus, executor, cfg)
}

// ending is the outcome of a run.
type ending struct {
	domain.RunStatus
	err error
}

// drive calls a method of a new runner in the background.
func (b bubble) drive(drive func(*application.Runner) (domain.RunStatus, error)) <-chan ending {
	runner, ended := newRunner(b, b.bus, application.RunnerConfig{Store: b.store}), make(chan ending, 1)
	go func() {
		status, err := drive(runner)
		ended <- ending{status, err}
	}()
	return ended
}

func (b bubble) run(ctx context.Context, run domain.Run) <-chan ending {
	return b.drive(func(r *application.Runner) (domain.RunStatus, error) { return r.Run(ctx, run) })
}

func (b bubble) wait(ctx context.Context, id domain.RunID) <-chan ending {
	return b.drive(func(r *application.Runner) (domain.RunStatus, error) { return r.Wait(ctx, id) })
}

func (b bubble) stored(id domain.RunID) domain.Run {
	run, err := b.store.Run(b.Context(), id)
	require.NoError(b, err)
	return run
}

// within returns the next value of the channel, and fails the test if none comes within
// d.
func within[T any](b bubble, d time.Duration, from <-chan T) (value T) {
	b.Helper()
	select {
	case value = <-from:
	case <-time.After(d):
		require.FailNow(b, "waited in vain", "%v", d)
	}
	return value
}

// unruly is a bus that can be told not to do its work.
type unruly struct {
	domain.Bus
	deaf    atomic.Bool           // it loses events
	opening func()                // called before OpenReplies
	browse  atomic.Pointer[error] // the error of BrowseFailed
	lose    atomic.Int64          // the next calls of Dispatch that it loses
}

func (u *unruly) Announce(ctx context.Context, e domain.Event) error {
	if u.deaf.Load() {
		return nil
	}
	return u.Bus.Announce(ctx, e)
}

func (u *unruly) OpenReplies(ctx context.Context, run domain.RunID) (domain.Replies, error) {
	if u.opening != nil {
		u.opening()
	}
	return u.Bus.OpenReplies(ctx, run)
}

func (u *unruly) BrowseFailed(ctx context.Context, each func(domain.FailedMessage) domain.FailedAction) error {
	if err := u.browse.Load(); err != nil {
		return *err
	}
	return u.Bus.BrowseFailed(ctx, each)
}

func (u *unruly) Dispatch(ctx context.Context, cmds ...domain.ExecuteBenchmark) error {
	if u.lose.Add(-1) >= 0 {
		return nil
	}
	return u.Bus.Dispatch(ctx, cmds...)
}
