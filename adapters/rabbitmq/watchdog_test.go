package rabbitmq_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/rabbitmq"
)

// watched opens a transport whose watchdog looks only when told to, and a check
// that it finds nothing wrong.
func (s *space) watched() (*rabbitmq.Transport, func()) {
	noticed := &lines{Handler: slog.DiscardHandler, part: "gave up the connection", seen: make(chan struct{})}
	transport := s.open(rabbitmq.Config{QueueType: rabbitmq.QueueClassic, CheckInterval: time.Hour, Logger: slog.New(noticed)})
	return transport, func() {
		s.Helper()
		transport.Looks()
		select {
		case <-noticed.seen:
			require.FailNow(s, "the watchdog gave up a connection that works")
		default:
		}
	}
}

// await waits until the broker says that of a queue.
func (s *space) await(queue string, what func(ready, consumers int) bool) {
	s.Helper()
	ch := s.channel()
	require.Eventually(s, func() bool {
		q, err := ch.QueueDeclarePassive(queue, true, false, false, false, nil)
		require.NoError(s, err)
		return what(q.Messages, q.Consumers)
	}, patience, 10*time.Millisecond)
}

// left is what a queue has.
func (s *space) left(queue string, kind rabbitmq.QueueType) []string {
	var ids []string
	require.NoError(s, s.open(rabbitmq.Config{QueueType: kind}).Browse(s.Context(), queue, func(msg *message.Message) (bool, error) {
		ids = append(ids, msg.UUID)
		return false, nil
	}))
	return ids
}

// A worker that drains takes nothing, though it has room and messages are ready.
func TestTheWatchdogLetsAWorkerDrain(t *testing.T) {
	s := newSpace(t)
	transport, check := s.watched()
	topic := s.name + ".commands"
	ctx, cancel := context.WithCancel(t.Context())
	messages, err := transport.SubscribeWindow(ctx, topic, 2)
	require.NoError(t, err)
	publish(t, transport, topic, "1", "2", "3", "4")
	quick, slow := <-messages, <-messages
	cancel()
	s.await(topic, func(_, consumers int) bool { return consumers == 0 })
	quick.Nack()
	s.await(topic, func(ready, _ int) bool { return ready == 3 })
	check()
	slow.Ack()
	for range messages {
		require.Fail(t, "a message after the end")
	}
	require.ElementsMatch(t, []string{"1", "3", "4"}, s.left(topic, rabbitmq.QueueClassic))
}

// With a reader that takes nothing for a while, the window fills before anybody
// holds a message.
func TestTheWatchdogWaitsForASlowReader(t *testing.T) {
	s := newSpace(t)
	transport, check := s.watched()
	topic := s.name + ".commands"
	ctx, cancel := context.WithCancel(t.Context())
	messages, err := transport.SubscribeWindow(ctx, topic, 2)
	require.NoError(t, err)
	publish(t, transport, topic, "1", "2", "3", "4")
	s.await(topic, func(ready, _ int) bool { return ready == 2 })
	check()
	cancel()
	for msg := range messages {
		msg.Nack()
	}
}
