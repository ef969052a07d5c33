package rabbitmq_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	wamqp "github.com/ThreeDotsLabs/watermill-amqp/v3/pkg/amqp"
	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/rabbitmq"
)

// told is a log that keeps lines of level Info and above.
type told struct {
	slog.Handler
	mu    sync.Mutex
	lines []string
	again chan struct{} // gets a token for each line about the end of an outage
}

func (l *told) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelInfo }

func (l *told) Handle(_ context.Context, r slog.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, r.Message)
	if r.Message == "connected to the broker again" {
		l.again <- struct{}{}
	}
	return nil
}

func (l *told) WithAttrs([]slog.Attr) slog.Handler { return l }

func TestAnOutageIsToldInTwoLines(t *testing.T) {
	s := newSpace(t)
	proxy := s.proxy()
	log := &told{Handler: slog.DiscardHandler, again: make(chan struct{}, 10)}
	transport := s.open(rabbitmq.Config{URL: proxy.URL(), Logger: slog.New(log)})
	commands, other := s.subscribe(transport, s.name+".commands"), s.subscribe(transport, s.name+".commands.other")
	publish(t, transport, s.name+".commands", "1")
	require.Equal(t, "1", s.next(commands).UUID)
	proxy.Cut()
	<-log.again
	publish(t, transport, s.name+".commands", "2")
	publish(t, transport, s.name+".commands.other", "3")
	for s.next(commands).UUID != "2" { // the acknowledgement of the first may have been lost
	}
	require.Equal(t, "3", s.next(other).UUID)
	log.mu.Lock()
	defer log.mu.Unlock()
	require.Equal(t, []string{"lost the connection to the broker, connecting again", "connected to the broker again"}, log.lines)
}

// The transport pauses before it connects to a broker that accepts connections and
// closes them at once, as it does with one that accepts none.
func TestReconnectionsPauseWhateverTheReason(t *testing.T) {
	cfg := rabbitmq.Config{Connection: wamqp.ConnectionConfig{Reconnect: &wamqp.ReconnectConfig{
		BackoffInitialInterval: 100 * time.Millisecond, BackoffMultiplier: 2, BackoffMaxInterval: 1600 * time.Millisecond,
	}}}
	synctest.Test(t, func(t *testing.T) {
		const ms = time.Millisecond
		require.Equal(t,
			[]time.Duration{0, 100 * ms, 200 * ms, 400 * ms, 800 * ms, 1600 * ms, 1600 * ms, 0, 100 * ms},
			rabbitmq.ReconnectPauses(cfg, 0, 0, ms, 0, 100*ms, 0, time.Second, time.Minute, time.Second))
	})
}
