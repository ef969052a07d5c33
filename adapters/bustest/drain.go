package bustest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func drains(_ *testing.T, s *suite) {
	s.start()
	const n = 50
	started, release := make(chan struct{}, n), make(chan struct{})
	seen := newTally(n)
	ran := func(_ context.Context, cmd domain.ExecuteBenchmark) error {
		offer(started, struct{}{})
		<-release
		seen.add(cmd.Iteration)
		return nil
	}
	ctx, cancel := context.WithCancel(s.context())
	ended := make(chan error, 1)
	go func() { ended <- s.Bus.Consume(ctx, domain.Consumer{Slots: 4}, handler{handle: ran}) }()
	s.dispatch(1, n)
	for range 4 {
		wait(s, started, "the first four commands")
	}
	cancel()
	select {
	case err := <-ended:
		require.FailNow(s, "Consume ended while handlers were running", "%v", err)
	default:
	}
	close(release)
	require.NoError(s, wait(s, ended, "the end of draining"))
	stop := s.consume(handler{handle: ran}, domain.Consumer{Slots: 4})
	wait(s, seen.full, "what was left, by the next consumer")
	require.NoError(s, stop())
	seen.requireOnce(s, 1, n)
}

func leftBehind(_ *testing.T, s *suite) {
	s.start()
	started, release := make(chan struct{}, 1), make(chan struct{})
	defer close(release)
	ctx, cancel := context.WithCancel(s.context())
	ended := make(chan error, 1)
	go func() {
		ended <- s.Bus.Consume(ctx, domain.Consumer{Slots: 1, DrainTimeout: time.Millisecond}, handler{
			handle: func(context.Context, domain.ExecuteBenchmark) error {
				offer(started, struct{}{})
				<-release
				return nil
			},
		})
	}()
	s.dispatch(1, 1)
	wait(s, started, "the handler")
	cancel()
	require.ErrorIs(s, wait(s, ended, "the end of Consume"), domain.ErrDrainTimeout)
}

// cutShort consumes one command with a handler that waits until its context ends.
func (s *suite) cutShort(consumer domain.Consumer) {
	s.Helper()
	abort := make(chan struct{})
	consumer.Abort = abort
	started := make(chan struct{}, 1)
	stop := s.consume(handler{handle: func(ctx context.Context, _ domain.ExecuteBenchmark) error {
		offer(started, struct{}{})
		<-ctx.Done()
		return ctx.Err()
	}}, consumer)
	wait(s, started, "the handler")
	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	close(abort)
	require.NoError(s, wait(s, stopped, "the end of Consume"))
}

func aborts(_ *testing.T, s *suite) {
	s.start(domain.RetryPolicy{Retries: 1, Delay: time.Millisecond})
	s.dispatch(1, 1)
	s.cutShort(domain.Consumer{Slots: 1})
	again := make(chan int, 1)
	s.consume(handler{handle: func(_ context.Context, cmd domain.ExecuteBenchmark) error {
		offer(again, cmd.Iteration)
		return nil
	}}, domain.Consumer{})
	require.Equal(s, 1, wait(s, again, "the command that was cut short"))
}

func unanswered(_ *testing.T, s *suite) {
	s.needs(s.features.DeliveryCounts, "the transport does not count deliveries")
	s.start(domain.RetryPolicy{Retries: 3, Delay: time.Millisecond})
	s.dispatch(1, 1)
	s.cutShort(domain.Consumer{Slots: 1})
	attempts, want := make(chan int, 1), 2
	if s.features.DeliveryDoubts {
		want = 1
	}
	s.consume(handler{handle: func(_ context.Context, cmd domain.ExecuteBenchmark) error {
		require.Equal(s, 1, cmd.Redeliveries)
		offer(attempts, cmd.Attempt)
		return nil
	}}, domain.Consumer{})
	require.Equal(s, want, wait(s, attempts, "the next delivery"))
}

func neverAnswered(_ *testing.T, s *suite) {
	s.needs(s.features.DeliveryCounts, "the transport does not count deliveries")
	s.start(domain.RetryPolicy{Retries: 2, Delay: time.Millisecond})
	s.dispatch(1, 1)
	losses := 5 // two of them cost no attempt
	if s.features.DeliveryDoubts {
		losses = 11
	}
	for range losses {
		s.cutShort(domain.Consumer{Slots: 1})
	}
	given := make(chan domain.Failure, 1)
	stop := s.consume(handler{
		handle: func(context.Context, domain.ExecuteBenchmark) error {
			require.FailNow(s, "one attempt too many was made")
			return nil
		},
		giveUp: func(_ context.Context, _ domain.ExecuteBenchmark, failure domain.Failure) error {
			offer(given, failure)
			return nil
		},
	}, domain.Consumer{})
	failure := wait(s, given, "GiveUp")
	require.Equal(s, domain.ClassWorkerLost, failure.Class)
	require.Equal(s, losses, failure.Attempts)
	require.NoError(s, stop())
	require.Equal(s, domain.ClassWorkerLost, s.onlyFailed().Class)
}
