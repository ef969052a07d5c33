package watermillbus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/benchbus/benchbus/adapters/topics"
	"github.com/benchbus/benchbus/domain"
)

// Config holds the optional settings of a [Bus]; the zero value works.
type Config struct {
	// Namespace begins the names of all topics; [topics.Names] spells them. Defaults to
	// the namespace of publisher and subscriber where they have one, as those of this
	// module do, else to benchbus. New returns an error if it differs from theirs.
	Namespace string
	// Queue names a queue of commands apart from the common one. Only workers that name
	// it consume from it. It may hold letters, digits, - and _. Defaults to the common
	// queue.
	Queue string
	// Retry decides whether and when a failed command is retried. Defaults to 3 retries
	// after 1 s, 2 s, 4 s.
	Retry domain.RetryPolicy
	// ReplyWindow is the number of messages with results that a runner may hold
	// unacknowledged. It is also the largest number of results that Next returns.
	// Defaults to 256 with a [WindowSubscriber]. With any other subscriber each of
	// these messages takes a subscription of its own, and it defaults to 4.
	ReplyWindow int
	// MaxMessage is the size in bytes of the largest message that the bus reads. A
	// larger one goes to the failed queue unread, without most of its body. Defaults to
	// 16 MiB.
	MaxMessage int
	// Events is the subscriber to events. Each of its subscriptions must get a copy of
	// every message that the publisher sends to the topic from then on. The bus closes
	// it. Defaults to the bus's subscriber if that is a [FanOut]. Without one nobody
	// can watch: Watch fails with errors.ErrUnsupported, and Announce sends nothing.
	Events message.Subscriber
	// Inject writes the caller's trace context into a message's metadata, and
	// Extract reads it back for the handler; OpenTelemetry's propagators do
	// both. Default to nil, which means no trace context.
	Inject  func(ctx context.Context, set func(key, value string))
	Extract func(ctx context.Context, get func(key string) string) context.Context
	// Logger hears of retries, of messages that were given up and of trouble with the
	// transport. New also tells it what publisher and subscriber lack. Defaults to
	// silence.
	Logger *slog.Logger
}

// WithDefaults returns a copy in which every setting that is zero has its default,
// except those whose default depends on publisher and subscriber.
func (c Config) WithDefaults() Config {
	c.Retry = c.Retry.WithDefaults()
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
	if c.ReplyWindow < 0 {
		problems = append(problems, fmt.Errorf("config.ReplyWindow is %d; it must be at least 1, or 0 for the default", c.ReplyWindow))
	}
	if c.MaxMessage < 1 {
		problems = append(problems, fmt.Errorf("config.MaxMessage is %d; it must be at least 1", c.MaxMessage))
	}
	return errors.Join(problems...)
}

// fits returns an error of class ClassUnreadable if a message is larger than
// Config.MaxMessage.
func (b *Bus) fits(payload []byte) error {
	if len(payload) > b.cfg.MaxMessage {
		return domain.Fail(domain.ClassUnreadable, "the message has %d bytes; at most %d are read", len(payload), b.cfg.MaxMessage)
	}
	return nil
}

// Bus is a [domain.Bus] over a Watermill publisher and subscriber.
type Bus struct {
	pub       message.Publisher
	sub       message.Subscriber
	events    message.Subscriber // nil if nobody can watch
	cfg       Config
	topics    topics.Names
	codec     *codec
	cancelled cancellations
	answers   replyBatcher
	collected collected

	closeOnce sync.Once
	closed    chan struct{}
	closeErr  error
}

var _ domain.Bus = (*Bus)(nil)

// New makes a bus. The bus owns publisher and subscriber from now on, and Close closes
// them. New logs one warning that says what the two lack and what that costs. It
// refuses Watermill's gochannel, which is no queue.
func New(pub message.Publisher, sub message.Subscriber, cfg Config) (*Bus, error) {
	cfg = cfg.WithDefaults()
	if err := cfg.validate(); err != nil {
		return nil, fmt.Errorf("watermillbus: %w", err)
	}
	if pub == nil || sub == nil {
		return nil, errors.New("watermillbus: a publisher and a subscriber are needed")
	}
	if isGoChannel(pub) || isGoChannel(sub) {
		return nil, errors.New("watermillbus: Watermill's gochannel is no queue: every subscriber gets a copy of each message, " +
			"and what is sent while nobody subscribes is lost; within one process, use adapters/inmem")
	}
	names, err := cfg.names(pub, sub)
	if err != nil {
		return nil, fmt.Errorf("watermillbus: %w", err)
	}
	if cfg.ReplyWindow == 0 {
		cfg.ReplyWindow = defaultWindow(sub)
	}
	b := &Bus{pub: pub, sub: sub, events: cfg.eventsFrom(sub, names), cfg: cfg, topics: names, codec: newCodec(), closed: make(chan struct{})}
	if lacks := b.lacks(); len(lacks) > 0 {
		cfg.Logger.LogAttrs(context.Background(), slog.LevelWarn, fmt.Sprintf("%T and %T lack what the bus could use", pub, sub), lacks...)
	}
	return b, nil
}

// names finds the namespace that the bus shares with its transport, and spells the
// topics in it.
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

// Queue returns the name of the queue of commands; see [domain.CommandBus].
func (b *Bus) Queue() string { return b.topics.Queue }

// Dispatch sends commands to the workers; see [domain.CommandBus].
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

// Close closes the publisher and the subscribers; see [domain.Bus].
func (b *Bus) Close() error {
	b.closeOnce.Do(func() {
		close(b.closed)
		if b.cfg.Events != nil {
			b.closeErr = b.cfg.Events.Close()
		}
		b.closeErr = errors.Join(b.closeErr, b.sub.Close(), b.pub.Close())
	})
	return b.closeErr
}
