package rabbitmq

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	wamqp "github.com/ThreeDotsLabs/watermill-amqp/v3/pkg/amqp"
	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/benchbus/benchbus/adapters/topics"
)

// QueueType says how the broker keeps a queue.
type QueueType string

const (
	// QueueAuto makes quorum queues with RabbitMQ 3.10 and later, and classic ones
	// before.
	QueueAuto QueueType = "auto"
	// QueueQuorum makes queues that a cluster replicates and that count deliveries. It
	// needs RabbitMQ 3.10.
	QueueQuorum QueueType = "quorum"
	// QueueClassic makes queues that live on one node.
	QueueClassic QueueType = "classic"
)

// Config holds the settings of a [Transport]. Only URL is needed.
type Config struct {
	// URL is the broker's address, amqp://user:password@host:5672/vhost, or amqps://
	// for TLS. Special characters of user, password and vhost are percent-encoded.
	// ?heartbeat=SECONDS sets the heartbeat, which defaults to 10 s. Defaults to
	// Connection.AmqpURI.
	URL string
	// Connection holds further settings, such as TLSConfig and AmqpConfig. Its
	// Reconnect sets the pauses between two tries to connect, which default to 100 ms
	// up to 2 s.
	Connection wamqp.ConnectionConfig
	// Namespace begins the names of all queues and exchanges, and the bus takes it over
	// from the transport. It holds 1 to 100 letters, digits, '-', '_' and '.'. Defaults
	// to benchbus.
	Namespace string
	// QueueType is the type of the queues that the transport declares. Defaults to
	// QueueAuto.
	QueueType QueueType
	// DeliveryLimit is how often a quorum queue delivers a command before the broker
	// moves it to the failed queue by itself. This is the last resort for commands
	// whose workers die before they can count. Defaults to 20.
	DeliveryLimit int
	// ReplyExpiry is the time after which the broker deletes a reply queue that nobody
	// uses. Defaults to 24 h.
	ReplyExpiry time.Duration
	// PublishTimeout is how long a publish may wait for its queue to be declared, and
	// then for its confirm. The time begins anew when the broker stops blocking
	// publishers. After it the outcome is unknown. Defaults to 30 s.
	PublishTimeout time.Duration
	// PublishWindow is the number of messages that may be unconfirmed at once. Defaults
	// to 1000.
	PublishWindow int
	// CheckInterval is the time between two looks of the watchdog, which checks that
	// the broker answers and that the subscriptions get the messages that are ready for
	// them. Defaults to 5 s.
	CheckInterval time.Duration
	// AnswerTimeout is how long the broker may take to answer a request that it answers
	// at once, such as a declaration. After it the transport gives up the connection,
	// because it cannot give up a single call. Defaults to 10 s.
	AnswerTimeout time.Duration
	// Logger hears of lost connections, and why something waits. Defaults to silence.
	Logger *slog.Logger
}

// WithDefaults returns a copy in which every setting that is zero has its default.
func (c Config) WithDefaults() Config {
	if c.URL == "" {
		c.URL = c.Connection.AmqpURI
	}
	if c.Connection.Reconnect == nil {
		c.Connection.Reconnect = &wamqp.ReconnectConfig{
			BackoffInitialInterval: 100 * time.Millisecond, BackoffMultiplier: 2,
			BackoffRandomizationFactor: 0.2, BackoffMaxInterval: 1600 * time.Millisecond, // at most 2 s with the randomness
		}
	}
	if c.Namespace == "" {
		c.Namespace = topics.DefaultNamespace
	}
	if c.QueueType == "" {
		c.QueueType = QueueAuto
	}
	if c.DeliveryLimit == 0 {
		c.DeliveryLimit = 20
	}
	if c.ReplyExpiry == 0 {
		c.ReplyExpiry = 24 * time.Hour
	}
	if c.PublishTimeout == 0 {
		c.PublishTimeout = 30 * time.Second
	}
	if c.PublishWindow == 0 {
		c.PublishWindow = 1000
	}
	if c.CheckInterval == 0 {
		c.CheckInterval = 5 * time.Second
	}
	if c.AnswerTimeout == 0 {
		c.AnswerTimeout = 10 * time.Second
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// Validate returns an error that lists every setting that makes no sense. It does not
// show the URL, which may hold a password.
func (c Config) Validate() error {
	c = c.WithDefaults()
	var problems []error
	positive := func(name string, ok bool, value any) {
		if !ok {
			problems = append(problems, fmt.Errorf("config.%s is %v; it must be above 0", name, value))
		}
	}
	parsed, err := url.Parse(c.URL)
	if err == nil {
		_, err = amqp.ParseURI(c.URL)
	}
	if err != nil || isCut(parsed) {
		// The error of the parser could hold the password.
		problems = append(problems, errors.New("the broker's address cannot be read; it looks like amqp://user:password@host:5672/vhost, with special characters of the password percent-encoded"))
	} else if parsed.Hostname() == "" { // amqp091 would connect to this host
		problems = append(problems, errors.New("the broker's address names no host; it looks like amqp://user:password@host:5672/vhost, and this host is localhost"))
	}
	if err := (topics.Names{Namespace: c.Namespace}).Validate(); err != nil {
		problems = append(problems, err)
	}
	switch c.QueueType {
	case QueueAuto, QueueQuorum, QueueClassic:
	default:
		problems = append(problems, fmt.Errorf("config.QueueType %q is none of auto, quorum, classic", c.QueueType))
	}
	positive("DeliveryLimit", c.DeliveryLimit > 0, c.DeliveryLimit)
	positive("ReplyExpiry", c.ReplyExpiry > 0, c.ReplyExpiry)
	positive("PublishTimeout", c.PublishTimeout > 0, c.PublishTimeout)
	positive("PublishWindow", c.PublishWindow > 0, c.PublishWindow)
	positive("CheckInterval", c.CheckInterval > 0, c.CheckInterval)
	positive("AnswerTimeout", c.AnswerTimeout > 0, c.AnswerTimeout)
	return errors.Join(problems...)
}
