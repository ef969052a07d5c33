package inmem_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/inmem"
)

func open(t *testing.T, cfg inmem.Config) *inmem.Transport {
	transport, err := inmem.New(cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, transport.Close()) })
	return transport
}

func publish(t *testing.T, transport *inmem.Transport, topic string, ids ...string) {
	for _, id := range ids {
		require.NoError(t, transport.Publish(topic, message.NewMessage(id, nil)))
	}
}

func waiting(t *testing.T, transport *inmem.Transport, topic string) []string {
	ids := []string{}
	require.NoError(t, transport.Browse(t.Context(), topic, func(msg *message.Message) (bool, error) {
		ids = append(ids, msg.UUID)
		return false, nil
	}))
	return ids
}

func TestConfigIsChecked(t *testing.T) {
	_, err := inmem.New(inmem.Config{Buffer: -1})
	require.ErrorContains(t, err, "Buffer is -1")
	_, err = inmem.New(inmem.Config{Namespace: "a b"})
	require.ErrorContains(t, err, `namespace "a b"`)
}

func TestPublishWaitsWhileTheQueueIsFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport := open(t, inmem.Config{Buffer: 2})
		publish(t, transport, "q", "1", "2")
		done := make(chan error, 1)
		go func() { done <- transport.Publish("q", message.NewMessage("3", nil)) }()
		synctest.Wait()
		require.Empty(t, done, "there is no room for a third message")

		ctx, cancel := context.WithCancel(t.Context())
		messages, err := transport.Subscribe(ctx, "q")
		require.NoError(t, err)
		(<-messages).Ack()
		require.NoError(t, <-done)
		cancel()
		for msg := range messages { // one may be on its way
			msg.Ack()
		}
	})
}

func TestPublishStopsWaitingWithItsContext(t *testing.T) {
	transport := open(t, inmem.Config{Buffer: 1})
	publish(t, transport, "q", "1")
	ctx, cancel := context.WithCancel(t.Context())
	msg := message.NewMessage("2", nil)
	msg.SetContext(ctx)
	done := make(chan error, 1)
	go func() { done <- transport.Publish("q", msg) }()
	cancel()
	require.ErrorIs(t, <-done, context.Canceled)
	require.Equal(t, []string{"1"}, waiting(t, transport, "q"))
}

func TestCloseWakesWaitingPublishers(t *testing.T) {
	transport := open(t, inmem.Config{Buffer: 1})
	publish(t, transport, "q", "1")
	done := make(chan error, 1)
	go func() { done <- transport.Publish("q", message.NewMessage("2", nil)) }()
	require.NoError(t, transport.Close())
	require.ErrorIs(t, <-done, inmem.ErrClosed)
	require.ErrorIs(t, transport.Publish("benchbus.events.runs", message.NewMessage("3", nil)), inmem.ErrClosed)
	require.ErrorIs(t, transport.PublishAfter("q", time.Hour, message.NewMessage("4", nil)), inmem.ErrClosed)
	_, err := transport.Subscribe(t.Context(), "q")
	require.ErrorIs(t, err, inmem.ErrClosed)
}

func TestDelayedMessagesComeWhenTheyAreDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport := open(t, inmem.Config{Buffer: 1})
		require.NoError(t, transport.PublishAfter("q", 2*time.Second, message.NewMessage("late", nil)))
		require.NoError(t, transport.PublishAfter("q", time.Second, message.NewMessage("early", nil)))
		<-time.After(time.Second - 1) // by the bubble's clock
		synctest.Wait()
		require.Empty(t, waiting(t, transport, "q"))
		<-time.After(1)
		synctest.Wait()
		require.Equal(t, []string{"early"}, waiting(t, transport, "q"))
		<-time.After(time.Second)
		synctest.Wait()
		require.Equal(t, []string{"early", "late"}, waiting(t, transport, "q"), "a message that is due does not wait for room")
	})
}

func TestANackedMessageComesFirstAgainWithACount(t *testing.T) {
	transport := open(t, inmem.Config{})
	publish(t, transport, "q", "1", "2")
	ctx, cancel := context.WithCancel(t.Context())
	messages, err := transport.Subscribe(ctx, "q")
	require.NoError(t, err)
	for deliveries := range 3 {
		msg := <-messages
		require.Equal(t, "1", msg.UUID)
		want := ""
		if deliveries > 0 {
			want = strconv.Itoa(deliveries)
		}
		require.Equal(t, want, msg.Metadata.Get(inmem.DeliveryCountKey))
		msg.Nack()
	}
	(<-messages).Ack()
	require.Equal(t, "2", (<-messages).UUID)
	cancel()
}

func TestMessagesKeepTheirOrderOverManyRounds(t *testing.T) {
	transport := open(t, inmem.Config{Buffer: 3})
	messages, err := transport.Subscribe(t.Context(), "q")
	require.NoError(t, err)
	go func() {
		for i := range 1000 {
			if transport.Publish("q", message.NewMessage(fmt.Sprint(i), nil)) != nil {
				return
			}
		}
	}()
	for i := range 1000 {
		msg := <-messages
		require.Equal(t, fmt.Sprint(i), msg.UUID)
		msg.Ack()
	}
}

func TestATopicThatKeepsTheNewestNeverWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // a wait in a bubble is a deadlock
		transport := open(t, inmem.Config{Buffer: 2})
		publish(t, transport, "benchbus.failed", "1", "2", "3")
		require.Equal(t, []string{"2", "3"}, waiting(t, transport, "benchbus.failed"))
	})
}

func TestASubscriptionThatEndsFinishesTheMessageAtHand(t *testing.T) {
	transport := open(t, inmem.Config{})
	publish(t, transport, "q", "1", "2")
	ctx, cancel := context.WithCancel(t.Context())
	messages, err := transport.Subscribe(ctx, "q")
	require.NoError(t, err)
	msg := <-messages
	cancel()
	require.True(t, msg.Ack())
	_, open := <-messages
	require.False(t, open, "nothing new after the end of the context")
	require.Equal(t, []string{"2"}, waiting(t, transport, "q"))
}

func TestADeliveryIsACopy(t *testing.T) {
	transport := open(t, inmem.Config{})
	sent := message.NewMessage("1", nil)
	sent.Metadata = nil // stands for a careless sender
	require.NoError(t, transport.Publish("q", sent))
	ctx, cancel := context.WithCancel(t.Context())
	messages, err := transport.Subscribe(ctx, "q")
	require.NoError(t, err)
	first := <-messages
	first.Metadata.Set("scribbled", "on")
	first.Nack()
	second := <-messages
	require.Empty(t, second.Metadata.Get("scribbled"))
	second.Ack()
	cancel()
}
