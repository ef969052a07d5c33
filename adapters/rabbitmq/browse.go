package rabbitmq

import (
	"context"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/benchbus/benchbus/domain"
)

// Browse calls each for every message that the queue has now, oldest first, and removes
// those for which it returns true. The others stay where they are. While Browse runs,
// nobody else gets these messages. It does not show a message that arrives meanwhile:
// each may have sent it again, and it may have failed again.
func (t *Transport) Browse(ctx context.Context, topic string, each func(*message.Message) (remove bool, err error)) error {
	if err := t.topology.declare(ctx, topic); err != nil {
		return err
	}
	conn, ch, err := t.consuming.channel(ctx)
	if err != nil {
		return err
	}
	// Closing the channel gives back what was not acknowledged.
	defer func() { _ = t.consuming.call(conn, "close a channel", ch.Close) }()
	// The first message says how many are behind it. The count of a declaration lacks
	// messages that another channel gave back just now.
	for left, counted := 1, false; left > 0 && ctx.Err() == nil; left-- {
		var d amqp.Delivery
		var ok bool
		err := t.consuming.call(conn, "get from "+topic, func() (err error) { d, ok, err = ch.Get(topic, false); return err })
		if err != nil || !ok {
			return consuming.access(err)
		}
		if !counted {
			left, counted = 1+int(d.MessageCount), true
		}
		msg, err := Marshaler{}.Unmarshal(d)
		if err != nil {
			return err
		}
		remove, err := each(msg)
		if err != nil {
			return err
		}
		if remove {
			if err := d.Ack(false); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// Inspect reports the ready messages and the consumers of a topic's queue, and of the
// queues of its delays. It leaves out a queue that does not exist.
func (t *Transport) Inspect(ctx context.Context, topic string, delays ...time.Duration) ([]domain.Queue, error) {
	conn, err := t.consuming.get(ctx)
	if err != nil {
		return nil, err
	}
	names := []string{topic}
	for _, delay := range delays {
		names = append(names, delayName(topic, delay))
	}
	var queues []domain.Queue
	for _, name := range names {
		queue, err := t.topology.inspect(conn, name)
		if err != nil {
			return nil, err
		}
		if queue != nil {
			queues = append(queues, domain.Queue{Name: name, Ready: queue.Messages, Consumers: queue.Consumers})
		}
	}
	return queues, nil
}
