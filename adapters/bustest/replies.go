package bustest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// receive returns the next n results, acknowledged or not.
func (s *suite) receive(replies domain.Replies, n int, ack bool) []domain.IterationExecuted {
	var got []domain.IterationExecuted
	for len(got) < n {
		batch, err := replies.Next(s.context())
		require.NoError(s, err)
		for _, r := range batch {
			got = append(got, r.Result)
			if ack {
				r.Ack()
			}
		}
	}
	return got
}

func (s *suite) openReplies(id domain.RunID) domain.Replies {
	replies, err := s.Bus.OpenReplies(s.context(), id)
	require.NoError(s, err)
	s.Cleanup(func() { require.NoError(s, replies.Close()) })
	return replies
}

func repliesWait(_ *testing.T, s *suite) {
	s.start()
	first := s.openReplies(run)
	require.NoError(s, first.Close())
	require.NoError(s, s.Bus.Reply(s.context(), first.Address(), result(run, 1)))
	second := s.openReplies(run)
	require.Equal(s, first.Address(), second.Address(), "the address of a run does not change")
	require.Equal(s, []domain.IterationExecuted{result(run, 1)}, s.receive(second, 1, true))
	ctx, cancel := context.WithCancel(s.context())
	cancel()
	_, err := second.Next(ctx)
	require.ErrorIs(s, err, context.Canceled)
}

func repliesAgain(_ *testing.T, s *suite) {
	s.start()
	first := s.openReplies(run)
	for n := 1; n <= 3; n++ {
		require.NoError(s, s.Bus.Reply(s.context(), first.Address(), result(run, n)))
	}
	inflight := 1
	if s.features.Windows {
		inflight = 3
	}
	require.GreaterOrEqual(s, len(s.receive(first, inflight, false)), inflight)
	require.NoError(s, first.Close())
	require.NoError(s, first.Close(), "Close may be called twice")
	seen := map[int]bool{}
	for _, r := range s.receive(s.openReplies(run), 3, true) {
		seen[r.Iteration] = true
	}
	require.Len(s, seen, 3)
}

func repliesApart(_ *testing.T, s *suite) {
	s.start()
	const other domain.RunID = "20260102-030405-0000002b"
	one, two := s.openReplies(run), s.openReplies(other)
	require.NoError(s, s.Bus.Reply(s.context(), two.Address(), result(other, 2)))
	require.NoError(s, s.Bus.Reply(s.context(), one.Address(), result(run, 1)))
	require.Equal(s, result(run, 1), s.receive(one, 1, true)[0])
	require.Equal(s, result(other, 2), s.receive(two, 1, true)[0])
}

func everybodyWatches(_ *testing.T, s *suite) {
	s.needs(s.features.FanOut, "events do not reach everybody")
	s.start()
	ctx, cancel := context.WithCancel(s.context())
	ready, ended := make(chan struct{}, 2), make(chan error, 2)
	got := make(chan domain.Event, 8)
	for range 2 {
		go func() {
			ended <- s.Bus.Watch(ctx, domain.Subjects(), func() { ready <- struct{}{} }, func(e domain.Event) { got <- e })
		}()
	}
	wait(s, ready, "the first watcher")
	wait(s, ready, "the second watcher")
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	for _, event := range []domain.Event{
		domain.RunEvent{
			Schema: domain.SchemaRunStarted, RunID: run, State: domain.StateRunning, At: at,
			Counts: domain.Counts{Planned: 1, Outstanding: 1},
		},
		domain.WorkerHeartbeat{
			Schema: domain.SchemaHeartbeat, At: at, Worker: "w", Started: at, Interval: time.Second, Slots: 4,
			Runtimes: []domain.RuntimeName{"php84"}, Running: []domain.RunningIteration{{RunID: run, Iteration: 1, Attempt: 1, Since: at}},
		},
		domain.StatusRequest{Schema: domain.SchemaStatusRequest, At: at},
	} {
		require.NoError(s, s.Bus.Announce(s.context(), event))
		require.Equal(s, event, wait(s, got, "the first copy"))
		require.Equal(s, event, wait(s, got, "the second copy"))
	}
	cancel()
	require.NoError(s, wait(s, ended, "the first watcher's end"))
	require.NoError(s, wait(s, ended, "the second watcher's end"))
	require.Empty(s, got)
}

func unsupported(_ *testing.T, s *suite) {
	s.start()
	ctx := s.context()
	check := func(feature bool, call func() error) {
		if !feature {
			require.ErrorIs(s, call(), errors.ErrUnsupported)
		}
	}
	check(s.features.FailedList, func() error { return s.Bus.BrowseFailed(ctx, nil) })
	check(s.features.Queues, func() error { _, err := s.Bus.Queues(ctx); return err })
	check(s.features.Cancels, func() error { return s.Bus.Cancel(ctx, run) })
	check(s.features.FanOut, func() error {
		return s.Bus.Watch(ctx, domain.Subjects(), func() {}, func(domain.Event) {})
	})
	require.NoError(s, s.Bus.Announce(ctx, domain.StatusRequest{Schema: domain.SchemaStatusRequest}), "who cannot be told is not missed")
}

func afterClose(_ *testing.T, s *suite) {
	s.start()
	require.NoError(s, s.Bus.Close())
	require.NoError(s, s.Bus.Close(), "Close may be called twice")
	ctx := s.context()
	require.ErrorIs(s, s.Bus.Dispatch(ctx, s.command(1)), domain.ErrBusClosed)
	require.ErrorIs(s, s.Bus.Reply(ctx, "x", result(run, 1)), domain.ErrBusClosed)
	require.ErrorIs(s, s.Bus.Announce(ctx, domain.RunEvent{Schema: domain.SchemaRunStarted}), domain.ErrBusClosed)
	require.ErrorIs(s, s.Bus.Consume(ctx, domain.Consumer{}, handler{}), domain.ErrBusClosed)
	require.ErrorIs(s, s.Bus.Watch(ctx, domain.Subjects(), func() {}, func(domain.Event) {}), domain.ErrBusClosed)
	_, err := s.Bus.OpenReplies(ctx, run)
	require.ErrorIs(s, err, domain.ErrBusClosed)
	require.ErrorIs(s, s.Bus.BrowseFailed(ctx, nil), domain.ErrBusClosed)
	_, err = s.Bus.Queues(ctx)
	require.ErrorIs(s, err, domain.ErrBusClosed)
	require.ErrorIs(s, s.Bus.Cancel(ctx, run), domain.ErrBusClosed)
}

func closeEndsConsumer(_ *testing.T, s *suite) {
	s.start()
	ended, handled := make(chan error, 1), make(chan struct{}, 1)
	go func() {
		ended <- s.Bus.Consume(s.context(), domain.Consumer{}, handler{
			handle: func(context.Context, domain.ExecuteBenchmark) error { offer(handled, struct{}{}); return nil },
		})
	}()
	s.dispatch(1, 1)
	wait(s, handled, "the consumer")
	require.NoError(s, s.Bus.Close())
	require.ErrorIs(s, wait(s, ended, "the end of Consume"), domain.ErrBusClosed)
}
