// Package inmem is the in-process transport: a Watermill publisher and
// subscriber whose topics are queues with competing consumers.
//
// Unlike Watermill's gochannel, each message goes to one subscriber of its
// topic, in order, and waits for one if there is none; a full queue makes
// Publish wait; a message that is not acknowledged is delivered again, with a
// count; messages can be delayed; and a subscription whose context ends lets
// its subscriber finish the message at hand.
//
// Everything is gone with the process.
package inmem

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/benchbus/benchbus/adapters/topics"
	"github.com/benchbus/benchbus/domain"
)

// DeliveryCountKey is the metadata key that says how often a message was
// delivered before and came back: absent on the first delivery, then 1, 2, ….
// It is the name that RabbitMQ's quorum queues use.
const DeliveryCountKey = "x-delivery-count"

// ErrClosed is returned by everything after Close.
var ErrClosed = errors.New("the in-process transport is closed")

// Config holds the optional settings of a [Transport]; the zero value works.
type Config struct {
	// Buffer is how many messages wait in a queue before Publish waits.
	// Messages that come back or come due do not wait for room. Defaults to 1024.
	Buffer int
	// Namespace begins the names of the topics that are more than a queue, as
	// [topics.Names] spells them. Of events every subscriber gets a copy:
	// without a subscriber a message is gone, and of a subscriber that is Buffer
	// messages behind, the oldest is. The failed queue, which nobody may be
	// reading, gives up its oldest message when it is full. Defaults to benchbus.
	Namespace string
}

// WithDefaults returns the configuration with its defaults filled in.
func (c Config) WithDefaults() Config {
	if c.Buffer == 0 {
		c.Buffer = 1024
	}
	c.Namespace = c.names().Namespace
	return c
}

func (c Config) names() topics.Names { return topics.Names{Namespace: c.Namespace}.WithDefaults() }

// Transport carries messages within a process. It is safe for use by several
// goroutines at once.
type Transport struct {
	cfg    Config
	closed chan struct{}
	subs   sync.WaitGroup

	mu         sync.Mutex
	done       bool
	queues     map[string]*queue
	fanouts    map[string][]*queue // one queue per subscriber
	timers     map[*time.Timer]struct{}
	tombstones map[string]bool
}

var (
	_ message.Publisher  = (*Transport)(nil)
	_ message.Subscriber = (*Transport)(nil)
)

// New makes a transport.
func New(cfg Config) (*Transport, error) {
	cfg = cfg.WithDefaults()
	if cfg.Buffer < 1 {
		return nil, fmt.Errorf("inmem: Buffer is %d; it must be at least 1", cfg.Buffer)
	}
	if err := cfg.names().Validate(); err != nil {
		return nil, fmt.Errorf("inmem: %w", err)
	}
	return &Transport{
		cfg:        cfg,
		closed:     make(chan struct{}),
		queues:     map[string]*queue{},
		fanouts:    map[string][]*queue{},
		timers:     map[*time.Timer]struct{}{},
		tombstones: map[string]bool{},
	}, nil
}

// Publish puts the messages into the topic's queue. It waits while the queue is
// full, as long as the message's context lasts. The messages must not be
// changed afterwards.
func (t *Transport) Publish(topic string, messages ...*message.Message) error {
	return t.publish(topic, (*queue).put, messages)
}

// PublishAfter publishes the messages once the delay has passed. Until then
// they are in no queue; Close drops them.
func (t *Transport) PublishAfter(topic string, delay time.Duration, messages ...*message.Message) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.done {
		return ErrClosed
	}
	var timer *time.Timer
	timer = time.AfterFunc(delay, func() {
		t.mu.Lock()
		delete(t.timers, timer)
		t.mu.Unlock()
		// The only error is that the transport was closed meanwhile.
		_ = t.publish(topic, (*queue).add, messages)
	})
	t.timers[timer] = struct{}{}
	return nil
}

func (t *Transport) publish(topic string, into func(*queue, context.Context, *message.Message) error, messages []*message.Message) error {
	fansOut := t.FansOut(topic)
	for _, msg := range messages {
		if fansOut {
			queues, err := t.subscribers(topic)
			if err != nil {
				return err
			}
			for _, q := range queues {
				if err := into(q, msg.Context(), msg); err != nil {
					return err
				}
			}
			continue
		}
		for err := errRetired; errors.Is(err, errRetired); {
			q, closed := t.queueOf(topic)
			if closed != nil {
				return closed
			}
			if err = into(q, msg.Context(), msg); err != nil && !errors.Is(err, errRetired) {
				return err
			}
		}
	}
	return nil
}

// Namespace is the one of the topics that are more than a queue.
func (t *Transport) Namespace() string { return t.cfg.Namespace }

// FansOut tells whether each subscription of the topic gets a copy: those of
// events do.
func (t *Transport) FansOut(topic string) bool { return t.cfg.names().KindOf(topic) == topics.Events }

// CountsDeliveries says that messages carry [DeliveryCountKey].
func (t *Transport) CountsDeliveries() bool { return true }

// subscribers returns the queues of all who subscribed to a fan-out topic.
func (t *Transport) subscribers(topic string) ([]*queue, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.done {
		return nil, ErrClosed
	}
	return slices.Clone(t.fanouts[topic]), nil
}

// queueOf returns the queue of any other topic.
func (t *Transport) queueOf(topic string) (*queue, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.done {
		return nil, ErrClosed
	}
	return t.queueLocked(topic), nil
}

func (t *Transport) queueLocked(topic string) *queue {
	q := t.queues[topic]
	if q == nil {
		q = newQueue(t.cfg.Buffer, t.cfg.names().KindOf(topic) == topics.Failed, t.closed)
		t.queues[topic] = q
	}
	return q
}

// Browse shows a copy of every message that waits in the topic's queue to the
// function, oldest first, and removes those for which it returns true.
func (t *Transport) Browse(ctx context.Context, topic string, each func(*message.Message) (remove bool, err error)) error {
	q, err := t.queueOf(topic)
	if err != nil {
		return err
	}
	for _, e := range q.list() {
		remove, err := each(e.msg.Copy())
		if err != nil {
			return err
		}
		if remove {
			q.remove(e.msg)
		}
	}
	return ctx.Err()
}

// Inspect tells how the topic's queue stands; with delays, also how many messages
// of any topic wait for their time.
func (t *Transport) Inspect(_ context.Context, topic string, delays ...time.Duration) ([]domain.Queue, error) {
	q, err := t.queueOf(topic)
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	queues := []domain.Queue{{Name: topic, Ready: q.len(), Consumers: q.takers}}
	if len(delays) > 0 {
		queues = append(queues, domain.Queue{Name: topic + ".delay", Ready: len(t.timers)})
	}
	return queues, nil
}

// PutTombstone puts up what HasTombstone finds, as long as the transport lives.
func (t *Transport) PutTombstone(_ context.Context, name string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.tombstones[name] = true
	return nil
}

// HasTombstone tells whether there is such a tombstone.
func (t *Transport) HasTombstone(_ context.Context, name string) (bool, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.tombstones[name], nil
}

// Close ends all subscriptions at once, wakes publishers that wait, drops what
// is queued or delayed, and returns when every subscription has ended. It may
// be called twice.
func (t *Transport) Close() error {
	t.mu.Lock()
	if !t.done {
		t.done = true
		close(t.closed)
		for timer := range t.timers {
			timer.Stop()
		}
		clear(t.timers)
	}
	t.mu.Unlock()
	t.subs.Wait()
	return nil
}
