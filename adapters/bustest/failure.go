package bustest

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// delay is long enough to differ from no delay on a busy machine.
const delay = 200 * time.Millisecond

type attempt struct {
	cmd domain.ExecuteBenchmark
	at  time.Time
}

func retriedAfterDelay(_ *testing.T, s *suite) {
	s.start(domain.RetryPolicy{Retries: 2, Delay: delay, Factor: 2})
	attempts := make(chan attempt, 3)
	s.consume(handler{handle: func(_ context.Context, cmd domain.ExecuteBenchmark) error {
		offer(attempts, attempt{cmd, time.Now()})
		if cmd.Attempt < 3 {
			return errors.New("not this time")
		}
		return nil
	}}, domain.Consumer{})
	s.dispatch(1, 1)
	first := wait(s, attempts, "the first attempt")
	second := wait(s, attempts, "the second attempt")
	third := wait(s, attempts, "the third attempt")
	require.GreaterOrEqual(s, second.at.Sub(first.at), delay)
	require.GreaterOrEqual(s, third.at.Sub(second.at), 2*delay)
	for i, a := range []attempt{first, second, third} {
		require.Equal(s, i+1, a.cmd.Attempt)
		require.Equal(s, i == 2, a.cmd.LastAttempt)
		a.cmd.Attempt, a.cmd.LastAttempt = 1, false
		require.Equal(s, s.command(1), a.cmd, "a retry changes nothing but the attempt")
	}
}

func permanentError(_ *testing.T, s *suite) {
	s.start(domain.RetryPolicy{Delay: time.Millisecond})
	var calls atomic.Int64
	given := make(chan domain.Failure, 1)
	stop := s.consume(handler{
		handle: func(context.Context, domain.ExecuteBenchmark) error {
			calls.Add(1)
			return &domain.ExecutionError{Class: domain.ClassCode, Err: errors.New("no such function"), Output: "line 3"}
		},
		giveUp: func(_ context.Context, cmd domain.ExecuteBenchmark, failure domain.Failure) error {
			require.Equal(s, s.command(1), cmd)
			offer(given, failure)
			return nil
		},
	}, domain.Consumer{Name: "w1"})
	s.dispatch(1, 1)
	want := domain.Failure{Class: domain.ClassCode, Message: "no such function", Output: "line 3", Attempts: 1}
	require.Equal(s, want, wait(s, given, "GiveUp"))
	require.NoError(s, stop())
	require.EqualValues(s, 1, calls.Load(), "a permanent error is not retried")
	failed := s.onlyFailed()
	require.Equal(s, want, failed.Failure)
	require.Equal(s, domain.MessageID(run, 1), failed.ID)
	require.Equal(s, run, failed.RunID)
	require.Equal(s, 1, failed.Iteration)
	require.Equal(s, "w1", failed.Worker)
	require.False(s, failed.At.IsZero())
	require.Contains(s, string(failed.Payload), `"iteration":1`)
}

const cannotList = "the failed queue cannot be listed"

// failed returns the messages of the failed queue, and leaves them there.
func (s *suite) failed() (all []domain.FailedMessage) {
	s.Helper()
	s.needs(s.features.FailedList, cannotList)
	require.NoError(s, s.Bus.BrowseFailed(s.context(), func(f domain.FailedMessage) domain.FailedAction {
		all = append(all, f)
		return domain.KeepFailed
	}))
	return all
}

// onlyFailed requires that the failed queue has one message, and returns it. Listing
// must not consume it.
func (s *suite) onlyFailed() domain.FailedMessage {
	s.Helper()
	first := s.failed()
	require.Len(s, first, 1)
	require.Equal(s, first, s.failed())
	return first[0]
}

func exhausted(_ *testing.T, s *suite) {
	s.start(domain.RetryPolicy{Retries: 3, Delay: time.Millisecond, Factor: 1})
	var calls atomic.Int64
	given := make(chan domain.Failure, 1)
	stop := s.consume(handler{
		handle: func(context.Context, domain.ExecuteBenchmark) error {
			calls.Add(1)
			return errors.New("never")
		},
		giveUp: func(_ context.Context, _ domain.ExecuteBenchmark, failure domain.Failure) error {
			offer(given, failure)
			return nil
		},
	}, domain.Consumer{})
	s.dispatch(1, 1)
	require.Equal(s, domain.Failure{Class: domain.ClassUnknown, Message: "never", Attempts: 4}, wait(s, given, "GiveUp"))
	require.NoError(s, stop())
	require.EqualValues(s, 4, calls.Load())
	require.Equal(s, 4, s.onlyFailed().Attempts)
}

