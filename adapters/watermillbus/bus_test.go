package watermillbus_test

import (
	"context"
	"errors"
	"testing"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/benchbus/benchbus/adapters/inmem"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/domain"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func command() domain.ExecuteBenchmark {
	b := &domain.Benchmark{
		Slug: "loop", Name: "Loop", Category: "loops", Code: "x", Runtimes: []domain.RuntimeName{"php84"},
	}
	plan := domain.Plan{Entries: []domain.Entry{domain.NewEntry(b, b.Runtimes...)}}.WithDefaults()
	return plan.Message("run", 3, "benchbus.replies.run")
}

type handle func(context.Context, domain.ExecuteBenchmark) error

func (h handle) Handle(ctx context.Context, cmd domain.ExecuteBenchmark) error { return h(ctx, cmd) }
func (handle) GiveUp(context.Context, domain.ExecuteBenchmark, domain.Failure) error {
	return nil
}

// bare hides the powers of a transport beyond Watermill's interfaces.
type (
	barePublisher  struct{ message.Publisher }
	bareSubscriber struct{ message.Subscriber }
)

func TestConfigNamesEveryProblem(t *testing.T) {
	transport, err := inmem.New(inmem.Config{})
	require.NoError(t, err)
	defer transport.Close()
	_, err = watermillbus.New(transport, transport, watermillbus.Config{ReplyWindow: -1, Retry: domain.RetryPolicy{Delay: -1, Factor: 0.5}})
	require.ErrorContains(t, err, "ReplyWindow is -1")
	require.ErrorContains(t, err, "delay -1ns is negative")
	require.ErrorContains(t, err, "factor 0.5")
	_, err = watermillbus.New(transport, transport, watermillbus.Config{Queue: "a.b"})
	require.ErrorContains(t, err, `queue "a.b"`)
	_, err = watermillbus.New(nil, transport, watermillbus.Config{})
	require.ErrorContains(t, err, "a publisher and a subscriber are needed")
}

// If it could be set in two places, the two could differ, and a run would wait for
// ever.
func TestTheNamespaceIsTheTransports(t *testing.T) {
	transport, err := inmem.New(inmem.Config{Namespace: "mine"})
	require.NoError(t, err)
	_, err = watermillbus.New(transport, transport, watermillbus.Config{Namespace: "other"})
	require.ErrorContains(t, err, `the namespace is "other", and that of *inmem.Transport is "mine"; set it there alone`)
	bus, err := watermillbus.New(transport, transport, watermillbus.Config{Namespace: "mine", Queue: "gpu"})
	require.NoError(t, err)
	require.Equal(t, "gpu", bus.Queue())
	require.NoError(t, bus.Close())
}

func TestPropertiesAreMirrored(t *testing.T) {
	transport, err := inmem.New(inmem.Config{Namespace: "bench.test"})
	require.NoError(t, err)
	bus, err := watermillbus.New(transport, transport, watermillbus.Config{
		Inject: func(_ context.Context, set func(string, string)) { set("traceparent", "00-1-2-01") },
	})
	require.NoError(t, err)
	defer bus.Close()
	require.NoError(t, bus.Dispatch(t.Context(), command()))
	var messages []*message.Message
	require.NoError(t, transport.Browse(t.Context(), "bench.test.commands", func(msg *message.Message) (bool, error) {
		messages = append(messages, msg)
		return false, nil
	}))
	require.Len(t, messages, 1)
	require.Equal(t, "run/3", messages[0].UUID)
	properties := messages[0].Metadata
	require.NotEmpty(t, properties["time"])
	delete(properties, "time")
	require.Equal(t, message.Metadata{
		"type": "benchmark.execute.v1", "correlation_id": "run", "reply_to": "benchbus.replies.run", "attempt": "1", "traceparent": "00-1-2-01",
	}, properties)
}

func TestTheHandlerGetsTheTraceContext(t *testing.T) {
	type key struct{}
	transport, err := inmem.New(inmem.Config{})
	require.NoError(t, err)
	bus, err := watermillbus.New(transport, transport, watermillbus.Config{
		Inject: func(_ context.Context, set func(string, string)) { set("traceparent", "abc") },
		Extract: func(ctx context.Context, get func(string) string) context.Context {
			return context.WithValue(ctx, key{}, get("traceparent"))
		},
	})
	require.NoError(t, err)
	defer bus.Close()
	require.NoError(t, bus.Dispatch(t.Context(), command()))
	ctx, cancel := context.WithCancel(t.Context())
	var got any
	require.NoError(t, bus.Consume(ctx, domain.Consumer{}, handle(func(ctx context.Context, _ domain.ExecuteBenchmark) error {
		got = ctx.Value(key{})
		cancel()
		return nil
	})))
	require.Equal(t, "abc", got)
}

func TestWithoutPowersOfItsOwnATransportStillWorks(t *testing.T) {
	transport, err := inmem.New(inmem.Config{})
	require.NoError(t, err)
	bus, err := watermillbus.New(barePublisher{transport}, bareSubscriber{transport}, watermillbus.Config{})
	require.NoError(t, err)
	defer bus.Close()
	require.NoError(t, bus.Dispatch(t.Context(), command()))
	ctx, cancel := context.WithCancel(t.Context())
	attempts := 0
	require.NoError(t, bus.Consume(ctx, domain.Consumer{Slots: 1}, handle(func(context.Context, domain.ExecuteBenchmark) error {
		if attempts++; attempts == 2 {
			cancel()
			return nil
		}
		return errors.New("once more") // at once: the transport knows no delay
	})))
	require.Equal(t, 2, attempts)
	require.ErrorContains(t, bus.BrowseFailed(t.Context(), nil), "cannot show a queue without consuming it")
	_, err = bus.Queues(t.Context())
	require.ErrorIs(t, err, errors.ErrUnsupported)
}

func TestAConsumerWithoutSlotsIsRefused(t *testing.T) {
	transport, err := inmem.New(inmem.Config{})
	require.NoError(t, err)
	bus, err := watermillbus.New(transport, transport, watermillbus.Config{})
	require.NoError(t, err)
	defer bus.Close()
	require.ErrorContains(t, bus.Consume(t.Context(), domain.Consumer{Slots: -1}, handle(nil)), "at least 1")
}
