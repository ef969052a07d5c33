package bustest

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func backlog(_ *testing.T, s *suite) {
	s.start()
	count := s.backlog
	require.Zero(s, count())
	s.dispatch(1, 3)
	require.Equal(s, 3, count())
	seen := newTally(3)
	stop := s.consume(handler{handle: func(_ context.Context, cmd domain.ExecuteBenchmark) error {
		seen.add(cmd.Iteration)
		return nil
	}}, domain.Consumer{})
	wait(s, seen.full, "all deliveries")
	require.NoError(s, stop())
	require.Zero(s, count())
}

// backlog returns the number of waiting commands.
func (s *suite) backlog() int {
	s.Helper()
	s.needs(s.features.Queues, "the bus cannot tell how queues stand")
	queues, err := s.Bus.Queues(s.context())
	require.NoError(s, err)
	return domain.Backlog(queues)
}

// fail sends a command that fails for good, and ends the consumer.
func (s *suite) fail(iteration int) {
	given := make(chan struct{}, 1)
	stop := s.consume(handler{
		handle: func(context.Context, domain.ExecuteBenchmark) error { return domain.Fail(domain.ClassCode, "no") },
		giveUp: func(context.Context, domain.ExecuteBenchmark, domain.Failure) error {
			offer(given, struct{}{})
			return nil
		},
	}, domain.Consumer{})
	s.dispatch(iteration, iteration)
	wait(s, given, "GiveUp")
	require.NoError(s, stop())
}

func retriesFailed(_ *testing.T, s *suite) {
	s.needs(s.features.FailedList, cannotList)
	s.start(domain.RetryPolicy{Retries: 1, Delay: time.Millisecond})
	s.fail(1)
	s.fail(2)
	require.NoError(s, s.Bus.BrowseFailed(s.context(), func(f domain.FailedMessage) domain.FailedAction {
		if f.Iteration == 2 {
			return domain.RetryFailed
		}
		return domain.KeepFailed
	}))
	require.Equal(s, 1, s.onlyFailed().Iteration)
	again := make(chan domain.ExecuteBenchmark, 1)
	s.consume(handler{handle: func(_ context.Context, cmd domain.ExecuteBenchmark) error {
		offer(again, cmd)
		return nil
	}}, domain.Consumer{})
	require.Equal(s, s.command(2), wait(s, again, "the command that is retried"))
}

func removesFailed(_ *testing.T, s *suite) {
	s.needs(s.features.FailedList, cannotList)
	s.start()
	s.fail(1)
	s.fail(2)
	require.NoError(s, s.Bus.BrowseFailed(s.context(), func(f domain.FailedMessage) domain.FailedAction {
		if f.Iteration == 1 {
			return domain.RemoveFailed
		}
		return domain.KeepFailed
	}))
	require.Equal(s, 2, s.onlyFailed().Iteration)
}

func unreadableReply(_ *testing.T, s *suite) {
	s.start()
	replies := s.openReplies(run)
	require.NoError(s, s.Inject(replies.Address(), "stranger", nil, []byte("{")))
	require.NoError(s, s.Bus.Reply(s.context(), replies.Address(), result(run, 1)))
	require.Equal(s, 1, s.receive(replies, 1, true)[0].Iteration, "the good reply behind the bad one")
	s.needs(s.features.FailedList, cannotList)
	for end := time.Now().Add(patience); len(s.failed()) == 0 && time.Now().Before(end); { // nothing signals its arrival
	}
	failed := s.onlyFailed()
	require.Equal(s, domain.ClassUnreadable, failed.Class)
	require.Equal(s, "runner", failed.Worker)
	require.Equal(s, "{", string(failed.Payload))
}

func requeued(_ *testing.T, s *suite) {
	s.start()
	attempts := make(chan attempt, 2)
	var calls atomic.Int64
	s.consume(handler{handle: func(_ context.Context, cmd domain.ExecuteBenchmark) error {
		offer(attempts, attempt{cmd, time.Now()})
		if calls.Add(1) == 1 {
			return &domain.RequeueError{Delay: delay, Reason: "not now"}
		}
		return nil
	}}, domain.Consumer{Slots: 1})
	s.dispatch(1, 1)
	first := wait(s, attempts, "the first delivery")
	second := wait(s, attempts, "the second delivery")
	require.Equal(s, 1, second.cmd.Attempt)
	require.GreaterOrEqual(s, second.at.Sub(first.at), delay)
}

func longDelay(_ *testing.T, s *suite) {
	s.needs(s.features.Delays, "the transport has no delays, and a slot waits for a second at most")
	s.start()
	handled := make(chan int, 3)
	stop := s.consume(handler{handle: func(_ context.Context, cmd domain.ExecuteBenchmark) error {
		offer(handled, cmd.Iteration)
		if cmd.Iteration == 1 {
			return &domain.RequeueError{Delay: time.Hour, Reason: "not now"}
		}
		return nil
	}}, domain.Consumer{Slots: 1})
	s.dispatch(1, 2)
	require.Equal(s, 1, wait(s, handled, "the command that is requeued"))
	require.Equal(s, 2, wait(s, handled, "the command behind it"))
	require.NoError(s, stop())
	require.Empty(s, handled)
}

func cancels(_ *testing.T, s *suite) {
	s.needs(s.features.Cancels, "the transport has no tombstones")
	s.start()
	const other domain.RunID = "20260102-030405-0000002b"
	s.dispatch(1, 3)
	require.NoError(s, s.Bus.Cancel(s.context(), run))
	good := s.command(1)
	good.RunID, good.ReplyTo = other, s.openReplies(other).Address()
	require.NoError(s, s.Bus.Dispatch(s.context(), good))
	handled := make(chan domain.RunID, 4)
	stop := s.consume(handler{handle: func(_ context.Context, cmd domain.ExecuteBenchmark) error {
		offer(handled, cmd.RunID)
		return nil
	}}, domain.Consumer{Slots: 1})
	require.Equal(s, other, wait(s, handled, "the command of another run, behind them"))
	require.NoError(s, stop())
	require.Empty(s, handled)
	require.Zero(s, s.backlog(), "they are gone")
}

func uncollected(_ *testing.T, s *suite) {
	s.start()
	s.needs(s.features.Queues, "the bus cannot tell how queues stand")
	waiting := func() int {
		queues, err := s.Bus.Queues(s.context(), run)
		require.NoError(s, err)
		total := 0
		for _, q := range queues {
			if q.RunID == run {
				require.Equal(s, domain.QueueReplies, q.Kind)
				total += q.Ready
			}
		}
		return total
	}
	require.Zero(s, waiting())
	for n := 1; n <= 3; n++ {
		require.NoError(s, s.Bus.Reply(s.context(), s.address, result(run, n)))
	}
	require.Equal(s, 3, waiting())
	require.Zero(s, s.backlog(), "they are no commands")
	s.receive(s.openReplies(run), 3, true)
}
