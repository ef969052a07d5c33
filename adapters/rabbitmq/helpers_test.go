package rabbitmq_test

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	amqp "github.com/rabbitmq/amqp091-go"
	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/rabbitmq"
	"github.com/benchbus/benchbus/adapters/topics"
	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/scripts/broker"
)

// space is a namespace of its own for a test on the shared broker.
type space struct {
	*testing.T
	url, name  string
	transports []*rabbitmq.Transport
}

// newSpace makes a namespace, whose queues are deleted when the test ends.
func newSpace(t *testing.T) *space {
	s := &space{T: t, url: broker.URL(t), name: "test-" + strings.ToLower(watermill.NewShortUUID())}
	t.Cleanup(func() {
		conn, err := amqp.Dial(s.url)
		require.NoError(t, err)
		defer conn.Close()
		ch, err := conn.Channel()
		require.NoError(t, err)
		for _, subject := range domain.Subjects() {
			require.NoError(t, ch.ExchangeDelete(topics.Names{Namespace: s.name}.Events(subject), false, false))
		}
		for _, transport := range s.transports {
			for _, queue := range transport.Declared() {
				_, err := ch.QueueDelete(queue, false, false, false)
				require.NoError(t, err)
			}
		}
	})
	return s
}

// proxy starts a proxy between transports and the broker.
func (s *space) proxy() *broker.Proxy {
	proxy, err := broker.NewProxy(s.url)
	require.NoError(s, err)
	s.Cleanup(proxy.Close)
	return proxy
}

func newMessage(id string) *message.Message { return message.NewMessage(id, []byte("{}")) }

// lines is a log that counts the lines with a text, and closes seen at the first.
type lines struct {
	slog.Handler
	part string
	n    atomic.Int64
	seen chan struct{} // closed at the first such line
}

func newLines(part string) *lines {
	return &lines{Handler: slog.DiscardHandler, part: part, seen: make(chan struct{})}
}

func (l *lines) Enabled(context.Context, slog.Level) bool { return true }

func (l *lines) Handle(_ context.Context, r slog.Record) error {
	if strings.Contains(r.Message, l.part) && l.n.Add(1) == 1 {
		close(l.seen)
	}
	return nil
}

func (l *lines) WithAttrs([]slog.Attr) slog.Handler { return l }

// open opens a transport in the namespace.
func (s *space) open(cfg rabbitmq.Config) *rabbitmq.Transport {
	if cfg.URL == "" {
		cfg.URL = s.url
	}
	cfg.Namespace = s.name
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.NewTextHandler(s.Output(), nil))
	}
	transport, err := rabbitmq.New(cfg)
	require.NoError(s, err)
	s.transports = append(s.transports, transport)
	s.Cleanup(func() { require.NoError(s, transport.Close()) })
	return transport
}
