package rabbitmq_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
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

// Messages that do not fit into headers, or whose headers the broker acts on, end in
// the failed queue with their bodies. They stop neither a worker nor a runner.
func TestOneMessageStopsNobody(t *testing.T) {
	huge := strings.Repeat("ä", 100_000)
	schema := []byte(`{"schema":"` + huge + `"}`)
	many := amqp.Table{}
	for i := range 1900 {
		many[fmt.Sprintf("header-%d", i)] = "of somebody else's, and no use to anybody"
	}
	for name, poison := range map[string]struct {
		queue    string
		sent     amqp.Publishing
		executor error
	}{
		"a schema in the commands queue": {".commands", amqp.Publishing{Body: schema}, nil},
		"a schema in a reply queue":      {".replies.run", amqp.Publishing{Body: schema}, nil},
		"one large header":               {".commands", amqp.Publishing{Body: []byte("?"), Headers: amqp.Table{"large": strings.Repeat("x", 131_000)}}, nil},
		"many headers":                   {".commands", amqp.Publishing{Body: []byte("?"), Headers: many}, nil},
		"bytes":                          {".commands", amqp.Publishing{Body: []byte("?"), Headers: amqp.Table{"bytes": make([]byte, 131_000)}}, nil},
		"copies for others":              {".commands", amqp.Publishing{Body: []byte("?"), Headers: amqp.Table{"CC": []any{"nowhere"}}}, nil},
		"ids in headers": {".commands", amqp.Publishing{Body: []byte("?"), Headers: amqp.Table{
			"correlation_id": huge[:1000], "type": huge[:1000], "reply_to": "amq.rabbitmq.reply-to",
		}}, nil},
		"an executor's error": {executor: domain.Permanent(errors.New(huge))},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSpace(t)
			proxy := s.proxy()
			bus := s.bus(rabbitmq.Config{URL: proxy.URL()})
			replies, err := bus.OpenReplies(t.Context(), "run")
			require.NoError(t, err)
			defer replies.Close()
			failing := func(cmd domain.ExecuteBenchmark) error {
				if cmd.Iteration == 1 {
					return poison.executor
				}
				return nil
			}
			s.work(bus, failing)
			s.dispatch(bus, replies, 2)
			s.awaitResult(replies, 2)
			if poison.executor == nil {
				s.send(poison.queue, poison.sent)
			} else {
				s.dispatch(bus, replies, 1)
			}
			failed := s.awaitFailed(bus)
			require.LessOrEqual(t, len(failed.Message), 8<<10)
			require.NotEmpty(t, failed.Message)
			if poison.executor == nil {
				require.Equal(t, domain.ClassUnreadable, failed.Class, "by a worker, and not by the broker, after many tries")
				require.Equal(t, poison.sent.Body, failed.Payload)
			}

			s.dispatch(bus, replies, 3)
			s.awaitResult(replies, 3)
			require.LessOrEqual(t, proxy.Opened(), 2, "no connection was lost")
		})
	}
}

// bus opens a bus in the namespace.
func (s *space) bus(cfg rabbitmq.Config) *watermillbus.Bus {
	transport := s.open(cfg)
	bus, err := watermillbus.New(transport, transport, watermillbus.Config{})
	require.NoError(s, err)
	return bus
}

// work answers commands until the test ends. An error of execute makes the command
// fail.
func (s *space) work(bus *watermillbus.Bus, execute func(domain.ExecuteBenchmark) error) {
	ctx, cancel := context.WithCancel(context.Background())
	var working sync.WaitGroup
	working.Go(func() {
		if err := bus.Consume(ctx, domain.Consumer{Slots: 2}, answering{bus, execute}); err != nil {
			s.Error(err)
		}
	})
	s.Cleanup(func() { cancel(); working.Wait() })
}

// answering is a handler that answers without a benchmark.
type answering struct {
	bus     domain.ReplyBus
	execute func(domain.ExecuteBenchmark) error
}

func (a answering) Handle(ctx context.Context, cmd domain.ExecuteBenchmark) error {
	if err := a.execute(cmd); err != nil {
		return err
	}
	return a.reply(ctx, cmd, domain.Failure{Class: domain.ClassCode, Attempts: 1})
}

