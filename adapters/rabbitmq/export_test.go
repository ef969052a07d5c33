package rabbitmq

import (
	"context"
	"maps"
	"slices"
	"time"

	wamqp "github.com/ThreeDotsLabs/watermill-amqp/v3/pkg/amqp"
	"github.com/ThreeDotsLabs/watermill/message"
	amqp "github.com/rabbitmq/amqp091-go"
)

// MarshalWith makes the transport marshal messages with m before it publishes them.
func (t *Transport) MarshalWith(m wamqp.Marshaler) { t.publisher.marshal = m.Marshal }

// Fit makes a message fit into a frame. It returns the headers, the names of those that
// it cut, and the size of the frame of properties as it would be sent.
func Fit(msg *message.Message, frame int) (headers map[string]string, cut []string, size int) {
	p, _ := marshal(msg)
	cut = fit(&p, frame)
	headers = map[string]string{}
	for name, value := range p.Headers {
		headers[name] = value.(string)
	}
	return headers, cut, propertiesFrame(p)
}

// ReconnectPauses returns the pauses before the tries to connect that follow
// connections of those durations. It needs a bubble.
func ReconnectPauses(cfg Config, lasted ...time.Duration) (pauses []time.Duration) {
	c := newTestConnection(cfg)
	for _, one := range lasted {
		time.Sleep(one)
		pauses = append(pauses, c.untilNextTry())
		c.tried = time.Now()
	}
	return pauses
}

// Declared returns the names of the queues and exchanges that the transport has
// declared.
func (t *Transport) Declared() []string {
	t.topology.mu.Lock()
	defer t.topology.mu.Unlock()
	return slices.Collect(maps.Keys(t.topology.declared))
}

func newTestConnection(cfg Config) *connection {
	cfg = cfg.WithDefaults()
	return newConnection("testing", cfg, newOutage(cfg), func(*amqp.Connection) {})
}

// AmqpConfig returns the settings with which a connection is made.
func AmqpConfig(cfg Config) amqp.Config {
	return newTestConnection(cfg).amqpConfig()
}

// AwaitConfirm publishes over a connection that never confirms. block blocks and
// unblocks publishers, and ended gets the error of the publish.
func AwaitConfirm(timeout time.Duration) (block func(bool), ended <-chan error) {
	p := &publisher{cfg: Config{PublishTimeout: timeout}, blocked: newFlowControl(), work: make(chan *publication, 1)}
	failed := make(chan error, 1)
	go func() {
		_, err := p.confirm(context.Background(), []*publication{{}})
		failed <- err
	}()
	return func(blocked bool) { p.blocked.set(!blocked) }, failed
}

// ClosedConnection returns the functions that connect and dial for a connection whose
// transport is closed.
func ClosedConnection(cfg Config) (connect func() error, dial func(address string) error) {
	c := newTestConnection(cfg)
	c.close()
	return func() error { _, err := c.connect(); return err }, func(address string) error { _, err := c.dial("tcp", address); return err }
}

// ExplainLogin gives tests explainLogin.
var ExplainLogin = explainLogin

// DialTimeout gives tests dialTimeout.
const DialTimeout = dialTimeout

// HasQuorum gives tests hasQuorum, which QueueAuto applies to the broker's version.
var HasQuorum = hasQuorum

// DelayName gives tests delayName.
var DelayName = delayName

// DeclareWhileAnotherDoes declares a topic while another declaration goes on.
func (t *Transport) DeclareWhileAnotherDoes(ctx context.Context, topic string) error {
	t.topology.declaring <- struct{}{}
	defer func() { <-t.topology.declaring }()
	return t.topology.declare(ctx, topic)
}

// ArgumentsOf returns the arguments with which a topic's classic queue is declared in a
// namespace, and the topics that it needs.
func ArgumentsOf(namespace, topic string) (args amqp.Table, needs []string) {
	n := names{Config: Config{Namespace: namespace}}
	return n.resource(topic).args, n.needs(topic)
}

// WatchdogDropsAStarvedConsumer reports whether the watchdog gives up the connection at
// its first and at its second look, while a subscription to the topic gets no message.
func (t *Transport) WatchdogDropsAStarvedConsumer(topic string) (first, second bool) {
	conn := t.consuming.live()
	starved := &consumer{subscription: &subscription{topic: topic}, size: 1, on: conn}
	starved.live = map[*consumer]struct{}{starved: {}}
	t.mu.Lock()
	t.subscriptions[starved.subscription] = struct{}{}
	t.mu.Unlock()
	defer func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.subscriptions, starved.subscription)
	}()
	closed := conn.NotifyClose(make(chan *amqp.Error, 1))
	seen := t.look(map[*consumer]stale{})
	_, watched := seen[starved]
	_, still := t.look(seen)[starved]
	if !still {
		<-closed
	}
	return !watched, !still
}

// Looks makes the watchdog look twice in a row.
func (t *Transport) Looks() {
	t.look(t.look(map[*consumer]stale{}))
}
