package rabbitmq

import (
	"context"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	amqp "github.com/rabbitmq/amqp091-go"
)

// Browse shows every message of a queue to the function, oldest first, and
// removes those for which it returns true. The others stay where they are. While
// it runs, nobody else gets the queue's messages.
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
	for ctx.Err() == nil {
		var d amqp.Delivery
		var ok bool
		err := t.consuming.call(conn, "get from "+topic, func() (err error) { d, ok, err = ch.Get(topic, false); return err })
		if err != nil || !ok {
			return err
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

// Backlog returns how many messages of a topic wait for a consumer, or in one of
// its delays.
func (t *Transport) Backlog(ctx context.Context, topic string, delays ...time.Duration) (int, error) {
	queues := []string{topic}
	for _, delay := range delays {
		queues = append(queues, delayName(topic, delay))
	}
	conn, err := t.consuming.get(ctx)
	if err != nil {
		return 0, err
	}
	total := 0
	for _, name := range queues {
		switch queue, err := t.topology.inspect(conn, name); {
		case err != nil:
			return 0, err
		case queue != nil:
			total += queue.Messages
		}
	}
	return total, nil
}
