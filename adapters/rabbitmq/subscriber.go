package rabbitmq

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	wamqp "github.com/ThreeDotsLabs/watermill-amqp/v3/pkg/amqp"
	"github.com/ThreeDotsLabs/watermill/message"
	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/benchbus/benchbus/domain"
)

// reopenPause is the pause between two consumers of a subscription. Without it
// consumers that end at once, over and over, would keep the broker busy.
const reopenPause = deletedPause

// takenPatience is how long a runner waits for a run that seems to have another runner.
// The broker may not have noticed yet that the runner before it is gone. A runner that
// has lost its connection may see its own old lock, so it waits for two heartbeats
// more.
const takenPatience = 3 * time.Second

// subscription takes messages from a topic, and hands out at most window that are not
// settled. It survives lost connections and deleted queues. When its consumer ends,
// another takes its place at once with as much of the window as is free, and further
// ones get what the first one's messages free as they are settled. So a slow reader of
// a lost message holds up nobody else.
type subscription struct {
	conn      *connection
	topology  *topology
	marshaler wamqp.Marshaler
	cfg       Config
	topic     string
	window    *window
	out       chan *message.Message
	opened    chan struct{} // closed when it first consumes
	refused   chan error    // gets the reason if it cannot consume at all, or no longer may
	running   sync.WaitGroup

	mu   sync.Mutex
	live map[*consumer]struct{} // the consumers to which the broker delivers
}

// run consumes until ctx ends or the transport is closed.
func (s *subscription) run(ctx context.Context) {
	defer s.unlock()
	defer s.running.Wait()
	var locked time.Time // when another was first found to have the lock
	for first := true; s.window.wait(ctx, s.conn.closed); first = false {
		if !first && s.conn.pause(ctx, reopenPause) != nil {
			return
		}
		c := &consumer{subscription: s, size: s.window.take()}
		err := s.startConsumer(ctx, c)
		switch {
		case err == nil:
			locked = time.Time{}
			continue
		case ctx.Err() != nil || s.conn.isClosed():
			return
		case errors.Is(err, domain.ErrAccess) && !s.isOpen():
			s.refused <- err
			return
		case !isCode(err, amqp.ResourceLocked):
			locked = time.Time{}
		case locked.IsZero():
			locked = time.Now()
		case time.Since(locked) > s.takenPatience(c):
			s.cfg.Logger.Warn("another process collects the results of this run, leaving them to it", "topic", s.topic)
			s.refused <- domain.ErrRunTaken
			return
		}
		s.window.give(c.size)
		s.report(c, err)
	}
}

func (s *subscription) takenPatience(c *consumer) time.Duration {
	if !s.isOpen() {
		return takenPatience
	}
	return takenPatience + 2*c.on.Config.Heartbeat
}

// startConsumer begins a consumer and runs it in the background.
func (s *subscription) startConsumer(ctx context.Context, c *consumer) error {
	if err := c.begin(ctx); err != nil {
		return err
	}
	s.running.Go(func() {
		if err := c.run(ctx); ctx.Err() == nil && !s.conn.isClosed() {
			s.report(c, err)
		}
	})
	if !s.isOpen() {
		close(s.opened)
	}
	return nil
}

func (s *subscription) report(c *consumer, err error) {
	s.topology.forget(s.topic)
	level := slog.LevelWarn
	if c.on == nil || c.on.IsClosed() { // the connection reports the loss itself
		level = slog.LevelDebug
	}
	s.cfg.Logger.Log(context.Background(), level, "a subscription ended, opening it again", "topic", s.topic, "error", err)
}

func (s *subscription) isOpen() bool {
	select {
	case <-s.opened:
		return true
	default:
		return false
	}
}

func (s *subscription) isReplies() bool {
	return names{Config: s.cfg}.kindOf(s.topic) == kindReplies
}

func (s *subscription) lock() string { return s.topic + ".lock" }

// unlock lets others collect the run's results. Without it the lock ends with the
// connection.
func (s *subscription) unlock() {
	conn := s.conn.live()
	if !s.isReplies() || !s.isOpen() || conn == nil {
		return
	}
	_ = s.topology.on(conn, "unlock "+s.topic, func(ch *amqp.Channel) error {
		_, err := ch.QueueDelete(s.lock(), false, false, false)
		return err
	})
}

// consumers returns the consumers to which the broker delivers.
func (s *subscription) consumers() (all []*consumer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.live {
		all = append(all, c)
	}
	return all
}

var errEnded = errors.New("the queue was deleted, the consumer cancelled, or the connection lost")
