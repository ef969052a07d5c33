package rabbitmq

import (
	"context"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// markLifetime is how long a mark stays that nobody looks at.
const markLifetime = 24 * time.Hour

// Mark leaves a mark on the broker that every transport finds with Marked: an
// empty queue, which the broker deletes when nobody has looked at it for a day.
func (t *Transport) Mark(ctx context.Context, name string) error {
	conn, err := t.consuming.get(ctx)
	if err != nil {
		return err
	}
	return t.topology.on(conn, "declare "+name, func(ch *amqp.Channel) error {
		_, err := ch.QueueDeclare(name, true, false, false, false, amqp.Table{"x-expires": markLifetime.Milliseconds()})
		return declaring.access(err)
	})
}

// Marked tells whether there is such a mark.
func (t *Transport) Marked(ctx context.Context, name string) (bool, error) {
	conn, err := t.consuming.get(ctx)
	if err != nil {
		return false, err
	}
	queue, err := t.topology.inspect(conn, name)
	return queue != nil, err
}
