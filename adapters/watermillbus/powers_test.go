package watermillbus_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/pubsub/gochannel"
	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/bustest"
	"github.com/benchbus/benchbus/adapters/inmem"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/domain"
)

// logged returns what New logs about a publisher and a subscriber.
func logged(t *testing.T, pub message.Publisher, sub message.Subscriber, cfg watermillbus.Config) string {
	t.Helper()
	var log bytes.Buffer
	cfg.Logger = slog.New(slog.NewTextHandler(&log, nil))
	bus, err := watermillbus.New(pub, sub, cfg)
	require.NoError(t, err)
	require.NoError(t, bus.Close())
	return log.String()
}

func TestNewSaysWhatThePairLacks(t *testing.T) {
	transport, err := inmem.New(inmem.Config{})
	require.NoError(t, err)
	require.Empty(t, logged(t, transport, transport, watermillbus.Config{}))

	all := []string{"delays", "tombstones", "browsing", "inspection", "windows", "delivery_counts", "fan_out"}
	line := logged(t, barePublisher{transport}, bareSubscriber{transport}, watermillbus.Config{})
	require.Equal(t, 1, strings.Count(line, "\n"))
	require.Contains(t, line, "level=WARN")
	require.Contains(t, line, "watermillbus_test.barePublisher and watermillbus_test.bareSubscriber lack what the bus could use")
	for _, power := range all {
		require.Contains(t, line, power+"=")
	}

	line = logged(t, transport, bareSubscriber{transport}, watermillbus.Config{Events: transport})
	for _, power := range []string{"delays", "tombstones", "fan_out"} {
		require.NotContains(t, line, power+"=")
	}
}

// A pair that does what Watermill promises passes the suite, as far as its features go.
func TestAPlainPairConforms(t *testing.T) {
	features := bustest.Features{DeliveryCounts: true, FairDispatch: true}
	bustest.Run(t, features, func(t *testing.T, retry domain.RetryPolicy) bustest.Fixture {
		transport, err := inmem.New(inmem.Config{})
		require.NoError(t, err)
		bus, err := watermillbus.New(barePublisher{transport}, bareSubscriber{transport}, watermillbus.Config{Retry: retry})
		require.NoError(t, err)
		return bustest.Fixture{Bus: bus, Inject: func(topic, id string, metadata map[string]string, payload []byte) error {
			msg := message.NewMessage(id, payload)
			msg.Metadata = metadata
			return transport.Publish(cmp.Or(topic, "benchbus.commands"), msg)
		}}
	})
}

func TestGoChannelIsRefused(t *testing.T) {
	for _, persistent := range []bool{false, true} {
		pair := gochannel.NewGoChannel(gochannel.Config{Persistent: persistent}, nil)
		_, err := watermillbus.New(pair, pair, watermillbus.Config{})
		require.ErrorContains(t, err, "gochannel is no queue")
		require.ErrorContains(t, err, "use adapters/inmem")
		require.NoError(t, pair.Close())
	}
}

// counted counts the subscriptions of a topic.
type counted struct {
	message.Subscriber
	topic string
	n     *int
}

func (c counted) Subscribe(ctx context.Context, topic string) (<-chan *message.Message, error) {
	if topic == c.topic {
		*c.n++
	}
	return c.Subscriber.Subscribe(ctx, topic)
}

// If each message takes a subscription, hundreds of them would cost more than they
// gain.
func TestTheWindowIsSmallWhereEachMessageTakesASubscription(t *testing.T) {
	subscriptions := func(window int) (n int) {
		transport, err := inmem.New(inmem.Config{})
		require.NoError(t, err)
		bus, err := watermillbus.New(transport, counted{transport, "benchbus.replies.run", &n}, watermillbus.Config{ReplyWindow: window})
		require.NoError(t, err)
		replies, err := bus.OpenReplies(t.Context(), "run")
		require.NoError(t, err)
		require.NoError(t, replies.Close())
		require.NoError(t, bus.Close())
		return n
	}
	require.Equal(t, 4, subscriptions(0))
	require.Equal(t, 7, subscriptions(7))
}

