package rabbitmq_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/rabbitmq"
)

// A message that was lost with its connection takes up its own part of the window until
// it is settled, and no other message's.
func TestALostMessageHoldsUpNoOther(t *testing.T) {
	for _, kind := range []rabbitmq.QueueType{rabbitmq.QueueClassic, rabbitmq.QueueQuorum} {
		t.Run(string(kind), func(t *testing.T) {
			s := newSpace(t)
			proxy := s.proxy()
			worker, other := s.open(rabbitmq.Config{URL: proxy.URL(), QueueType: kind}), s.open(rabbitmq.Config{QueueType: kind})
			topic := s.name + ".commands"
			ctx, cancel := context.WithCancel(t.Context())
			messages, err := worker.SubscribeWindow(ctx, topic, 3)
			require.NoError(t, err)
			publish(t, other, topic, "1", "2", "3")
			slow, quick, also := <-messages, <-messages, <-messages
			proxy.Cut()
			quick.Ack()
			also.Ack()
			first, second := <-messages, <-messages // 1, 2 and 3 come again, two at a time
			first.Ack()
			third := <-messages
			publish(t, other, topic, "4", "5")
			s.await(topic, func(ready, _ int) bool { return ready == 2 }) // the window is full
			slow.Ack()                                                    // makes room for one more
			fourth := <-messages
			require.Equal(t, "4", fourth.UUID)
			second.Ack()
			third.Ack()
			fourth.Ack()
			fifth := <-messages
			require.Equal(t, "5", fifth.UUID)
			fifth.Ack()
			cancel()
			for range messages {
				require.FailNow(t, "all of them were settled")
			}
			require.Empty(t, s.left(topic, kind))
		})
	}
}

// A process that took over a run while its runner had no connection keeps the run.
func TestARunnerWhoseRunWasTakenOverEnds(t *testing.T) {
	s := newSpace(t)
	proxy := s.proxy()
	topic := s.name + ".replies.r"
	lost := s.open(rabbitmq.Config{URL: proxy.URL() + "?heartbeat=1"})
	messages, err := lost.SubscribeWindow(t.Context(), topic, 4)
	require.NoError(t, err)
	proxy.Behave(0, true) // keeps it from coming back
	proxy.Cut()
	ctx, cancel := context.WithCancel(t.Context())
	taken, err := s.open(rabbitmq.Config{}).SubscribeWindow(ctx, topic, 4)
	require.NoError(t, err)
	proxy.Behave(0, false)
	proxy.Cut()
	for range messages { // the channel closes by itself
		require.FailNow(t, "a result of a run that is another's")
	}
	cancel()
	for range taken {
		require.FailNow(t, "nothing was sent")
	}
}