func giveUpAgain(_ *testing.T, s *suite) {
	giveUpTwice(s, func() error { return errors.New("the run could not be told") })
}

func giveUpPanics(_ *testing.T, s *suite) {
	giveUpTwice(s, func() error { panic("oh no") })
}

// giveUpTwice gives up a command with a GiveUp that fails at first.
func giveUpTwice(s *suite, atFirst func() error) {
	s.start()
	var calls atomic.Int64
	given := make(chan struct{}, 1)
	stop := s.consume(handler{
		handle: func(context.Context, domain.ExecuteBenchmark) error { return errors.New("no") },
		giveUp: func(context.Context, domain.ExecuteBenchmark, domain.Failure) error {
			if calls.Add(1) == 1 {
				return atFirst()
			}
			offer(given, struct{}{})
			return nil
		},
	}, domain.Consumer{})
	s.dispatch(1, 1)
	wait(s, given, "the second GiveUp")
	require.NoError(s, stop())
	s.onlyFailed()
}

func unreadable(_ *testing.T, s *suite) {
	s.start(domain.RetryPolicy{Delay: time.Millisecond})
	type told struct {
		cmd     domain.ExecuteBenchmark
		failure domain.Failure
	}
	given := make(chan told, 10)
	handled := make(chan int, 10)
	stop := s.consume(handler{
		handle: func(_ context.Context, cmd domain.ExecuteBenchmark) error {
			offer(handled, cmd.Iteration)
			return nil
		},
		giveUp: func(_ context.Context, cmd domain.ExecuteBenchmark, failure domain.Failure) error {
			offer(given, told{cmd, failure})
			return nil
		},
	}, domain.Consumer{Slots: 1})
	hostile := [][]byte{
		nil, []byte("\x00\xff\xfe"), []byte("null"), []byte("[]"), []byte("{}"), []byte(`"text"`), []byte("{"),
		[]byte(`{"schema":"benchmark.execute.v1"}`), []byte(`{"schema":"benchmark.execute.v9"}`),
		[]byte(`{"schema":"benchmark.execute.v1","run_id":7}`),
	}
	for _, payload := range hostile {
		require.NoError(s, s.Inject("", "stranger", nil, payload))
	}
	require.NoError(s, s.Inject("", domain.MessageID(run, 3),
		map[string]string{"correlation_id": string(run), "reply_to": s.address}, []byte("{")))
	s.dispatch(4, 4)
	require.Equal(s, 4, wait(s, handled, "the good command behind the bad ones"))
	one := wait(s, given, "GiveUp of the message that says whose it is")
	require.Equal(s, run, one.cmd.RunID)
	require.Equal(s, 3, one.cmd.Iteration)
	require.Equal(s, s.address, one.cmd.ReplyTo)
	require.Equal(s, domain.ClassUnreadable, one.failure.Class)
	require.NoError(s, stop())
	require.Empty(s, given, "strangers belong to no run")
	failed := s.failed()
	require.Len(s, failed, len(hostile)+1)
	for i, f := range failed {
		require.Equal(s, domain.ClassUnreadable, f.Class)
		require.NotEmpty(s, f.Message)
		require.Equal(s, 1, f.Attempts)
		if i < len(hostile) {
			require.Equal(s, string(hostile[i]), string(f.Payload))
		}
	}
}

func panics(_ *testing.T, s *suite) {
	s.start()
	handled := make(chan int, 1)
	given := make(chan domain.Failure, 1)
	s.consume(handler{
		handle: func(_ context.Context, cmd domain.ExecuteBenchmark) error {
			if cmd.Iteration == 1 {
				panic("oh no")
			}
			offer(handled, cmd.Iteration)
			return nil
		},
		giveUp: func(_ context.Context, _ domain.ExecuteBenchmark, failure domain.Failure) error {
			offer(given, failure)
			return nil
		},
	}, domain.Consumer{Slots: 1})
	s.dispatch(1, 2)
	failure := wait(s, given, "GiveUp after the panic")
	require.Equal(s, domain.ClassPanic, failure.Class)
	require.Contains(s, failure.Message, "oh no")
	require.Equal(s, 2, wait(s, handled, "the command after the panic"))
}
