package watermillbus

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// away is a publisher that does not confirm the first few messages.
type away struct {
	outbox
	times int
}

func (a *away) Publish(topic string, messages ...*message.Message) error {
	if a.times--; a.times >= 0 {
		return domain.ErrUnconfirmed
	}
	return a.outbox.Publish(topic, messages...)
}

// failing is a handler that fails to execute with one error and to tell the run with
// the other.
type failing struct{ handle, giveUp error }

func (f failing) Handle(context.Context, domain.ExecuteBenchmark) error { return f.handle }
func (f failing) GiveUp(context.Context, domain.ExecuteBenchmark, domain.Failure) error {
	return f.giveUp
}

func TestAMessageIsSettledWhenTheBrokerIsBack(t *testing.T) {
	for name, handle := range map[string]error{
		"given up": domain.Fail(domain.ClassCode, "no such function"),
		"retried":  errors.New("once more"),
		"requeued": &domain.RequeueError{},
	} {
		synctest.Test(t, func(t *testing.T) {
			out := &away{times: 2}
			bus, err := New(out, silent{}, Config{})
			require.NoError(t, err)
			msg, err := bus.commandMessage(t.Context(), testCommand(1))
			require.NoError(t, err)
			delivery{bus: bus, handler: failing{handle: handle}}.handle(t.Context(), msg)
			require.Len(t, out.sent, 1, name)
			<-msg.Acked()
		})
	}
}

// Without a pause a publisher without delays would bring the message back over and
// over.
func TestWithoutDelaysAMessageComesBackAfterASecondAtMost(t *testing.T) {
	check := func(delay, want time.Duration) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			out := &outbox{}
			bus, err := New(out, silent{}, Config{})
			require.NoError(t, err)
			msg, err := bus.commandMessage(t.Context(), testCommand(1))
			require.NoError(t, err)
			began := time.Now()
			delivery{bus: bus, handler: failing{handle: &domain.RequeueError{Delay: delay}}}.handle(t.Context(), msg)
			require.Equal(t, want, time.Since(began))
			require.Len(t, out.sent, 1)
		})
	}
	check(0, 0)
	check(100*time.Millisecond, 100*time.Millisecond)
	check(time.Hour, time.Second)
}

// A command goes back in the state in which its handler left it.
func TestWhatIsPostponedComesAgainAsItWasLeft(t *testing.T) {
	out := &outbox{}
	bus, err := New(out, silent{}, Config{})
	require.NoError(t, err)
	msg, err := bus.commandMessage(t.Context(), testCommand(1))
	require.NoError(t, err)
	left := testCommand(1)
	left.HostFailures, left.WaitingSince = 2, time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	for again, want := range map[*domain.ExecuteBenchmark]domain.ExecuteBenchmark{&left: left, nil: testCommand(1)} {
		out.sent = nil
		delivery{bus: bus, handler: failing{handle: &domain.RequeueError{Again: again}}}.handle(t.Context(), msg.Copy())
		require.Len(t, out.sent, 1)
		cmd, err := bus.codec.decodeCommand(out.sent[0].Payload)
		require.NoError(t, err)
		require.Equal(t, want, cmd)
	}
}

func TestAFailedMessageIsRetriedAsAFirstAttempt(t *testing.T) {
	out := &outbox{}
	bus, err := New(out, silent{}, Config{})
	require.NoError(t, err)
	cmd := testCommand(1)
	cmd.Attempt, cmd.Redeliveries = 4, 3
	msg, err := bus.commandMessage(t.Context(), cmd)
	require.NoError(t, err)
	require.NoError(t, bus.retryFailed(t.Context(), failedMessage(msg, domain.Failure{Class: domain.ClassWorkerLost}, "w", time.Now())))
	again, err := bus.codec.decodeCommand(out.sent[0].Payload)
	require.NoError(t, err)
	cmd.Attempt, cmd.Redeliveries = 1, 0
	require.Equal(t, cmd, again)
}

// If the run cannot be told, its message goes to the failed queue, unless the reason
// passes.
func TestWhatCannotBeAnsweredEndsInTheFailedQueue(t *testing.T) {
	check := func(giveUp error, deliveries string, failed bool) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			out := &outbox{}
			bus, err := New(out, silent{}, Config{Retry: domain.RetryPolicy{Retries: -1}})
			require.NoError(t, err)
			msg, err := bus.commandMessage(t.Context(), testCommand(1))
			require.NoError(t, err)
			msg.Metadata[keyDeliveries] = deliveries
			handler := failing{handle: domain.Fail(domain.ClassCode, "x"), giveUp: giveUp}
			delivery{bus: bus, handler: handler}.handle(t.Context(), msg)
			if failed {
				<-msg.Acked()
				require.Len(t, out.sent, 1)
				require.NotEmpty(t, out.sent[0].Metadata.Get(keyFailureClass))
				return
			}
			<-msg.Nacked()
			require.Empty(t, out.sent)
		})
	}
	lasting := errors.New("the address is refused")
	check(lasting, "", false)
	check(lasting, "3", true)
	check(domain.ErrUnconfirmed, "3", false)
	check(domain.ErrBusClosed, "3", false)
	check(nil, "3", true)
}

