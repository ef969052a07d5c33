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

// watched is a subscription with a window of two to a topic of four messages. Its
// transport's watchdog looks only when the test tells it to.
type watched struct {
	topic    string
	messages <-chan *message.Message
	end      context.CancelFunc // ends the subscription
	check    func()             // requires that the watchdog finds nothing wrong
}

func (s *space) watched() watched {
	noticed := newLines("gave up the connection")
	transport := s.open(rabbitmq.Config{QueueType: rabbitmq.QueueClassic, CheckInterval: time.Hour, Logger: slog.New(noticed)})
	ctx, cancel := context.WithCancel(s.Context())
	w := watched{topic: s.name + ".commands", end: cancel, check: func() {
		s.Helper()
		transport.Looks()
		select {
		case <-noticed.seen:
			require.FailNow(s, "the watchdog gave up a connection that works")
		default:
		}
	}}
	var err error
	w.messages, err = transport.SubscribeWindow(ctx, w.topic, 2)
	require.NoError(s, err)
	publish(s.T, transport, w.topic, "1", "2", "3", "4")
	return w
}

// await waits until what returns true for the queue's counts.
func (s *space) await(queue string, what func(ready, consumers int) bool) {
	s.Helper()
	ch := s.channel()
	require.Eventually(s, func() bool {
		q, err := ch.QueueDeclarePassive(queue, true, false, false, false, nil)
		require.NoError(s, err)
		return what(q.Messages, q.Consumers)
	}, patience, 10*time.Millisecond)
}

// left returns the messages that a queue has.
func (s *space) left(queue string, kind rabbitmq.QueueType) []string {
	var ids []string
	require.NoError(s, s.open(rabbitmq.Config{QueueType: kind}).Browse(s.Context(), queue, func(msg *message.Message) (bool, error) {
		ids = append(ids, msg.UUID)
		return false, nil
	}))
	return ids
}

// A draining worker takes nothing, although it has room and messages are ready.
func TestTheWatchdogLetsAWorkerDrain(t *testing.T) {
	s := newSpace(t)
	w := s.watched()
	quick, slow := <-w.messages, <-w.messages
	w.end()
	s.await(w.topic, func(_, consumers int) bool { return consumers == 0 })
	quick.Nack()
	s.await(w.topic, func(ready, _ int) bool { return ready == 3 })
	w.check()
	slow.Ack()
	for range w.messages {
		require.Fail(t, "a message after the end")
	}
	require.ElementsMatch(t, []string{"1", "3", "4"}, s.left(w.topic, rabbitmq.QueueClassic))
}

// If its reader takes nothing for a while, messages fill the window before the reader
// has one.
func TestTheWatchdogWaitsForASlowReader(t *testing.T) {
	s := newSpace(t)
	w := s.watched()
	s.await(w.topic, func(ready, _ int) bool { return ready == 2 })
	w.check()
	w.end()
	for msg := range w.messages {
		msg.Nack()
	}
}
