package rabbitmq

import (
	"maps"
	"slices"

	amqp "github.com/rabbitmq/amqp091-go"
)

// Declared returns the names of what the transport has declared.
func (t *Transport) Declared() []string {
	t.topology.mu.Lock()
	defer t.topology.mu.Unlock()
	return slices.Collect(maps.Keys(t.topology.declared))
}

// WatchdogDropsAStarvedConsumer tells whether the watchdog gives up the
// connection at its first and at its second look, with a subscription to the
// topic to which nothing is delivered.
func (t *Transport) WatchdogDropsAStarvedConsumer(topic string) (first, second bool) {
	conn := t.consuming.live()
	starved := &subscription{topic: topic, window: 1}
	starved.current.Store(conn)
	t.mu.Lock()
	t.subscriptions[starved] = struct{}{}
	t.mu.Unlock()
	defer func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.subscriptions, starved)
	}()
	closed := conn.NotifyClose(make(chan *amqp.Error, 1))
	seen := t.look(map[*subscription]stale{})
	_, watched := seen[starved]
	_, still := t.look(seen)[starved]
	if !still {
		<-closed
	}
	return !watched, !still
}

// Looks lets the watchdog look twice, in a row.
func (t *Transport) Looks() {
	t.look(t.look(map[*subscription]stale{}))
}