// The failed queue describes a message beside its body in no more bytes than a broker
// takes, whatever the message and its failure hold.
func TestTheFailedQueueSaysNoMoreThanABrokerTakes(t *testing.T) {
	huge := strings.Repeat("ä", 100_000)
	msg := message.NewMessage(huge, []byte(huge))
	msg.Metadata = message.Metadata{
		keyCorrelation: huge, keyType: huge, keyReplyTo: huge, keyAttempt: huge, keyDeadline: huge, keyTime: huge,
		keyDeliveries: "3", "traceparent": "00-1-2-03", "large": huge, keyFailureMessage: huge,
	}
	for i := range 5000 {
		msg.Metadata[fmt.Sprintf("of-somebody-else-%d", i)] = "and no use to anybody here"
	}
	failure := domain.Failure{Class: domain.FailureClass(huge), Message: huge, Output: huge, Attempts: 4}
	out := failedMessage(msg, failure, huge, time.Now())
	require.Equal(t, msg.Payload, out.Payload)
	total := len(out.UUID)
	for key, value := range out.Metadata {
		total += len(key) + len(value)
	}
	require.Less(t, total, 64<<10)
	require.LessOrEqual(t, len(out.UUID), domain.MaxAddress)
	for _, key := range []string{keyCorrelation, keyType, keyReplyTo} {
		require.LessOrEqual(t, len(out.Metadata[key]), domain.MaxAddress)
	}
	require.Equal(t, "00-1-2-03", out.Metadata["traceparent"])
	require.NotContains(t, out.Metadata, "large")
	require.NotContains(t, out.Metadata, keyDeliveries)
	require.Regexp(t, `^ä+ … \(cut\)$`, out.Metadata[keyFailureMessage])
	require.Greater(t, len(out.Metadata[keyFailureMessage]), domain.MaxFailureMessage-4)
	require.Equal(t, "4", out.Metadata[keyFailureAttempts])
}

// calendar is an outbox that remembers when each message is due.
type calendar struct {
	outbox
	delays []time.Duration
}

func (c *calendar) PublishAfter(topic string, delay time.Duration, messages ...*message.Message) error {
	c.delays = append(c.delays, delay)
	return c.Publish(topic, messages...)
}

// doubtful returns a command that the transport marks as perhaps delivered before.
func doubtful(t *testing.T, bus *Bus, lost int) *message.Message {
	t.Helper()
	cmd := testCommand(1)
	cmd.Redeliveries = lost
	msg, err := bus.commandMessage(t.Context(), cmd)
	require.NoError(t, err)
	msg.Metadata[keyRedelivered] = "true"
	return msg
}

// A RabbitMQ that was killed marks all messages of its classic queues as perhaps
// delivered before. That costs no attempt.
func TestWhatWasPerhapsDeliveredBeforeCostsNoAttempt(t *testing.T) {
	for lost, delay := range map[int]time.Duration{0: time.Second, 1: 2 * time.Second, 2: 4 * time.Second, 3: 4 * time.Second, 9: 4 * time.Second} {
		out := &calendar{}
		bus, err := New(out, silent{}, Config{})
		require.NoError(t, err)
		msg := doubtful(t, bus, lost)
		delivery{bus: bus, handler: failing{handle: errors.New("it was executed")}}.handle(t.Context(), msg)
		<-msg.Acked()
		require.Equal(t, []time.Duration{delay}, out.delays)
		require.Empty(t, out.sent[0].Metadata.Get(keyRedelivered))
		again, err := bus.readCommand(out.sent[0].Payload)
		require.NoError(t, err)
		require.Equal(t, 1, again.Attempt)
		require.Equal(t, lost+1, again.Redeliveries)
	}
}

func TestWhatWasPerhapsDeliveredBeforeIsGivenUpAtTheEleventhTime(t *testing.T) {
	out := &calendar{}
	bus, err := New(out, silent{}, Config{})
	require.NoError(t, err)
	msg := doubtful(t, bus, 10)
	delivery{bus: bus, handler: failing{handle: errors.New("it was executed")}}.handle(t.Context(), msg)
	<-msg.Acked()
	require.Len(t, out.sent, 1)
	require.Equal(t, string(domain.ClassWorkerLost), out.sent[0].Metadata.Get(keyFailureClass))
	require.Equal(t, "11", out.sent[0].Metadata.Get(keyFailureAttempts))
	require.NotContains(t, out.sent[0].Metadata, keyRedelivered)
}
