package rabbitmq

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/benchbus/benchbus/domain"
)

// Transport is a Watermill publisher and subscriber over RabbitMQ. Several goroutines
// may call its methods at once.
type Transport struct {
	cfg        Config
	publishing *connection // separate, because the broker blocks the whole of a connection that publishes
	consuming  *connection
	topology   *topology
	publisher  *publisher

	mu            sync.Mutex
	closed        bool
	subscriptions map[*subscription]struct{}
	running       sync.WaitGroup
}

var (
	_ message.Publisher  = (*Transport)(nil)
	_ message.Subscriber = (*Transport)(nil)
)

// New connects to the broker. It fails at once if the broker cannot be reached or does
// not let the user in. The transport makes a connection again that is lost later.
func New(cfg Config) (*Transport, error) {
	cfg = cfg.WithDefaults()
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("rabbitmq: %w", err)
	}
	blocked, outage := newFlowControl(), newOutage(cfg)
	t := &Transport{
		cfg:           cfg,
		publishing:    newConnection("publishing", cfg, outage, blocked.follow(cfg)),
		consuming:     newConnection("consuming", cfg, outage, func(*amqp.Connection) {}),
		subscriptions: map[*subscription]struct{}{},
	}
	if _, err := t.consuming.connect(); err != nil {
		t.consuming.close()
		return nil, err
	}
	t.topology = newTopology(t.consuming, cfg)
	t.publisher = newPublisher(t.publishing, t.topology, blocked, cfg)
	t.running.Go(t.watchdog)
	return t, nil
}

// Namespace returns the word with which the names of the transport's topics begin.
func (t *Transport) Namespace() string { return t.cfg.Namespace }

// FansOut reports whether each subscription of the topic gets a copy of every message.
// That is so for the topics of events.
func (t *Transport) FansOut(topic string) bool {
	return names{Config: t.cfg}.kindOf(topic) == kindEvents
}

// CountsDeliveries returns true: messages carry x-delivery-count, or x-redelivered if
// they come from a classic queue, which does not count.
func (t *Transport) CountsDeliveries() bool { return true }

// Publish sends the messages to the topic and returns when the broker has confirmed all
// of them. After an error the broker may have accepted some. The context of the first
// message bounds the wait. Publish cuts headers that do not fit into a frame of the
// connection, as Marshal does. It returns domain.ErrAccess if the user lacks a
// permission.
func (t *Transport) Publish(topic string, messages ...*message.Message) error {
	return t.publisher.publish(topic, messages)
}

// PublishAfter is Publish with messages that the broker delivers after a delay, in
// steps of a millisecond. Each delay has a queue of its own, because in one queue a
// long wait at the head would hold up the short ones behind it.
func (t *Transport) PublishAfter(topic string, delay time.Duration, messages ...*message.Message) error {
	if delay > 0 {
		topic = delayName(topic, delay)
	}
	return t.publisher.publish(topic, messages)
}

// Prepare declares the queues of the delays. If the first retry declared them, they
// would be new when they are needed most: a quorum queue that is a moment old when its
// broker stops may never deliver again (seen with RabbitMQ 3.10).
func (t *Transport) Prepare(ctx context.Context, topic string, delays ...time.Duration) error {
	for _, delay := range delays {
		if delay <= 0 {
			continue
		}
		err := t.topology.declare(ctx, delayName(topic, delay))
		if isFinal(err) {
			return err
		}
		if err != nil {
			t.cfg.Logger.Warn("cannot declare the queue of a delay, leaving it to the first retry", "delay", delay, "error", err)
			return nil
		}
	}
	return nil
}

// Subscribe delivers the topic's messages, one at a time, until ctx ends or the
// transport is closed. It returns when it consumes. It returns domain.ErrAccess if the
// user lacks a permission.
func (t *Transport) Subscribe(ctx context.Context, topic string) (<-chan *message.Message, error) {
	return t.SubscribeWindow(ctx, topic, 1)
}

// SubscribeWindow is Subscribe with up to window unsettled messages. It returns
// domain.ErrRunTaken if somebody else collects the replies of that run.
func (t *Transport) SubscribeWindow(ctx context.Context, topic string, window int) (<-chan *message.Message, error) {
	if err := fits("topic", topic); err != nil {
		return nil, err
	}
	s := &subscription{
		conn: t.consuming, topology: t.topology, marshaler: Marshaler{}, cfg: t.cfg,
		topic: topic, window: newWindow(max(window, 1)), out: make(chan *message.Message), opened: make(chan struct{}), refused: make(chan error, 1),
		live: map[*consumer]struct{}{},
	}
	// A final error of the declaration would come again and again.
	if err := t.topology.declare(ctx, topic); isFinal(err) {
		return nil, err
	}
	if err := t.start(ctx, s); err != nil {
		return nil, err
	}
	select {
	case <-s.opened:
	case err := <-s.refused:
		return nil, err
	case <-ctx.Done(): // s.out is closed soon
	case <-t.consuming.closed:
	}
	return s.out, nil
}

func (t *Transport) start(ctx context.Context, s *subscription) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return errClosed
	}
	for other := range t.subscriptions { // their lock does not keep out a second one on the same connection
		if s.isReplies() && other.topic == s.topic {
			return domain.ErrRunTaken
		}
	}
	t.subscriptions[s] = struct{}{}
	t.running.Go(func() {
		defer close(s.out) // runs last: a reader that sees it may subscribe again
		s.run(ctx)
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.subscriptions, s)
	})
	return nil
}

// Close ends the subscriptions and the connections. The broker delivers unacknowledged
// messages again, to somebody else. Close may be called twice.
func (t *Transport) Close() error {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	t.publishing.close()
	t.consuming.close()
	<-t.publisher.ended
	t.running.Wait()
	return nil
}
