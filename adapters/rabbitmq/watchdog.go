package rabbitmq

import (
	"fmt"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// stale is what the watchdog saw of a consumer at its last look.
type stale struct {
	received int64
	waiting  bool // messages were ready, and the consumer had room for one
}

// watchdog gives up a connection on which the broker no longer answers. It also gives
// up one on which a consumer gets nothing although messages are ready for it, if it
// sees that twice in a row and the consumer received nothing in between.
func (t *Transport) watchdog() {
	tick := time.NewTicker(t.cfg.CheckInterval)
	defer tick.Stop()
	seen := map[*consumer]stale{}
	for {
		select {
		case <-tick.C:
			seen = t.look(seen)
		case <-t.consuming.closed:
			return
		}
	}
}

func (t *Transport) look(before map[*consumer]stale) map[*consumer]stale {
	t.mu.Lock()
	byTopic := map[string][]*consumer{}
	for s := range t.subscriptions {
		// The queue of an event subscription has no name by which to inspect it.
		if (names{Config: t.cfg}).kindOf(s.topic) != kindEvents {
			byTopic[s.topic] = append(byTopic[s.topic], s.consumers()...)
		}
	}
	t.mu.Unlock()
	conn := t.consuming.live()
	now := map[*consumer]stale{}
	if conn == nil {
		return now
	}
	if len(byTopic) == 0 {
		t.probe(conn)
	}
	for topic, consumers := range byTopic {
		queue, err := t.topology.inspect(conn, topic) // gives up the connection if no answer comes
		if err != nil || queue == nil {
			return now
		}
		for _, c := range consumers {
			received := c.received.Load()
			waiting := queue.Messages > 0 && c.hasRoom() && c.on == conn
			if old := before[c]; waiting && old.waiting && old.received == received {
				t.consuming.drop(conn, fmt.Sprintf("%d messages are ready in %s, and a consumer gets none", queue.Messages, topic))
				return map[*consumer]stale{}
			}
			now[c] = stale{received, waiting}
		}
	}
	return now
}

// probe gives up the connection if the broker does not answer.
func (t *Transport) probe(conn *amqp.Connection) {
	_ = t.topology.on(conn, "say that you are there", func(*amqp.Channel) error { return nil })
}