func (a answering) GiveUp(ctx context.Context, cmd domain.ExecuteBenchmark, failure domain.Failure) error {
	return a.reply(ctx, cmd, failure)
}

func (a answering) reply(ctx context.Context, cmd domain.ExecuteBenchmark, failure domain.Failure) error {
	return a.bus.Reply(ctx, cmd.ReplyTo, domain.IterationExecuted{
		Schema: domain.SchemaExecuted, RunID: cmd.RunID, Iteration: cmd.Iteration, Attempt: cmd.Attempt, Failure: &failure,
	})
}

func (s *space) dispatch(bus *watermillbus.Bus, replies domain.Replies, iteration int) {
	plan := domain.Plan{Iterations: 3, Entries: []domain.Entry{domain.NewEntry(
		&domain.Benchmark{Slug: "loop", Name: "Loop", Category: "loops", Code: "x", Runtimes: []domain.RuntimeName{"php84"}}, "php84",
	)}}.WithDefaults()
	require.NoError(s, bus.Dispatch(s.Context(), plan.Message("run", iteration, replies.Address())))
}

// awaitResult takes results until that of the iteration comes.
func (s *space) awaitResult(replies domain.Replies, iteration int) {
	ctx, cancel := context.WithTimeout(s.Context(), patience)
	defer cancel()
	for answered := false; !answered; {
		batch, err := replies.Next(ctx)
		require.NoError(s, err)
		for _, reply := range batch {
			reply.Ack()
			answered = answered || reply.Result.Iteration == iteration
		}
	}
}

// send publishes directly, without the transport.
func (s *space) send(queue string, p amqp.Publishing) {
	ch := s.channel()
	require.NoError(s, ch.Confirm(false))
	confirmed, err := ch.PublishWithDeferredConfirm("", s.name+queue, true, false, p)
	require.NoError(s, err)
	require.True(s, confirmed.Wait())
}

// awaitFailed waits for the one message of the failed queue and returns it.
func (s *space) awaitFailed(bus *watermillbus.Bus) (failed domain.FailedMessage) {
	for end := time.Now().Add(patience); failed.Class == ""; { // nothing signals its arrival
		require.True(s, time.Now().Before(end), "waited in vain for the failed queue")
		require.NoError(s, bus.BrowseFailed(s.Context(), func(f domain.FailedMessage) domain.FailedAction {
			failed = f
			return domain.KeepFailed
		}))
	}
	return failed
}

// If the broker closes the connection because of a message, only that message fails.
func TestAMessageThatCostsTheConnectionStopsNoOther(t *testing.T) {
	s := newSpace(t)
	proxy := s.proxy()
	lost, back := newLines("lost the connection"), newLines("connected to the broker again")
	transport := s.open(rabbitmq.Config{URL: proxy.URL(), Logger: slog.New(slog.NewMultiHandler(lost, back))})
	topic := s.name + ".commands"
	publish(t, transport, topic, "0")
	proxy.Behave(20*time.Millisecond, false) // so that many are unconfirmed at once
	proxy.Refuse("poison")

	ids := []string{"1", "2", "3", "poison", "4", "5", "6"}
	var all sync.WaitGroup
	for _, id := range ids {
		all.Go(func() {
			err := transport.Publish(topic, newMessage(id))
			if id != "poison" {
				require.NoError(t, err)
				return
			}
			var refused *amqp.Error
			require.ErrorAs(t, err, &refused)
			require.Equal(t, amqp.FrameError, refused.Code)
			require.ErrorContains(t, err, id)
			require.NotErrorIs(t, err, domain.ErrUnconfirmed)
		})
	}
	all.Wait()
	require.LessOrEqual(t, proxy.Opened(), 2+3, "one to notice it, and two to be sure")

	kept := map[string]bool{}
	require.NoError(t, s.open(rabbitmq.Config{}).Browse(t.Context(), topic, func(msg *message.Message) (bool, error) {
		kept[msg.UUID] = true
		return true, nil
	}))
	require.Len(t, kept, len(ids))
}
