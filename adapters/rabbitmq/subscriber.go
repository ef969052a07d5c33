package rabbitmq

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	wamqp "github.com/ThreeDotsLabs/watermill-amqp/v3/pkg/amqp"
	"github.com/ThreeDotsLabs/watermill/message"
	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/benchbus/benchbus/domain"
)

const (
	// reopenPause keeps a subscription that ends at once, over and over, from
	// keeping the broker busy.
	reopenPause = deletedPause
	// handOverPatience is how long a message that came while the subscription
	// ended waits for its reader, who may send it back at the cost of no
	// attempt; then it is given back at the cost of one.
	handOverPatience = time.Second
	// lastDelivery is how long an ending subscription with room waits for a
	// message that may be on its way to it.
	lastDelivery = 50 * time.Millisecond
)

// takenPatience is how long a runner waits for the queue of its run: the broker
// may not have noticed yet that the runner before it is gone.
const takenPatience = 3 * time.Second

var errEnded = errors.New("the queue was deleted, the consumer cancelled, or the connection lost")

// subscription is a consumer of a topic. It survives lost connections and
// deleted queues, and hands out at most window messages that are not settled.
type subscription struct {
	conn      *connection
	topology  *topology
	marshaler wamqp.Marshaler
	cfg       Config
	topic     string
	window    int
	out       chan *message.Message
	opened    chan struct{} // closed once it consumes for the first time
	refused   chan error    // gets the reason why it never will
	once      sync.Once

	// For the watchdog: messages received so far, those not yet settled, and the
	// connection while it consumes.
	received, held atomic.Int64
	current        atomic.Pointer[amqp.Connection]
	blocked        atomic.Bool // a message waits for its reader
	settling       sync.Mutex  // held for each acknowledgement
}

// run consumes until ctx ends or the transport is closed.
func (s *subscription) run(ctx context.Context) {
	patience := time.Now().Add(takenPatience)
	for {
		err := s.consume(ctx)
		if ctx.Err() != nil || s.conn.isClosed() {
			return
		}
		if isCode(err, amqp.ResourceLocked) && !s.isOpen() && time.Now().After(patience) {
			s.refused <- domain.ErrRunTaken
			return
		}
		s.topology.forget(s.topic)
		s.cfg.Logger.Warn("a subscription ended, opening it again", "topic", s.topic, "error", err)
		select {
		case <-time.After(reopenPause):
		case <-ctx.Done():
			return
		case <-s.conn.closed:
			return
		}
	}
}

// consume is one channel's life.
func (s *subscription) consume(ctx context.Context) error {
	conn, ch, err := s.conn.channel(ctx)
	if err != nil {
		return err
	}
	// What is unsettled when the channel closes goes back to the queue.
	defer func() { _ = s.conn.call(conn, "close a channel", ch.Close) }()
	tag, deliveries, err := s.begin(ctx, conn, ch)
	if err != nil {
		return err
	}
	if s.isReplies() {
		defer func() {
			_ = s.conn.call(conn, "unlock "+s.topic, func() error { _, err := ch.QueueDelete(s.lock(), false, false, false); return err })
		}()
	}

	settler := s.newSettler()
	defer settler.end()
	s.current.Store(conn)
	defer s.current.Store(nil) // first of all: nothing comes while the last are settled
	ended := ctx.Done()
	for {
		select {
		case d, ok := <-deliveries:
			if !ok {
				return errEnded
			}
			if err := s.hand(ctx, d, settler); err != nil {
				return err
			}
		case <-ended:
			ended = nil // what is already here comes next, and then the end
			s.current.Store(nil)
			if err := s.stop(ctx, conn, ch, tag, deliveries, settler); err != nil {
				return err
			}
		case <-s.conn.closed:
			return errClosed
		}
	}
}

// stop ends the consumer so that nothing is on its way to it: a quorum queue
// still delivers after its word that it has ended the consumer, amqp091 drops
// such a message, and that would cost the message an attempt.
func (s *subscription) stop(ctx context.Context, conn *amqp.Connection, ch *amqp.Channel, tag string, deliveries <-chan amqp.Delivery, settler *settler) error {
	// With a full window, which no acknowledgement opens now, none can be sent.
	s.settling.Lock()
	var last []amqp.Delivery
	for quiet := false; !quiet && s.held.Load()+int64(len(last)) < int64(s.window); {
		select {
		case d, ok := <-deliveries:
			if ok {
				last = append(last, d)
			}
			quiet = !ok
		case <-time.After(lastDelivery):
			quiet = true
		}
	}
	err := s.conn.call(conn, "stop consuming", func() error { return ch.Cancel(tag, false) })
	s.settling.Unlock()
	for _, d := range last {
		err = errors.Join(err, s.hand(ctx, d, settler))
	}
	return err
}

// hand gives a message to the reader.
func (s *subscription) hand(ctx context.Context, d amqp.Delivery, settler *settler) error {
	s.received.Add(1)
	msg, err := s.marshaler.Unmarshal(d)
	if err != nil {
		return err
	}
	msg.SetContext(context.WithoutCancel(ctx))
	s.blocked.Store(true)
	defer s.blocked.Store(false)
	var late <-chan time.Time
	ended := ctx.Done()
	for {
		select {
		case s.out <- msg:
			settler.watch(msg, d)
			return nil
		case <-ended:
			ended, late = nil, time.After(handOverPatience)
		case <-late:
			msg.Nack()
			settler.watch(msg, d)
			return nil
		case <-s.conn.closed:
			return errClosed
		}
	}
}

func (s *subscription) isReplies() bool {
	return names{Config: s.cfg}.kindOf(s.topic) == kindReplies
}

func (s *subscription) lock() string { return s.topic + ".lock" }

func (s *subscription) isOpen() bool {
	select {
	case <-s.opened:
		return true
	default:
		return false
	}
}

// begin opens the consumer; its first success is what Subscribe waits for.
func (s *subscription) begin(ctx context.Context, conn *amqp.Connection, ch *amqp.Channel) (tag string, deliveries <-chan amqp.Delivery, err error) {
	if err := s.topology.declare(ctx, s.topic); err != nil {
		return "", nil, err
	}
	tag = "benchbus-" + watermill.NewShortUUID()
	err = s.conn.call(conn, "consume from "+s.topic, func() error {
		queue := s.topic
		if (names{Config: s.cfg}).kindOf(s.topic) == kindEvents {
			own, err := ch.QueueDeclare("", false, true, true, false, nil)
			if err != nil {
				return err
			}
			if err := ch.QueueBind(own.Name, "", s.topic, false, nil); err != nil {
				return err
			}
			queue = own.Name
		}
		if s.isReplies() {
			// Two runners would each get a part of the results. Quorum queues
			// know no exclusive consumers, so another queue is the lock.
			if _, err := ch.QueueDeclare(s.lock(), false, true, true, false, nil); err != nil {
				return err
			}
		}
		if err := ch.Qos(s.window, 0, false); err != nil {
			return err
		}
		deliveries, err = ch.Consume(queue, tag, false, false, false, false, nil)
		return err
	})
	if err == nil {
		s.once.Do(func() { close(s.opened) })
	}
	return tag, deliveries, err
}