// In a queue an event would reach only one of those who watch, or wait where nobody
// does.
func TestWithoutFanOutNobodyWatches(t *testing.T) {
	transport, err := inmem.New(inmem.Config{})
	require.NoError(t, err)
	bus, err := watermillbus.New(transport, bareSubscriber{transport}, watermillbus.Config{})
	require.NoError(t, err)
	defer bus.Close()
	err = bus.Watch(t.Context(), domain.Subjects(), func() { t.Error("nothing is ready") }, nil)
	require.ErrorIs(t, err, errors.ErrUnsupported)
	require.ErrorContains(t, err, "set Config.Events")
	heard, err := transport.Subscribe(t.Context(), "benchbus.events.workers")
	require.NoError(t, err)
	require.NoError(t, bus.Announce(t.Context(), domain.WorkerHeartbeat{Schema: domain.SchemaHeartbeat}))
	require.Empty(t, heard)
}

func TestEventsComeThroughASubscriberOfTheirOwn(t *testing.T) {
	transport, err := inmem.New(inmem.Config{})
	require.NoError(t, err)
	bus, err := watermillbus.New(transport, bareSubscriber{transport}, watermillbus.Config{Events: transport})
	require.NoError(t, err)
	defer bus.Close()
	ctx, cancel := context.WithCancel(t.Context())
	sent := domain.StatusRequest{Schema: domain.SchemaStatusRequest}
	var heard domain.Event
	require.NoError(t, bus.Watch(ctx, []domain.Subject{sent.Subject()}, func() {
		require.NoError(t, bus.Announce(ctx, sent))
	}, func(e domain.Event) { heard = e; cancel() }))
	require.Equal(t, sent, heard)
}

// forgetful is a subscriber that drops the message in flight when its subscription
// ends, and delivers it to the next one, as many subscribers do.
type forgetful struct{ waiting chan *message.Message }

func (f forgetful) Subscribe(ctx context.Context, _ string) (<-chan *message.Message, error) {
	out := make(chan *message.Message)
	go func() {
		defer close(out)
		for {
			select {
			case msg := <-f.waiting:
				f.deliver(ctx, msg, out)
			case <-ctx.Done():
				return
			}
		}
	}()
	return out, nil
}

func (f forgetful) deliver(ctx context.Context, msg *message.Message, out chan<- *message.Message) {
	one := msg.Copy()
	inflight, settled := context.WithCancel(ctx)
	defer settled()
	one.SetContext(inflight)
	select {
	case out <- one:
	case <-ctx.Done():
		f.waiting <- msg
		return
	}
	select {
	case <-one.Nacked():
	case <-ctx.Done():
	case <-one.Acked():
		select {
		case <-time.After(time.Millisecond): // stands for a broker that takes a moment
			return
		case <-ctx.Done(): // the acknowledgement comes too late
		}
	}
	f.waiting <- msg
}

func (forgetful) Close() error { return nil }

func TestWhatRunsWhenAConsumerEndsIsAcknowledged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sub := forgetful{waiting: make(chan *message.Message, 1)}
		bus, err := watermillbus.New(into(sub), sub, watermillbus.Config{})
		require.NoError(t, err)
		defer bus.Close()
		require.NoError(t, bus.Dispatch(t.Context(), command()))
		ctx, cancel := context.WithCancel(t.Context())
		require.NoError(t, bus.Consume(ctx, domain.Consumer{Slots: 1}, handle(func(context.Context, domain.ExecuteBenchmark) error {
			cancel() // the handler goes on to its end
			return nil
		})))
		synctest.Wait()
		require.Empty(t, sub.waiting, "it was executed, and is not delivered again")
	})
}

// into is a publisher into a channel.
type into struct{ waiting chan *message.Message }

func (i into) Publish(_ string, messages ...*message.Message) error {
	for _, msg := range messages {
		i.waiting <- msg
	}
	return nil
}

func (into) Close() error { return nil }
