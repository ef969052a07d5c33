package rabbitmq_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	amqp "github.com/rabbitmq/amqp091-go"
	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/rabbitmq"
)

// acknowledger marks a delivery as one that came over a channel.
type acknowledger struct{ amqp.Acknowledger }

func TestPropertiesHaveTheirPlaces(t *testing.T) {
	msg := message.NewMessage("run/3", []byte("{}"))
	msg.Metadata = message.Metadata{
		"type": "benchmark.execute.v1", "correlation_id": "run", "reply_to": "somewhere", "time": "2026-01-02T03:04:05.6Z",
		"attempt": "2", "deadline": time.Now().Add(time.Hour).Format(time.RFC3339Nano),
	}
	p, err := rabbitmq.Marshaler{}.Marshal(msg)
	require.NoError(t, err)
	require.Equal(t, "run/3", p.MessageId)
	require.Equal(t, "run", p.CorrelationId)
	require.Equal(t, "benchmark.execute.v1", p.Type)
	require.Equal(t, "somewhere", p.ReplyTo)
	require.Equal(t, "benchbus", p.AppId)
	require.Equal(t, "application/json", p.ContentType)
	require.EqualValues(t, amqp.Persistent, p.DeliveryMode)
	require.Equal(t, time.Date(2026, 1, 2, 3, 4, 5, 6e8, time.UTC), p.Timestamp)
	require.Regexp(t, `^3\d{6}$`, p.Expiration, "milliseconds until the deadline")

	back, err := rabbitmq.Marshaler{}.Unmarshal(amqp.Delivery{
		Acknowledger: acknowledger{}, MessageId: p.MessageId, CorrelationId: p.CorrelationId, Type: p.Type, ReplyTo: p.ReplyTo,
		Headers: p.Headers, Body: p.Body,
	})
	require.NoError(t, err)
	require.True(t, msg.Equals(back))
}

// Brokers close the channel because of an expiration beyond their limit.
func TestADeadlineFarAwayIsNoExpiration(t *testing.T) {
	check := func(want string, left time.Duration) {
		t.Helper()
		msg := message.NewMessage("1", nil)
		msg.Metadata.Set("deadline", time.Now().Add(left).Format(time.RFC3339Nano))
		p, err := rabbitmq.Marshaler{}.Marshal(msg)
		require.NoError(t, err)
		require.Regexp(t, want, p.Expiration)
	}
	check(`^1$`, -time.Hour)
	check(`^42\d{8}$`, 49*24*time.Hour+12*time.Hour)
	check(`^$`, 50*24*time.Hour)
}

func TestWhatDoesNotFitIntoAPropertyIsRefused(t *testing.T) {
	long := strings.Repeat("x", 256)
	check := func(want string, msg *message.Message) {
		t.Helper()
		_, err := rabbitmq.Marshaler{}.Marshal(msg)
		require.ErrorContains(t, err, want+" is 256 bytes long; AMQP allows 255")
	}
	check("a message's property", message.NewMessage(long, nil))
	msg := message.NewMessage("1", nil)
	msg.Metadata.Set(long, "")
	check("a header's name", msg)
}

func TestATopicThatIsTooLongIsRefused(t *testing.T) {
	s := newSpace(t)
	transport := s.open(rabbitmq.Config{})
	topic := s.name + ".commands." + strings.Repeat("x", 256-len(s.name+".commands."))
	require.ErrorContains(t, transport.Publish(topic, newMessage("1")), "a topic is 256 bytes long")
	require.ErrorContains(t, transport.PublishAfter(topic[:250], time.Second, newMessage("1")), "a topic is 261 bytes long")
}

func TestAnythingCanBeRead(t *testing.T) {
	check := func(want message.Metadata, headers amqp.Table, redelivered bool) {
		t.Helper()
		msg, err := rabbitmq.Marshaler{}.Unmarshal(amqp.Delivery{Acknowledger: acknowledger{}, Headers: headers, Redelivered: redelivered})
		require.NoError(t, err)
		require.Equal(t, want, msg.Metadata)
	}
	check(message.Metadata{}, nil, false)
	check(message.Metadata{"n": "7", "b": "true", "t": "map[a:<nil>]"}, amqp.Table{"n": int32(7), "b": true, "t": amqp.Table{"a": nil}}, false)
	check(message.Metadata{}, amqp.Table{"x-death": []any{amqp.Table{"count": int64(1)}}, "x-stream-offset": int64(1)}, false)
	check(message.Metadata{"x-death-reason": "expired"}, amqp.Table{"x-first-death-reason": "expired"}, false)
	check(message.Metadata{"x-death-reason": "delivery_limit"}, amqp.Table{
		"x-first-death-reason": "expired",
		"x-death":              []any{amqp.Table{"reason": "delivery_limit"}, amqp.Table{"reason": "expired"}},
	}, false)
	check(message.Metadata{"x-death-reason": "expired"}, amqp.Table{"x-first-death-reason": "expired", "x-death": []any{"hostile"}}, false)
	check(message.Metadata{"x-delivery-count": "3"}, amqp.Table{"x-delivery-count": int64(3)}, true)
	check(message.Metadata{"x-redelivered": "true"}, nil, true)
	check(message.Metadata{}, amqp.Table{"x-delivery-count": int64(-5)}, false)
	check(message.Metadata{"x-delivery-count": "1073741824"}, amqp.Table{"x-delivery-count": int64(1) << 60}, false)
	check(message.Metadata{}, amqp.Table{"x-delivery-count": "many"}, false)
}

func TestWhatAClosedChannelHandsOutIsNoMessage(t *testing.T) {
	_, err := rabbitmq.Marshaler{}.Unmarshal(amqp.Delivery{})
	require.ErrorContains(t, err, "not a message")
}
