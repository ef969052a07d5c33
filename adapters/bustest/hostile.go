package bustest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// Two collectors would each get a part of the results.
func oneCollector(_ *testing.T, s *suite) {
	s.start()
	first := s.openReplies(run)
	_, err := s.Bus.OpenReplies(s.context(), run)
	require.ErrorIs(s, err, domain.ErrRunTaken)
	require.NoError(s, s.Bus.Reply(s.context(), first.Address(), result(run, 1)))
	require.Equal(s, result(run, 1), s.receive(first, 1, true)[0], "the first is not disturbed")
	require.NoError(s, first.Close())
	second := s.openReplies(run)
	require.NoError(s, s.Bus.Reply(s.context(), second.Address(), result(run, 2)))
	require.Equal(s, result(run, 2), s.receive(second, 1, true)[0])
}

// Otherwise anybody who can send commands could have any queue declared and filled.
func forgedAddress(_ *testing.T, s *suite) {
	s.start()
	handled := make(chan int, 10)
	stop := s.consume(handler{
		handle: func(_ context.Context, cmd domain.ExecuteBenchmark) error {
			handled <- cmd.Iteration
			return nil
		},
		giveUp: func(context.Context, domain.ExecuteBenchmark, domain.Failure) error {
			handled <- -1
			return nil
		},
	}, domain.Consumer{Slots: 1})
	for n, address := range []string{"nobody.listens", s.address + "x", strings.Replace(s.address, string(run), "another", 1), "amq.fanout"} {
		forged := s.command(n + 1)
		forged.ReplyTo = address
		require.NoError(s, s.Bus.Dispatch(s.context(), forged))
	}
	s.dispatch(9, 9)
	require.Equal(s, 9, wait(s, handled, "the good command behind the forged ones"))
	require.NoError(s, stop())
	require.Empty(s, handled, "nobody is told")
	if s.features.FailedList {
		failed := s.failed()
		require.Len(s, failed, 4)
		for _, f := range failed {
			require.Equal(s, domain.ClassUnreadable, f.Class)
			require.Contains(s, f.Message, "reply_to")
		}
	}
}

func tooLarge(_ *testing.T, s *suite) {
	s.start()
	handled := make(chan int, 10)
	stop := s.consume(handler{handle: func(_ context.Context, cmd domain.ExecuteBenchmark) error {
		handled <- cmd.Iteration
		return nil
	}}, domain.Consumer{Slots: 1})
	large := []byte(`{"schema":"benchmark.execute.v1","x":"` + strings.Repeat("x", 17<<20) + `"}`)
	require.NoError(s, s.Inject("", "large", nil, large))
	replies := s.openReplies(run)
	require.NoError(s, s.Inject(replies.Address(), "large", nil, large))
	s.dispatch(4, 4)
	require.Equal(s, 4, wait(s, handled, "the good command behind the large one"))
	require.NoError(s, s.Bus.Reply(s.context(), replies.Address(), result(run, 1)))
	require.Equal(s, 1, s.receive(replies, 1, true)[0].Iteration, "the good reply behind the large one")
	require.NoError(s, stop())
	if !s.features.FailedList {
		return
	}
	for end := time.Now().Add(patience); len(s.failed()) < 2 && time.Now().Before(end); { // nothing signals its arrival
	}
	failed := s.failed()
	require.Len(s, failed, 2)
	for _, f := range failed {
		require.Equal(s, domain.ClassUnreadable, f.Class)
		require.Contains(s, f.Message, "at most 16777216 are read")
		require.Less(s, len(f.Payload), 1<<20, "only the beginning is kept")
	}
}
