package watermillbus

import (
	"context"
	"testing"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// outbox is a publisher that keeps the messages.
type outbox struct{ sent []*message.Message }

func (o *outbox) Publish(_ string, messages ...*message.Message) error {
	o.sent = append(o.sent, messages...)
	return nil
}

func (o *outbox) Close() error { return nil }

type silent struct{}

func (silent) Subscribe(context.Context, string) (<-chan *message.Message, error) { return nil, nil }
func (silent) Close() error                                                       { return nil }

// A draining consumer sends anew the messages that the transport still delivers. If it
// gave them back, each would count as a delivery without an answer.
func TestADrainingConsumerSendsAnewWhatItDoesNotRun(t *testing.T) {
	out := &outbox{}
	bus, err := New(out, silent{}, Config{})
	require.NoError(t, err)
	untouched, err := bus.commandMessage(t.Context(), testCommand(1))
	require.NoError(t, err)
	redelivered, err := bus.commandMessage(t.Context(), testCommand(2))
	require.NoError(t, err)
	redelivered.Metadata[keyDeliveries] = "2"
	unreadable := message.NewMessage("stranger", []byte("{"))

	messages := make(chan *message.Message, 3)
	messages <- untouched
	messages <- redelivered
	messages <- unreadable
	close(messages)
	drained, cancel := context.WithCancel(t.Context())
	cancel()
	delivery{bus: bus}.slot(drained, t.Context(), messages) // calling the handler, which is nil, would panic

	require.Len(t, out.sent, 3)
	for i, original := range []*message.Message{untouched, redelivered, unreadable} {
		<-original.Acked()
		require.Equal(t, original.UUID, out.sent[i].UUID)
		require.Empty(t, out.sent[i].Metadata.Get(keyDeliveries))
	}
	attempt := func(msg *message.Message) int {
		cmd, err := bus.codec.decodeCommand(msg.Payload)
		require.NoError(t, err)
		return cmd.Attempt
	}
	require.Equal(t, 1, attempt(out.sent[0]))
	require.Equal(t, 3, attempt(out.sent[1]), "what was counted so far is kept")
	require.Equal(t, domain.MessageID("run", 1), untouched.UUID)
}
