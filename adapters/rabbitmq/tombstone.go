package rabbitmq

import (
	"context"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// tombstoneLifetime is the time after which the broker deletes a tombstone that nobody
// looks at.
const tombstoneLifetime = 24 * time.Hour

// PutTombstone puts up a tombstone that every transport on the broker finds with
// HasTombstone. It is an empty queue, which the broker deletes when nobody has looked
// at it for a day.
func (t *Transport) PutTombstone(ctx context.Context, name string) error {
	conn, err := t.consuming.get(ctx)
	if err != nil {
		return err
	}
	return t.topology.on(conn, "declare "+name, func(ch *amqp.Channel) error {
		_, err := ch.QueueDeclare(name, true, false, false, false, amqp.Table{"x-expires": tombstoneLifetime.Milliseconds()})
		return declaring.access(err)
	})
}

// HasTombstone reports whether a tombstone of that name is up.
func (t *Transport) HasTombstone(ctx context.Context, name string) (bool, error) {
	conn, err := t.consuming.get(ctx)
	if err != nil {
		return false, err
	}
	queue, err := t.topology.inspect(conn, name)
	return queue != nil, err
}
