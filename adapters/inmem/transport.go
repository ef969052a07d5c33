// Package inmem is the in-process transport: a Watermill publisher and subscriber whose
// topics are queues with competing consumers.
//
// It differs from Watermill's gochannel. Each message goes to one subscriber of its
// topic, in order, and waits for one if there is none. A full queue makes Publish wait.
// A message that is not acknowledged is delivered again, with a count. Messages can be
// delayed. A subscription whose context ends lets its subscriber finish the message in
// flight.
//
// All messages are lost when the process ends.
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

// DeliveryCountKey is the metadata key that says how often a message was delivered
// before and came back. It is absent on the first delivery, then 1, 2, …. RabbitMQ's
// quorum queues use the same name.
const DeliveryCountKey = "x-delivery-count"

// ErrClosed is the error of every call after Close.
var ErrClosed = errors.New("the in-process transport is closed")

// Config holds the optional settings of a [Transport]; the zero value works.
type Config struct {
	// Buffer is the number of messages that wait in a queue before Publish waits.
	// Messages that come back or come due do not wait for room. Defaults to 1024.
	Buffer int
	// Namespace begins the names of topics that are more than a queue, as
	// [topics.Names] spells them. Every subscriber to events gets a copy. An event
	// without a subscriber is lost, and a subscriber that is Buffer messages behind
	// loses the oldest. The failed queue, which perhaps nobody reads, drops its oldest
	// message when it is full. Defaults to benchbus.
	Namespace string
}

// WithDefaults returns a copy in which every setting that is zero has its default.
func (c Config) WithDefaults() Config {
	if c.Buffer == 0 {
		c.Buffer = 1024
	}
	c.Namespace = c.names().Namespace
	return c
}

func (c Config) names() topics.Names { return topics.Names{Namespace: c.Namespace}.WithDefaults() }

// Transport carries messages within a process. Several goroutines may use it at once.
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

// New makes a transport. It returns an error if a setting makes no sense.
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

// Publish puts the messages into the topic's queue. While the queue is full it waits
// until there is room or the message's context ends. The caller must not change the
// messages afterwards.
func (t *Transport) Publish(topic string, messages ...*message.Message) error {
	return t.publish(topic, (*queue).put, messages)
}

// PublishAfter returns at once and publishes the messages after the delay. Until then
// they are in no queue, and Close drops them.
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
		// It can fail only because the transport was closed meanwhile.
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

// Namespace returns the word with which the names of topics begin that are more than a
// queue.
func (t *Transport) Namespace() string { return t.cfg.Namespace }

// FansOut reports whether each subscription of the topic gets a copy of every message.
// That is so for the topics of events.
func (t *Transport) FansOut(topic string) bool { return t.cfg.names().KindOf(topic) == topics.Events }

// CountsDeliveries returns true, because messages carry [DeliveryCountKey].
func (t *Transport) CountsDeliveries() bool { return true }

// subscribers returns the queues of all subscribers to a fan-out topic.
func (t *Transport) subscribers(topic string) ([]*queue, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.done {
		return nil, ErrClosed
	}
	return slices.Clone(t.fanouts[topic]), nil
}

// queueOf returns the queue of a topic that does not fan out.
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

// Browse calls each with a copy of every message that waits in the topic's queue,
// oldest first, and removes those for which it returns true.
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

// Inspect reports the waiting messages and the subscribers of the topic's queue. If
// delays are given, it also reports how many delayed messages of all topics wait.
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

// PutTombstone puts up a tombstone, which lasts as long as the transport.
func (t *Transport) PutTombstone(_ context.Context, name string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.tombstones[name] = true
	return nil
}

// HasTombstone reports whether a tombstone of that name is up.
func (t *Transport) HasTombstone(_ context.Context, name string) (bool, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.tombstones[name], nil
}

// Close ends all subscriptions at once, wakes waiting publishers, drops queued and
// delayed messages, and returns when every subscription has ended. It may be called
// twice.
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
