package watermillbus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/benchbus/benchbus/adapters/topics"
	"github.com/benchbus/benchbus/domain"
)

// DelayedPublisher is a publisher that can deliver after a delay.
type DelayedPublisher interface {
	PublishAfter(topic string, delay time.Duration, messages ...*message.Message) error
}

// Preparer is a subscriber that can make ready, before the first is needed, what
// messages published with one of the delays wait in.
type Preparer interface {
	Prepare(ctx context.Context, topic string, delays ...time.Duration) error
}

// Browser is a subscriber that can show every message of a queue, oldest first,
// and remove those for which the function returns true.
type Browser interface {
	Browse(ctx context.Context, topic string, each func(*message.Message) (remove bool, err error)) error
}

// Inspector is a subscriber that knows how the queue of a topic stands, and
// those in which messages published with one of the delays wait. Their kinds are
// left empty.
type Inspector interface {
	Inspect(ctx context.Context, topic string, delays ...time.Duration) ([]domain.Queue, error)
}

// WindowSubscriber is a subscriber that can hand out several messages of a topic
// before the first is settled. Of a reply topic it may refuse a second subscriber
// with domain.ErrRunTaken.
type WindowSubscriber interface {
	SubscribeWindow(ctx context.Context, topic string, window int) (<-chan *message.Message, error)
}

// Namer is a publisher or subscriber that has a namespace of its own, which the
// bus then shares.
type Namer interface {
	Namespace() string
}

// Config holds the optional settings of a [Bus]; the zero value works.
type Config struct {
	// Namespace begins the names of all topics; [topics.Names] spells them.
	// Defaults to that of publisher and subscriber where they have one, as
	// those of this module do, else to benchbus. Another one than theirs is an
	// error.
	Namespace string
	// Queue names a queue of commands apart from the common one, for the
	// workers that consume from it alone: letters, digits, - and _. Defaults to
	// the common one.
	Queue string
	// Retry decides about retries. Defaults to 3 retries after 1 s, 2 s, 4 s.
	Retry domain.RetryPolicy
	// ReplyWindow is how many messages with results a runner may hold
	// unacknowledged; Next returns as many results at once at most. Defaults to
	// 256.
	ReplyWindow int
	// MaxMessage is the largest message in bytes that is read: a larger one goes
	// to the failed queue unread, without most of its body. Defaults to 16 MiB.
	MaxMessage int
	// Inject writes the caller's trace context into a message's metadata, and
	// Extract reads it back for the handler; OpenTelemetry's propagators do
	// both. Default to nil, which means no trace context.
	Inject  func(ctx context.Context, set func(key, value string))
	Extract func(ctx context.Context, get func(key string) string) context.Context
	// Logger hears of retries, of messages given up, and of trouble with the
	// transport. Defaults to silence.
	Logger *slog.Logger
}

