package rabbitmq_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	amqp "github.com/rabbitmq/amqp091-go"
	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/rabbitmq"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/domain"
)

const patience = 30 * time.Second

// channel opens a channel of its own, without the transport.
func (s *space) channel() *amqp.Channel {
	conn, err := amqp.Dial(s.url)
	require.NoError(s, err)
	s.Cleanup(func() { _ = conn.Close() })
	ch, err := conn.Channel()
	require.NoError(s, err)
	return ch
}

// next returns the next message after acknowledging it.
func (s *space) next(messages <-chan *message.Message) *message.Message {
	select {
	case msg, ok := <-messages:
		require.True(s, ok, "the subscription ended")
		msg.Ack()
		return msg
	case <-time.After(patience):
		require.FailNow(s, "waited in vain for a message")
		return nil
	}
}

// subscribe subscribes until the test ends.
func (s *space) subscribe(t *rabbitmq.Transport, topic string) <-chan *message.Message {
	ctx, cancel := context.WithCancel(context.Background())
	messages, err := t.Subscribe(ctx, topic)
	require.NoError(s, err)
	s.Cleanup(func() {
		cancel()
		for msg := range messages {
			msg.Nack()
		}
	})
	return messages
}

func publish(t *testing.T, transport *rabbitmq.Transport, topic string, ids ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var messages []*message.Message
	for _, id := range ids {
		msg := message.NewMessage(id, []byte("{}"))
		msg.SetContext(ctx)
		messages = append(messages, msg)
	}
	require.NoError(t, transport.Publish(topic, messages...))
}

func TestADeletedQueueIsDeclaredAgain(t *testing.T) {
	s := newSpace(t)
	transport := s.open(rabbitmq.Config{})
	commands := s.name + ".commands"
	messages := s.subscribe(transport, commands)
	publish(t, transport, commands, "1")
	require.Equal(t, "1", s.next(messages).UUID)
	for _, id := range []string{"2", "3"} {
		_, err := s.channel().QueueDelete(commands, false, false, false)
		require.NoError(t, err)
		publish(t, transport, commands, id)
		require.Equal(t, id, s.next(messages).UUID, "and nothing that is no message")
	}
}

func TestAReplyThatNobodyWaitsForIsKept(t *testing.T) {
	s := newSpace(t)
	transport := s.open(rabbitmq.Config{})
	gone := s.name + ".replies.gone"
	ch := s.channel()
	_, err := ch.QueueDeclare(gone, true, false, false, false, nil) // as its runner does
	require.NoError(t, err)
	publish(t, transport, gone, "1")
	_, err = ch.QueueDelete(gone, false, false, false)
	require.NoError(t, err)
	publish(t, transport, gone, "2")
	publish(t, transport, "of.somebody.else", "3")
	var kept []string
	require.NoError(t, transport.Browse(t.Context(), s.name+".unroutable", func(msg *message.Message) (bool, error) {
		kept = append(kept, msg.UUID)
		return false, nil
	}))
	require.Equal(t, []string{"2", "3"}, kept)
}

func TestAnEventsExchangeThatWasDeletedIsDeclaredAgain(t *testing.T) {
	s := newSpace(t)
	transport := s.open(rabbitmq.Config{})
	events := s.name + ".events.runs"
	publish(t, transport, events, "nobody listens")
	require.NoError(t, s.channel().ExchangeDelete(events, false, false))
	publish(t, transport, events, "nobody listens to this either")
}

func TestAMismatchNamesQueueAndArgument(t *testing.T) {
	s := newSpace(t)
	commands := s.name + ".commands"
	s.subscribe(s.open(rabbitmq.Config{QueueType: rabbitmq.QueueClassic}), commands)
	other := s.open(rabbitmq.Config{QueueType: rabbitmq.QueueQuorum})
	check := func(err error) {
		t.Helper()
		require.ErrorIs(t, err, rabbitmq.ErrMismatch)
		require.ErrorContains(t, err, s.name+".failed")
		require.ErrorContains(t, err, "x-queue-type")
	}
	_, err := other.Subscribe(t.Context(), commands)
	check(err)
	check(other.Publish(commands, message.NewMessage("1", nil)))

	all, err := other.Setup(t.Context(), commands, nil, true)
	require.NoError(t, err)
	require.Equal(t, "mismatch", all[0].State)
	require.Contains(t, all[0].Problem, "x-queue-type")
}

