package bustest

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// tally counts how often each iteration was handled, and closes its channel when the
// wanted number of calls is reached.
type tally struct {
	mu     sync.Mutex
	counts map[int]int
	calls  int
	want   int
	full   chan struct{}
}

func newTally(want int) *tally {
	return &tally{counts: map[int]int{}, want: want, full: make(chan struct{})}
}

func (c *tally) add(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counts[n]++
	if c.calls++; c.calls == c.want {
		close(c.full)
	}
}

func (c *tally) requireOnce(t require.TestingT, from, to int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for n := from; n <= to; n++ {
		require.Equal(t, 1, c.counts[n], "deliveries of iteration %d", n)
	}
	require.Len(t, c.counts, to-from+1)
}

func oneConsumer(_ *testing.T, s *suite) {
	s.start()
	const n = 200
	seen := newTally(n)
	count := handler{handle: func(_ context.Context, cmd domain.ExecuteBenchmark) error {
		seen.add(cmd.Iteration)
		return nil
	}}
	first := s.consume(count, domain.Consumer{Slots: 2})
	second := s.consume(count, domain.Consumer{Slots: 2})
	s.dispatch(1, n)
	wait(s, seen.full, "all deliveries")
	require.NoError(s, first())
	require.NoError(s, second())
	seen.requireOnce(s, 1, n)
}

func slots(_ *testing.T, s *suite) {
	s.start()
	const n = 4
	var running, most atomic.Int64
	entered, release := make(chan struct{}, 5*n), make(chan struct{})
	seen := newTally(5 * n)
	stop := s.consume(handler{handle: func(_ context.Context, cmd domain.ExecuteBenchmark) error {
		now := running.Add(1)
		defer running.Add(-1)
		for old := most.Load(); now > old && !most.CompareAndSwap(old, now); old = most.Load() {
		}
		offer(entered, struct{}{})
		<-release
		seen.add(cmd.Iteration)
		return nil
	}}, domain.Consumer{Slots: n})
	s.dispatch(1, 5*n)
	for range n {
		wait(s, entered, "as many handlers as slots")
	}
	close(release)
	wait(s, seen.full, "all deliveries")
	require.NoError(s, stop())
	require.EqualValues(s, n, most.Load(), "handlers at once")
}

func slowOne(_ *testing.T, s *suite) {
	s.needs(s.features.FairDispatch, "the transport prefetches, so that commands may wait behind a slow one")
	s.start()
	release := make(chan struct{})
	others, all := newTally(9), newTally(1)
	stop := s.consume(handler{handle: func(_ context.Context, cmd domain.ExecuteBenchmark) error {
		if cmd.Iteration > 1 {
			others.add(cmd.Iteration)
			return nil
		}
		<-release
		all.add(cmd.Iteration)
		return nil
	}}, domain.Consumer{Slots: 2})
	s.dispatch(1, 10)
	wait(s, others.full, "the others, through the other slot")
	close(release)
	wait(s, all.full, "the slow one")
	require.NoError(s, stop())
	others.requireOnce(s, 2, 10)
}

func waits(_ *testing.T, s *suite) {
	s.start()
	s.dispatch(1, 10)
	seen := newTally(10)
	s.consume(handler{handle: func(_ context.Context, cmd domain.ExecuteBenchmark) error {
		seen.add(cmd.Iteration)
		return nil
	}}, domain.Consumer{})
	wait(s, seen.full, "commands sent before there was a consumer")
}

func tenThousand(_ *testing.T, s *suite) {
	s.start()
	const n = 10_000
	replies, err := s.Bus.OpenReplies(s.context(), run)
	require.NoError(s, err)
	defer replies.Close()
	executed := newTally(n)
	stop := s.consume(handler{handle: func(ctx context.Context, cmd domain.ExecuteBenchmark) error {
		executed.add(cmd.Iteration)
		return s.Bus.Reply(ctx, cmd.ReplyTo, result(cmd.RunID, cmd.Iteration))
	}}, domain.Consumer{Slots: 8})
	sent := make(chan error, 1)
	go func() {
		sent <- func() error {
			var batch []domain.ExecuteBenchmark
			for i := 1; i <= n; i++ {
				cmd := s.command(i)
				cmd.ReplyTo = replies.Address()
				if batch = append(batch, cmd); len(batch) == 100 {
					if err := s.Bus.Dispatch(s.context(), batch...); err != nil {
						return err
					}
					batch = batch[:0]
				}
			}
			return nil
		}()
	}()
	recorded := newTally(n)
	for got := 0; got < n; {
		batch, err := replies.Next(s.context())
		require.NoError(s, err)
		require.NotEmpty(s, batch)
		for _, r := range batch {
			recorded.add(r.Result.Iteration)
			r.Ack()
		}
		got += len(batch)
	}
	require.NoError(s, wait(s, sent, "the dispatcher"))
	require.NoError(s, stop())
	executed.requireOnce(s, 1, n)
	recorded.requireOnce(s, 1, n)
}

func asSent(_ *testing.T, s *suite) {
	s.start(domain.RetryPolicy{Retries: 1})
	got := make(chan domain.ExecuteBenchmark, 1)
	s.consume(handler{handle: func(_ context.Context, cmd domain.ExecuteBenchmark) error {
		offer(got, cmd)
		return nil
	}}, domain.Consumer{})
	sent := s.command(7)
	require.NoError(s, s.Bus.Dispatch(s.context(), sent))
	require.Equal(s, sent, wait(s, got, "the command"))
}