// WithDefaults returns the configuration with its defaults filled in.
func (c Config) WithDefaults() Config {
	c.Retry = c.Retry.WithDefaults()
	if c.ReplyWindow == 0 {
		c.ReplyWindow = 256
	}
	if c.MaxMessage == 0 {
		c.MaxMessage = 16 << 20
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

func (c Config) validate() error {
	var problems []error
	if err := c.Retry.Validate(); err != nil {
		problems = append(problems, fmt.Errorf("config.Retry: %w", err))
	}
	if c.ReplyWindow < 1 {
		problems = append(problems, fmt.Errorf("config.ReplyWindow is %d; it must be at least 1", c.ReplyWindow))
	}
	if c.MaxMessage < 1 {
		problems = append(problems, fmt.Errorf("config.MaxMessage is %d; it must be at least 1", c.MaxMessage))
	}
	return errors.Join(problems...)
}

// fits tells whether a message is small enough to be read. The error has class
// ClassUnreadable.
func (b *Bus) fits(payload []byte) error {
	if len(payload) > b.cfg.MaxMessage {
		return domain.Fail(domain.ClassUnreadable, "the message has %d bytes; at most %d are read", len(payload), b.cfg.MaxMessage)
	}
	return nil
}

// Marker is a publisher that can leave a mark which everybody on the broker
// sees, for at least a day.
type Marker interface {
	Mark(ctx context.Context, name string) error
	Marked(ctx context.Context, name string) (bool, error)
}

// Bus is a [domain.Bus] over a Watermill publisher and subscriber.
type Bus struct {
	pub       message.Publisher
	sub       message.Subscriber
	cfg       Config
	topics    topics.Names
	codec     *codec
	cancelled cancellations
	answers   answers
	collected collected

	closeOnce sync.Once
	closed    chan struct{}
	closeErr  error
}

var _ domain.Bus = (*Bus)(nil)

// New makes a bus. The bus owns publisher and subscriber from now on: Close
// closes them.
func New(pub message.Publisher, sub message.Subscriber, cfg Config) (*Bus, error) {
	cfg = cfg.WithDefaults()
	if err := cfg.validate(); err != nil {
		return nil, fmt.Errorf("watermillbus: %w", err)
	}
	if pub == nil || sub == nil {
		return nil, errors.New("watermillbus: a publisher and a subscriber are needed")
	}
	names, err := cfg.names(pub, sub)
	if err != nil {
		return nil, fmt.Errorf("watermillbus: %w", err)
	}
	return &Bus{pub: pub, sub: sub, cfg: cfg, topics: names, codec: newCodec(), closed: make(chan struct{})}, nil
}

// names spells the topics in the one namespace of the bus and its transport.
func (c Config) names(pair ...any) (topics.Names, error) {
	for _, one := range pair {
		namer, ok := one.(Namer)
		switch {
		case !ok:
		case c.Namespace == "":
			c.Namespace = namer.Namespace()
		case c.Namespace != namer.Namespace():
			return topics.Names{}, fmt.Errorf("the namespace is %q, and that of %T is %q; set it there alone", c.Namespace, one, namer.Namespace())
		}
	}
	names := topics.Names{Namespace: c.Namespace, Queue: c.Queue}.WithDefaults()
	return names, names.Validate()
}

// Queue names the queue of commands; see [domain.CommandBus].
func (b *Bus) Queue() string { return b.topics.Queue }

// Dispatch hands over commands; see [domain.CommandBus].
func (b *Bus) Dispatch(ctx context.Context, cmds ...domain.ExecuteBenchmark) error {
	messages := make([]*message.Message, len(cmds))
	for i, cmd := range cmds {
		msg, err := b.commandMessage(ctx, cmd)
		if err != nil {
			return fmt.Errorf("encode command %s: %w", cmd.MessageID(), err)
		}
		messages[i] = msg
	}
	return b.publish(ctx, b.topics.Commands(), messages...)
}

// Queues tells how the queues stand; see [domain.CommandBus].
func (b *Bus) Queues(ctx context.Context) ([]domain.Queue, error) {
	if b.isClosed() {
		return nil, domain.ErrBusClosed
	}
	inspector, ok := b.sub.(Inspector)
	if !ok {
		return nil, fmt.Errorf("watermillbus: the subscriber %T cannot tell how queues stand: %w", b.sub, errors.ErrUnsupported)
	}
	queues, err := inspector.Inspect(ctx, b.topics.Commands(), b.cfg.Retry.Delays()...)
	if err != nil {
		return nil, err
	}
	for i := range queues {
		queues[i].Kind = domain.QueueDelayed
		if queues[i].Name == b.topics.Commands() {
			queues[i].Kind = domain.QueueCommands
		}
	}
	failed, err := inspector.Inspect(ctx, b.topics.Failed())
	if err != nil {
		return nil, err
	}
	for _, queue := range failed {
		queue.Kind = domain.QueueFailed
		queues = append(queues, queue)
	}
	return queues, nil
}

func (b *Bus) publish(ctx context.Context, topic string, messages ...*message.Message) error {
	if b.isClosed() {
		return domain.ErrBusClosed
	}
	for _, msg := range messages {
		msg.SetContext(ctx)
	}
	if err := b.pub.Publish(topic, messages...); err != nil {
		if b.isClosed() {
			return domain.ErrBusClosed
		}
		return fmt.Errorf("publish to %s: %w", topic, err)
	}
	return nil
}

func (b *Bus) isClosed() bool {
	select {
	case <-b.closed:
		return true
	default:
		return false
	}
}

// Close closes the publisher and the subscriber; see [domain.Bus].
func (b *Bus) Close() error {
	b.closeOnce.Do(func() {
		close(b.closed)
		b.closeErr = errors.Join(b.sub.Close(), b.pub.Close())
	})
	return b.closeErr
}
