package watermillbus

import (
	"context"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// The bus reads messages up to the largest size, and none that has a byte more.
func TestWhatIsTooLargeIsNotRead(t *testing.T) {
	check := func(payload []byte, read func(*Bus) error) {
		t.Helper()
		for excess, readable := range map[int]bool{0: true, 1: false} {
			bus, err := New(&outbox{}, silent{}, Config{MaxMessage: len(payload) - excess})
			require.NoError(t, err)
			err = read(bus)
			if readable {
				require.NoError(t, err)
				continue
			}
			require.Equal(t, domain.ClassUnreadable, domain.FailureOf(err, 1).Class)
			require.ErrorContains(t, err, "bytes; at most")
		}
	}
	codec := newCodec()
	cmd, err := codec.encodeCommand(testCommand(1))
	require.NoError(t, err)
	check(cmd, func(b *Bus) error { _, err := b.readCommand(cmd); return err })
	request, err := encodeEvent(domain.StatusRequest{Schema: domain.SchemaStatusRequest})
	require.NoError(t, err)
	check(request, func(b *Bus) error { _, err := b.readEvent(request); return err })
}

func TestAResultThatIsTooLargeEndsInTheFailedQueue(t *testing.T) {
	result, err := newCodec().encodeResult(testResult(1))
	require.NoError(t, err)
	passed := func(most int) (ready, failed int) {
		out := &outbox{}
		bus, err := New(out, silent{}, Config{MaxMessage: most})
		require.NoError(t, err)
		r := &replies{bus: bus, ready: make(chan domain.Reply, 1), closed: make(chan struct{}), take: t.Context()}
		r.pass(message.NewMessage("run/1", result))
		for _, msg := range out.sent {
			require.Equal(t, string(domain.ClassUnreadable), msg.Metadata.Get(keyFailureClass))
		}
		return len(r.ready), len(out.sent)
	}
	ready, failed := passed(len(result))
	require.Equal(t, []int{1, 0}, []int{ready, failed})
	ready, failed = passed(len(result) - 1)
	require.Equal(t, []int{0, 1}, []int{ready, failed})
}

// Otherwise anybody who can send commands could have any queue filled.
func TestOnlyTheRunsOwnAddressIsAnswered(t *testing.T) {
	bus, err := New(&outbox{}, silent{}, Config{})
	require.NoError(t, err)
	for address, right := range map[string]bool{
		"benchbus.replies.run": true, "benchbus.replies.another": false, "benchbus.commands": false, "": false,
	} {
		cmd := testCommand(1)
		cmd.ReplyTo = address
		msg, err := bus.commandMessage(t.Context(), cmd)
		require.NoError(t, err)
		_, err = bus.readCommand(msg.Payload)
		require.Equal(t, right, err == nil, address)
		_, answerable := bus.fromProperties(msg)
		require.Equal(t, right, answerable, address)
	}
}

func TestAnEventThatNobodyCanHaveSentIsNotRead(t *testing.T) {
	bus, err := New(&outbox{}, silent{}, Config{})
	require.NoError(t, err)
	good := domain.WorkerHeartbeat{Schema: domain.SchemaHeartbeat, Worker: "w", Interval: time.Second, Slots: 1}
	bad := good
	bad.Slots = -1
	for beat, readable := range map[*domain.WorkerHeartbeat]bool{&good: true, &bad: false} {
		payload, err := encodeEvent(*beat)
		require.NoError(t, err)
		_, err = bus.readEvent(payload)
		require.Equal(t, readable, err == nil)
	}
}

// refusing is a subscriber whose subscriptions fail while err is set.
type refusing struct{ err error }

func (r *refusing) Subscribe(ctx context.Context, _ string) (<-chan *message.Message, error) {
	if r.err != nil {
		return nil, r.err
	}
	messages := make(chan *message.Message)
	context.AfterFunc(ctx, func() { close(messages) })
	return messages, nil
}

func (*refusing) Close() error { return nil }

// Not every transport refuses a second collector.
func TestARunHasOneCollectorAtATime(t *testing.T) {
	sub := &refusing{err: domain.ErrUnconfirmed}
	bus, err := New(&outbox{}, sub, Config{})
	require.NoError(t, err)
	_, err = bus.OpenReplies(t.Context(), "run")
	require.ErrorIs(t, err, domain.ErrUnconfirmed)
	sub.err = nil
	for range 2 { // after a subscription that failed, and after one that was closed
		replies, err := bus.OpenReplies(t.Context(), "run")
		require.NoError(t, err)
		_, err = bus.OpenReplies(t.Context(), "run")
		require.ErrorIs(t, err, domain.ErrRunTaken)
		other, err := bus.OpenReplies(t.Context(), "other")
		require.NoError(t, err)
		require.NoError(t, other.Close())
		require.NoError(t, replies.Close())
	}
}
