package rabbitmq_test

import (
	"context"
	"testing"

	"github.com/ThreeDotsLabs/watermill"
	wamqp "github.com/ThreeDotsLabs/watermill-amqp/v3/pkg/amqp"
	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/rabbitmq"
	"github.com/benchbus/benchbus/adapters/topics"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/domain"
)

// A user of the module can bring another Watermill publisher and subscriber: here
// watermill-amqp's, with this package's marshaler.
func TestWatermillsOwnPublisherAndSubscriber(t *testing.T) {
	s := newSpace(t)
	cfg := wamqp.NewDurableQueueConfig(s.url)
	cfg.Marshaler, cfg.Publish.ConfirmDelivery = rabbitmq.Marshaler{}, true
	publisher, err := wamqp.NewPublisher(cfg, watermill.NopLogger{})
	require.NoError(t, err)
	subscriber, err := wamqp.NewSubscriber(cfg, watermill.NopLogger{})
	require.NoError(t, err)
	bus, err := watermillbus.New(publisher, subscriber, watermillbus.Config{Namespace: s.name})
	require.NoError(t, err)
	defer bus.Close()
	defer func() {
		_, err := s.channel().QueueDelete(s.name+".commands", false, false, false)
		require.NoError(t, err)
	}()
	require.NoError(t, subscriber.SubscribeInitialize(s.name+".commands"))

	plan := domain.Plan{Entries: []domain.Entry{domain.NewEntry(
		&domain.Benchmark{Slug: "loop", Name: "Loop", Category: "loops", Code: "x", Runtimes: []domain.RuntimeName{"php84"}}, "php84",
	)}}.WithDefaults()
	sent := plan.Message("run", 1, topics.Names{Namespace: s.name}.Replies("run"))
	require.NoError(t, bus.Dispatch(t.Context(), sent))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	got := make(chan domain.ExecuteBenchmark, 1)
	require.NoError(t, bus.Consume(ctx, domain.Consumer{Slots: 1}, handle(func(_ context.Context, cmd domain.ExecuteBenchmark) error {
		got <- cmd
		cancel()
		return nil
	})))
	require.Equal(t, sent, <-got)
}

type handle func(context.Context, domain.ExecuteBenchmark) error

func (h handle) Handle(ctx context.Context, cmd domain.ExecuteBenchmark) error { return h(ctx, cmd) }

func (handle) GiveUp(context.Context, domain.ExecuteBenchmark, domain.Failure) error { return nil }