func TestSetupDeclaresOnce(t *testing.T) {
	s := newSpace(t)
	transport := s.open(rabbitmq.Config{})
	delays := []time.Duration{time.Second}
	states := func(dryRun bool) map[string]string {
		all, err := transport.Setup(t.Context(), s.name+".commands", delays, dryRun)
		require.NoError(t, err)
		found := map[string]string{}
		for _, d := range all {
			require.Empty(t, d.Problem)
			found[d.Name] = d.State
		}
		return found
	}
	all := func(state string) map[string]string {
		want := map[string]string{}
		for _, name := range []string{".failed", ".commands", ".commands.delay.1000", ".unroutable", ".events.runs", ".events.workers", ".events.requests"} {
			want[s.name+name] = state
		}
		return want
	}
	require.Equal(t, all("missing"), states(true))
	require.Equal(t, all("missing"), states(true), "a dry run changes nothing")
	require.Equal(t, all("declared"), states(false))
	require.Equal(t, all("there"), states(false))
	for name := range all("") {
		_, err := s.channel().QueueDelete(name, false, false, false)
		require.NoError(t, err)
	}
}

func TestOneRunHasOneCollector(t *testing.T) {
	s := newSpace(t)
	open := func() domain.Bus {
		transport := s.open(rabbitmq.Config{})
		bus, err := watermillbus.New(transport, transport, watermillbus.Config{Namespace: s.name})
		require.NoError(t, err)
		return bus
	}
	one, two := open(), open()
	replies, err := one.OpenReplies(t.Context(), "run")
	require.NoError(t, err)
	for _, other := range []domain.Bus{one, two} {
		_, err = other.OpenReplies(t.Context(), "run")
		require.ErrorIs(t, err, domain.ErrRunTaken)
	}
	require.NoError(t, replies.Close())
	replies, err = one.OpenReplies(t.Context(), "run")
	require.NoError(t, err)
	require.NoError(t, replies.Close())
	replies, err = two.OpenReplies(t.Context(), "run")
	require.NoError(t, err)
	require.NoError(t, replies.Close())
}

// Messages may be settled in any order: each stays open until its own reader settles
// it.
func TestMessagesAreSettledInAnyOrder(t *testing.T) {
	for _, kind := range []rabbitmq.QueueType{rabbitmq.QueueClassic, rabbitmq.QueueQuorum} {
		t.Run(string(kind), func(t *testing.T) {
			s := newSpace(t)
			transport := s.open(rabbitmq.Config{QueueType: kind})
			topic := s.name + ".commands"
			messages, err := transport.SubscribeWindow(t.Context(), topic, 4)
			require.NoError(t, err)
			publish(t, transport, topic, "1", "2", "3", "4", "5", "6", "7", "8")
			take := func() *message.Message {
				select {
				case msg := <-messages:
					return msg
				case <-time.After(patience):
					require.FailNow(t, "waited in vain for a message")
					return nil
				}
			}
			held := map[string]*message.Message{}
			for range 4 {
				msg := take()
				held[msg.UUID] = msg
			}
			for _, step := range []struct{ settle, then string }{{"3", "5"}, {"2", "6"}, {"6", "7"}, {"1", "8"}} {
				held[step.settle].Ack()
				delete(held, step.settle)
				msg := take()
				require.Equal(t, step.then, msg.UUID)
				held[msg.UUID] = msg
			}
			held["7"].Nack()
			require.Equal(t, "7", take().UUID, "given back")
			held["5"].Ack()
			require.NoError(t, transport.Close())

			left := map[string]bool{}
			require.NoError(t, s.open(rabbitmq.Config{QueueType: kind}).Browse(t.Context(), topic, func(msg *message.Message) (bool, error) {
				left[msg.UUID] = true
				return true, nil
			}))
			require.True(t, left["4"] && left["7"] && left["8"], "%v", left)
			for _, settled := range []string{"1", "2", "3", "6"} { // the broker may not have heard of the last
				require.False(t, left[settled], "%v", left)
			}
		})
	}
}

// While many goroutines publish, the connections are cut over and over. No publish
// waits for ever, and no message is lost.
func TestPublishingSurvivesCutConnections(t *testing.T) {
	s := newSpace(t)
	proxy := s.proxy()
	transport := s.open(rabbitmq.Config{URL: proxy.URL()})
	const publishers, each = 64, 50
	topic := s.name + ".commands"
	var all sync.WaitGroup
	for p := range publishers {
		all.Go(func() {
			for n := range each {
				msg := message.NewMessage(fmt.Sprintf("%d/%d", p, n), []byte("{}"))
				require.NoError(t, transport.Publish(topic, msg))
				if p == 0 && n%10 == 5 {
					proxy.Cut()
				}
			}
		})
	}
	all.Wait()
	seen := map[string]bool{}
	require.NoError(t, s.open(rabbitmq.Config{}).Browse(t.Context(), topic, func(msg *message.Message) (bool, error) {
		seen[msg.UUID] = true
		return true, nil
	}))
	require.Len(t, seen, publishers*each)
}

