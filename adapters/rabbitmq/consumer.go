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
	// deliverPatience is how long a message that came while the subscription ended
	// waits for its reader. The reader may send it back at the cost of no attempt.
	// After this time the consumer gives it back at the cost of one.
	deliverPatience = time.Second
	// lastDelivery is how long an ending consumer that has room waits for a message
	// that may be on its way.
	lastDelivery = 50 * time.Millisecond
)

// consumer takes messages for a subscription over a channel of its own.
type consumer struct {
	*subscription
	size       int // the part of the subscription's window that it took
	on         *amqp.Connection
	ch         *amqp.Channel
	tag        string
	deliveries <-chan amqp.Delivery
	settler    *settler

	// The watchdog reads these: the messages received so far, those handed out and not
	// yet settled, and whether a message waits for its reader.
	received, inflight atomic.Int64
	blocked            atomic.Bool

	settling sync.Mutex // held while acknowledging
	gone     bool       // guarded by settling: each settled message gives its room back to the window
}

// begin opens the channel and begins to consume.
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

// run hands out messages, and returns when all of them are settled.
func (c *consumer) run(ctx context.Context) error {
	defer c.close() // messages that are unsettled when the channel closes go back to the queue
	defer c.settler.end()
	defer c.free()
	defer c.leave() // runs first: the watchdog must expect no message while the last are settled
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
			ended = nil // hand out what is already here before the end
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

// leave takes the consumer from those to which the broker delivers.
func (c *consumer) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.live, c)
}

// free returns to the window the room that no message takes, so that another consumer
// can use it. The rest follows as the messages are settled.
func (c *consumer) free() {
	c.settling.Lock()
	defer c.settling.Unlock()
	c.gone = true
	c.window.give(c.size - int(c.inflight.Load()))
}

// hasRoom reports whether the broker may send a message. It returns false while a
// message waits for its reader, because those behind it may have filled the window.
func (c *consumer) hasRoom() bool {
	return !c.blocked.Load() && c.inflight.Load() < int64(c.size)
}

// stop ends the consumer after the last message has arrived. A quorum queue still
// delivers after it has confirmed that the consumer ended. amqp091 would drop such a
// message, and that would cost the message an attempt.
func (c *consumer) stop(ctx context.Context) error {
	// While this holds the lock no acknowledgement makes room, so with a full window
	// the broker cannot send any message.
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

// deliver hands a message to the reader.
func (c *consumer) deliver(ctx context.Context, d amqp.Delivery) error {
	c.received.Add(1)
	if c.ch.IsClosed() {
		return nil // the broker delivers it again, to whoever is next
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
