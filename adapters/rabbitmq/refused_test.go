package rabbitmq_test

import (
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	amqp "github.com/rabbitmq/amqp091-go"
	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/rabbitmq"
)

// spoiler gives some messages an expiration that the broker refuses.
type spoiler struct{ rabbitmq.Marshaler }

func (s spoiler) Marshal(msg *message.Message) (amqp.Publishing, error) {
	p, err := s.Marshaler.Marshal(msg)
	if strings.HasPrefix(msg.UUID, "spoilt") {
		p.Expiration = "315360000001" // more than ten years
	}
	return p, err
}

// The broker closes the channel because of a message that it refuses, and says neither
// which message it was nor what became of those behind it.
func TestAMessageThatTheBrokerRefusesStopsNoOther(t *testing.T) {
	s := newSpace(t)
	proxy := s.proxy()
	closed, lost := newLines("closed the channel"), newLines("the connection")
	transport := s.open(rabbitmq.Config{URL: proxy.URL(), Logger: slog.New(slog.NewMultiHandler(closed, lost))})
	transport.MarshalWith(spoiler{})
	topic := s.name + ".commands"
	publish(t, transport, topic, "0")
	proxy.Behave(20*time.Millisecond, false) // so that many are unconfirmed at once

	ids := []string{"1", "2", "spoilt 1", "3", "4", "5", "spoilt 2", "6", "7", "8"}
	var all sync.WaitGroup
	for _, id := range ids {
		all.Go(func() {
			err := transport.Publish(topic, newMessage(id))
			if !strings.HasPrefix(id, "spoilt") {
				require.NoError(t, err)
				return
			}
			var refused *amqp.Error
			require.ErrorAs(t, err, &refused)
			require.Equal(t, amqp.PreconditionFailed, refused.Code)
			require.ErrorContains(t, err, id)
		})
	}
	all.Wait()
	require.NotZero(t, closed.n.Load())
	require.LessOrEqual(t, closed.n.Load(), int64(4), "one to notice each, and one to find it")
	require.Zero(t, lost.n.Load())

	kept := map[string]bool{}
	require.NoError(t, s.open(rabbitmq.Config{}).Browse(t.Context(), topic, func(msg *message.Message) (bool, error) {
		kept[msg.UUID] = true
		return true, nil
	}))
	require.Len(t, kept, len(ids)-1)
}

// Otherwise a forged command could make workers declare any number of queues.
func TestWhoAnswersDeclaresNoQueue(t *testing.T) {
	s := newSpace(t)
	transport := s.open(rabbitmq.Config{})
	address := s.name + ".replies.forged"
	require.NoError(t, transport.Publish(address, newMessage("1")))
	queues, err := transport.Inspect(t.Context(), address)
	require.NoError(t, err)
	require.Empty(t, queues)
	queues, err = transport.Inspect(t.Context(), s.name+".unroutable")
	require.NoError(t, err)
	require.Equal(t, 1, queues[0].Ready, "the worker has done its part, and the reply is kept aside")
}
