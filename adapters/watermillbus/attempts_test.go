package watermillbus_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/inmem"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/domain"
)

// open opens a bus over an in-process transport that the test can also use directly.
func open(t *testing.T, cfg watermillbus.Config) (*inmem.Transport, *watermillbus.Bus) {
	t.Helper()
	transport, err := inmem.New(inmem.Config{})
	require.NoError(t, err)
	bus, err := watermillbus.New(transport, transport, cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, bus.Close()) })
	return transport, bus
}

// lose takes the first command the given number of times and never answers it.
func lose(t *testing.T, transport *inmem.Transport, times int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	messages, err := transport.Subscribe(ctx, "benchbus.commands")
	require.NoError(t, err)
	for i := range times {
		msg := <-messages
		if i == times-1 {
			cancel()
		}
		msg.Nack()
	}
	cancel()
	for msg := range messages {
		msg.Nack()
	}
}

// outcome is what a handler gets of a command, and when.
type outcome struct {
	cmd     domain.ExecuteBenchmark
	failure *domain.Failure // nil if the command is to be executed
	after   time.Duration
}

// first consumes until a command is handled or given up.
func first(t *testing.T, bus *watermillbus.Bus, fail error) (got outcome) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	began := time.Now()
	require.NoError(t, bus.Consume(ctx, domain.Consumer{Slots: 1}, whole{
		handle: func(cmd domain.ExecuteBenchmark) error {
			got = outcome{cmd, nil, time.Since(began)}
			cancel()
			return fail
		},
		giveUp: func(cmd domain.ExecuteBenchmark, failure domain.Failure) error {
			got = outcome{cmd, &failure, time.Since(began)}
			cancel()
			return nil
		},
	}))
	return got
}

type whole struct {
	handle func(domain.ExecuteBenchmark) error
	giveUp func(domain.ExecuteBenchmark, domain.Failure) error
}

func (w whole) Handle(_ context.Context, cmd domain.ExecuteBenchmark) error { return w.handle(cmd) }
func (w whole) GiveUp(_ context.Context, cmd domain.ExecuteBenchmark, failure domain.Failure) error {
	return w.giveUp(cmd, failure)
}

// A delivery without an answer counts as a failed attempt of class worker lost.
func TestADeliveryWithoutAnAnswerIsAnAttempt(t *testing.T) {
	check := func(attempt, lost, times int, wantAttempt, wantLost int, after time.Duration) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			transport, bus := open(t, watermillbus.Config{})
			cmd := command()
			cmd.Attempt, cmd.Redeliveries = attempt, lost
			require.NoError(t, bus.Dispatch(t.Context(), cmd))
			lose(t, transport, times)
			got := first(t, bus, nil)
			require.Nil(t, got.failure)
			cmd.Attempt, cmd.Redeliveries, cmd.LastAttempt = wantAttempt, wantLost, wantAttempt-min(wantLost, 2) == 4
			require.Equal(t, cmd, got.cmd)
			require.Equal(t, after, got.after, "as after any failed attempt")
		})
	}
	check(1, 0, 0, 1, 0, 0)
	check(1, 0, 1, 2, 1, time.Second)
	check(1, 0, 2, 3, 2, 2*time.Second)
	check(1, 0, 3, 4, 3, 4*time.Second)
	check(1, 0, 5, 6, 5, 4*time.Second)
	check(2, 1, 2, 4, 3, 4*time.Second)
	check(2, 0, 1, 3, 1, 2*time.Second) // the first failed in another way
	check(4, 0, 1, 5, 1, 4*time.Second) // three failed in another way: the loss cost no attempt
}

func TestADeliveryTooManyIsGivenUpWithoutBeingExecuted(t *testing.T) {
	check := func(attempt, lost, times int) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			transport, bus := open(t, watermillbus.Config{})
			cmd := command()
			cmd.Attempt, cmd.Redeliveries = attempt, lost
			require.NoError(t, bus.Dispatch(t.Context(), cmd))
			lose(t, transport, times)
			got := first(t, bus, nil)
			require.NotNil(t, got.failure, "it was executed")
			require.Equal(t, domain.ClassWorkerLost, got.failure.Class)
			require.Equal(t, 6, got.failure.Attempts)
			require.Contains(t, got.failure.Message, "delivered 6 times")
			require.Zero(t, got.after)
			require.NoError(t, bus.BrowseFailed(t.Context(), func(f domain.FailedMessage) domain.FailedAction {
				require.Equal(t, *got.failure, f.Failure)
				return domain.RemoveFailed
			}))
		})
	}
	check(1, 0, 6)
	check(6, 5, 1)
	check(6, 2, 1)
}

func TestAFailedAttemptIsFollowedByTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, bus := open(t, watermillbus.Config{})
		require.NoError(t, bus.Dispatch(t.Context(), command()))
		for attempt, after := range []time.Duration{0, time.Second, 2 * time.Second, 4 * time.Second} {
			got := first(t, bus, errors.New("not this time"))
			require.Equal(t, attempt+1, got.cmd.Attempt)
			require.Zero(t, got.cmd.Redeliveries, "a failure is no loss")
			require.Equal(t, after, got.after)
		}
		var attempts int
		require.NoError(t, bus.BrowseFailed(t.Context(), func(f domain.FailedMessage) domain.FailedAction {
			attempts = f.Attempts
			return domain.KeepFailed
		}))
		require.Equal(t, 4, attempts)
	})
}

// undelayed is a transport without delays.
type undelayed struct{ *inmem.Transport }

var errUndelayed = errors.New("no delays today")

func (undelayed) PublishAfter(string, time.Duration, ...*message.Message) error { return errUndelayed }

// A message leaves its queue only after its replacement has been sent.
func TestAMessageWhoseRetryCannotBeSentStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport, err := inmem.New(inmem.Config{})
		require.NoError(t, err)
		bus, err := watermillbus.New(undelayed{transport}, transport, watermillbus.Config{})
		require.NoError(t, err)
		defer bus.Close()
		require.NoError(t, bus.Dispatch(t.Context(), command()))
		require.Equal(t, 1, first(t, bus, errors.New("not this time")).cmd.Attempt)
		queues, err := bus.Queues(t.Context())
		require.NoError(t, err)
		require.Equal(t, 1, queues[0].Ready)
	})
}