// Without a heartbeat only the watchdog notices a network that swallows everything.
func TestTheWatchdogNoticesABrokerThatDoesNotAnswer(t *testing.T) {
	s := newSpace(t)
	proxy := s.proxy()
	noticed := newLines("gave up the connection")
	transport := s.open(rabbitmq.Config{
		URL: proxy.URL() + "?heartbeat=0", CheckInterval: 100 * time.Millisecond, AnswerTimeout: 300 * time.Millisecond,
		Logger: slog.New(noticed),
	})
	topic := s.name + ".commands"
	messages := s.subscribe(transport, topic)
	publish(t, transport, topic, "1")
	require.Equal(t, "1", s.next(messages).UUID)
	proxy.Behave(0, true)
	publish(t, s.open(rabbitmq.Config{}), topic, "2") // not through the proxy
	select {
	case <-noticed.seen:
	case <-time.After(patience):
		require.FailNow(t, "the watchdog notices nothing")
	}
	proxy.Behave(0, false)
	proxy.Cut()                        // swallowed bytes stay missing, also from a connection that is just being made
	for s.next(messages).UUID != "2" { // the acknowledgement of the first may have been swallowed
	}
}

func TestTheWatchdogNoticesAConsumerThatGetsNothing(t *testing.T) {
	s := newSpace(t)
	topic := s.name + ".commands"
	check := func(want bool) {
		t.Helper()
		first, second := s.open(rabbitmq.Config{QueueType: rabbitmq.QueueClassic, CheckInterval: time.Hour}).WatchdogDropsAStarvedConsumer(topic)
		require.False(t, first, "once may be a coincidence")
		require.Equal(t, want, second)
	}
	transport := s.open(rabbitmq.Config{QueueType: rabbitmq.QueueClassic})
	publish(t, transport, topic, "1")
	check(true)
	s.next(s.subscribe(transport, topic))
	check(false)
}

// If no worker lives to answer a command, the broker moves it to the failed queue, even
// if the workers never counted.
func TestTheBrokerItselfGivesUp(t *testing.T) {
	s := newSpace(t)
	transport := s.open(rabbitmq.Config{DeliveryLimit: 2, QueueType: rabbitmq.QueueQuorum})
	topic := s.name + ".commands"
	publish(t, transport, topic, "run/1")
	ctx, cancel := context.WithCancel(t.Context())
	messages, err := transport.Subscribe(ctx, topic)
	require.NoError(t, err)
	for range 3 {
		(<-messages).Nack()
	}
	bus, err := watermillbus.New(transport, transport, watermillbus.Config{Namespace: s.name})
	require.NoError(t, err)
	var failed []domain.FailedMessage
	for end := time.Now().Add(patience); len(failed) == 0 && time.Now().Before(end); { // nothing signals its arrival
		require.NoError(t, bus.BrowseFailed(t.Context(), func(f domain.FailedMessage) domain.FailedAction {
			failed = append(failed, f)
			return domain.KeepFailed
		}))
	}
	require.Len(t, failed, 1)
	require.Equal(t, domain.ClassWorkerLost, failed[0].Class)
	cancel()
	for range messages {
	}
}

// The broker moves a command to the failed queue when its deadline is over. There it
// stays until somebody takes it out.
func TestWhatFailedOutlivesItsDeadline(t *testing.T) {
	s := newSpace(t)
	transport := s.open(rabbitmq.Config{})
	late := func(topic, id string) {
		msg := newMessage(id)
		msg.Metadata.Set("deadline", time.Now().Add(-time.Hour).Format(time.RFC3339Nano))
		require.NoError(t, transport.Publish(topic, msg))
	}
	failed := s.name + ".failed"
	late(failed, "1")
	late(s.name+".commands", "2")
	messages := s.subscribe(transport, failed)
	require.Equal(t, "1", s.next(messages).UUID)
	require.Equal(t, "2", s.next(messages).UUID)
}

func TestAPublishHasADeadline(t *testing.T) {
	s := newSpace(t)
	proxy := s.proxy()
	transport := s.open(rabbitmq.Config{URL: proxy.URL(), PublishTimeout: 300 * time.Millisecond})
	topic := s.name + ".commands"
	publish(t, transport, topic, "1")
	proxy.Behave(0, true)
	require.ErrorIs(t, transport.Publish(topic, message.NewMessage("2", nil)), domain.ErrUnconfirmed)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	late := message.NewMessage("3", nil)
	late.SetContext(ctx)
	require.ErrorIs(t, transport.Publish(topic, late), context.Canceled)
}
