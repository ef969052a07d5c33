package rabbitmq

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	amqp "github.com/rabbitmq/amqp091-go"
)

const (
	// deliverPatience is how long a message that came while the subscription
	// ended waits for its reader, who may send it back at the cost of no
	// attempt; then it is given back at the cost of one.
	deliverPatience = time.Second
	// lastDelivery is how long an ending consumer with room waits for a message
	// that may be on its way to it.
	lastDelivery = 50 * time.Millisecond
)

// consumer takes messages for a subscription over a channel of its own.
type consumer struct {
	*subscription
	size       int // its part of the subscription's window
	on         *amqp.Connection
	ch         *amqp.Channel
	tag        string
	deliveries <-chan amqp.Delivery
	settler    *settler

	// For the watchdog: messages received so far, those handed out and not yet
	// settled, and whether one waits for its reader.
	received, inflight atomic.Int64
	blocked            atomic.Bool

	settling sync.Mutex // held for each acknowledgement
	gone     bool       // under settling: the room of what is settled is given back
}

// begin opens the channel and consumes.
func (c *consumer) begin(ctx context.Context) (err error) {
	if c.on, c.ch, err = c.conn.channel(ctx); err != nil {
		return err
	}
	if err = c.topology.declare(ctx, c.topic); err == nil {
		c.tag = "benchbus-" + watermill.NewShortUUID()
		err = c.conn.call(c.on, "consume from "+c.topic, c.consume)
	}
	if err != nil {
		c.close()
		return err
	}
	c.settler = newSettler(c)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.live[c] = struct{}{}
	return nil
}

func (c *consumer) consume() error {
	queue := c.topic
	if n := (names{Config: c.cfg}); n.kindOf(c.topic) == kindEvents {
		queue = n.topics().Watch(watermill.NewShortUUID())
		if _, err := c.ch.QueueDeclare(queue, false, true, true, false, nil); err != nil {
			return declaring.access(err)
		}
		if err := c.ch.QueueBind(queue, "", c.topic, false, nil); err != nil {
			return binding.access(err)
		}
	}
	if c.isReplies() {
		// Two runners would each get a part of the results. Quorum queues know no
		// exclusive consumers, so another queue is the lock.
		if _, err := c.ch.QueueDeclare(c.lock(), false, true, true, false, nil); err != nil {
			return declaring.access(err)
		}
	}
	if err := c.ch.Qos(c.size, 0, false); err != nil {
		return err
	}
	var err error
	c.deliveries, err = c.ch.Consume(queue, c.tag, false, false, false, false, nil)
	return consuming.access(err)
}

// run hands out what comes, and returns when all of it is settled.
func (c *consumer) run(ctx context.Context) error {
	defer c.close() // what is unsettled when the channel closes goes back to the queue
	defer c.settler.end()
	defer c.free()
	defer c.leave() // first of all: nothing comes while the last are settled
	ended := ctx.Done()
	for {
		select {
		case d, ok := <-c.deliveries:
			if !ok {
				return errEnded
			}
			if err := c.deliver(ctx, d); err != nil {
				return err
			}
		case <-ended:
			ended = nil // what is already here comes next, and then the end
			c.leave()
			if err := c.stop(ctx); err != nil {
				return err
			}
		case <-c.conn.closed:
			return errClosed
		}
	}
}

func (c *consumer) close() {
	_ = c.conn.call(c.on, "close a channel", c.ch.Close)
}

// leave says that the broker delivers nothing more.
func (c *consumer) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.live, c)
}

// free gives back the room that no message takes, for another consumer; that of
// the others follows when they are settled.
func (c *consumer) free() {
	c.settling.Lock()
	defer c.settling.Unlock()
	c.gone = true
	c.window.give(c.size - int(c.inflight.Load()))
}

// hasRoom tells whether the broker may send a message. Where one waits for its
// reader, those behind it may have filled the window.
func (c *consumer) hasRoom() bool {
	return !c.blocked.Load() && c.inflight.Load() < int64(c.size)
}

// stop ends the consumer so that nothing is on its way to it: a quorum queue
// still delivers after its word that it has ended the consumer, amqp091 drops
// such a message, and that would cost the message an attempt.
func (c *consumer) stop(ctx context.Context) error {
	// With a full window, which no acknowledgement opens now, none can be sent.
	c.settling.Lock()
	var last []amqp.Delivery
	for quiet := false; !quiet && c.inflight.Load()+int64(len(last)) < int64(c.size); {
		select {
		case d, ok := <-c.deliveries:
			if ok {
				last = append(last, d)
			}
			quiet = !ok
		case <-time.After(lastDelivery):
			quiet = true
		}
	}
	err := c.conn.call(c.on, "stop consuming", func() error { return c.ch.Cancel(c.tag, false) })
	c.settling.Unlock()
	for _, d := range last {
		err = errors.Join(err, c.deliver(ctx, d))
	}
	return err
}

// deliver gives a message to the reader.
func (c *consumer) deliver(ctx context.Context, d amqp.Delivery) error {
	c.received.Add(1)
	if c.ch.IsClosed() {
		return nil // it comes again, to whoever is next
	}
	msg, err := c.marshaler.Unmarshal(d)
	if err != nil {
		return err
	}
	msg.SetContext(context.WithoutCancel(ctx))
	c.blocked.Store(true)
	defer c.blocked.Store(false)
	var late <-chan time.Time
	ended := ctx.Done()
	for {
		select {
		case c.out <- msg:
			c.settler.watch(msg, d)
			return nil
		case <-ended:
			ended, late = nil, time.After(deliverPatience)
		case <-late:
			msg.Nack()
			c.settler.watch(msg, d)
			return nil
		case <-c.conn.closed:
			return errClosed
		}
	}
}
