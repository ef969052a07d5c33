package rabbitmq

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/benchbus/benchbus/domain"
)

// topology declares each queue and exchange once. It uses the connection that does not
// publish, because a memory alarm blocks only connections that publish.
type topology struct {
	conn *connection
	cfg  Config

	// declaring holds a token while somebody declares. While a quorum queue is being
	// declared, others can see it already, but RabbitMQ 3.10 closes the connection
	// (541) of those who consume from it before it has started.
	declaring chan struct{}

	mu       sync.Mutex
	declared map[string]bool
}

func newTopology(conn *connection, cfg Config) *topology {
	return &topology{conn: conn, cfg: cfg, declaring: make(chan struct{}, 1), declared: map[string]bool{}}
}

// names knows what each topic is on this broker.
func (t *topology) names(conn *amqp.Connection) names {
	quorum := t.cfg.QueueType == QueueQuorum
	if t.cfg.QueueType == QueueAuto {
		version, _ := conn.Properties["version"].(string)
		quorum = hasQuorum(version)
	}
	return names{t.cfg, quorum}
}

// hasQuorum reports whether the quorum queues of a broker can do what the transport
// needs: since 3.10 their messages expire, and are dead-lettered at least once.
func hasQuorum(version string) bool {
	var major, minor int
	if n, _ := fmt.Sscanf(version, "%d.%d", &major, &minor); n < 2 {
		return false
	}
	return major > 3 || major == 3 && minor >= 10
}

// declare makes sure that the topic can be published to and consumed from. If the
// connection is lost meanwhile, it tries again on the next one, until ctx ends.
func (t *topology) declare(ctx context.Context, topic string) error {
	if t.knows(topic) || (names{Config: t.cfg}).kindOf(topic) == kindQueue { // a plain queue is somebody else's to declare
		return nil
	}
	select {
	case t.declaring <- struct{}{}:
		defer func() { <-t.declaring }()
	case <-ctx.Done():
		return ctx.Err()
	}
	for !t.knows(topic) {
		conn, err := t.conn.get(ctx)
		if err != nil {
			return err
		}
		if err = t.declareOn(conn, topic); err == nil || !conn.IsClosed() {
			return err
		}
		select {
		case <-time.After(reopenPause):
		case <-ctx.Done():
			return err
		case <-t.conn.closed:
			return errClosed
		}
	}
	return nil
}

func (t *topology) declareOn(conn *amqp.Connection, topic string) error {
	n := t.names(conn)
	all := append(n.needs(topic), topic)
	for _, name := range all {
		r := n.resource(name)
		err := t.on(conn, "declare "+name, r.declare)
		if errors.Is(err, domain.ErrAccess) { // an account that may not declare it may use it if somebody else has declared it
			there, lookErr := t.exists(conn, r)
			switch {
			case lookErr != nil:
			case there:
				err = nil
			case r.kind != kindReplies && r.kind != kindQueue: // everybody needs it, so it must exist
				err = fmt.Errorf("%w; %s is not there yet: `benchbus setup` from an account that may declares it for all others", err, name)
			}
		}
		if err != nil {
			return err
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, name := range all {
		t.declared[name] = true
	}
	return nil
}

func (t *topology) knows(topic string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.declared[topic]
}

// forget makes the next use declare the topic again.
func (t *topology) forget(topic string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.declared, topic)
}

// on calls f with a channel of its own, because an error closes the channel.
func (t *topology) on(conn *amqp.Connection, what string, f func(*amqp.Channel) error) error {
	err := t.conn.call(conn, what, func() error {
		ch, err := conn.Channel()
		if err != nil {
			return err
		}
		defer ch.Close()
		return f(ch)
	})
	if err != nil && !errors.Is(err, ErrMismatch) {
		return fmt.Errorf("%s: %w", what, err)
	}
	return err
}

// inspect returns the count of ready messages and of consumers of a queue, or nil if
// the queue does not exist.
func (t *topology) inspect(conn *amqp.Connection, queue string) (found *amqp.Queue, err error) {
	err = t.on(conn, "look at "+queue, func(ch *amqp.Channel) error {
		q, err := ch.QueueDeclarePassive(queue, true, false, false, false, nil)
		switch {
		case err == nil:
			found = &q
		case isCode(err, amqp.NotFound):
			return nil
		}
		return err
	})
	return found, err
}

// exists reports whether the resource exists, whatever its properties are.
func (t *topology) exists(conn *amqp.Connection, r resource) (bool, error) {
	if r.kind != kindEvents {
		queue, err := t.inspect(conn, r.name)
		return queue != nil, err
	}
	there := true
	err := t.on(conn, "look at "+r.name, func(ch *amqp.Channel) error {
		err := ch.ExchangeDeclarePassive(r.name, amqp.ExchangeFanout, true, false, false, false, nil)
		if isCode(err, amqp.NotFound) {
			there = false
			return nil
		}
		return r.explain(err)
	})
	if isMismatch(err) {
		err = nil
	}
	return there, err
}

func isCode(err error, code int) bool {
	var refused *amqp.Error
	return errors.As(err, &refused) && refused != nil && refused.Code == code
}
