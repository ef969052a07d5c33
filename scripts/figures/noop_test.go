package main

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/domain"
)

// sent records the last message that a bus sends.
type sent struct{ payload []byte }

func (s *sent) Publish(_ string, messages ...*message.Message) error {
	s.payload = messages[len(messages)-1].Payload
	return nil
}

func (*sent) Subscribe(context.Context, string) (<-chan *message.Message, error) { return nil, nil }
func (*sent) Close() error                                                       { return nil }

// The comparison is only fair if both sides write the same bytes.
func TestTheAlternativeWritesTheBytesOfTheBus(t *testing.T) {
	out := &sent{}
	bus, err := watermillbus.New(out, out, watermillbus.Config{})
	require.NoError(t, err)
	same := func(bare any) {
		t.Helper()
		text, err := json.Marshal(bare)
		require.NoError(t, err)
		require.Equal(t, string(out.payload), string(text))
	}
	run, err := noopPlan(10)
	require.NoError(t, err)
	command := run.Plan.Message("bare", 7, "replies")
	require.NoError(t, bus.Dispatch(t.Context(), command))
	same(bareCommandOf(command))

	measured, err := noop(t.Context(), domain.Iteration{})
	require.NoError(t, err)
	require.NoError(t, bus.Reply(t.Context(), "replies", domain.IterationExecuted{
		Schema: domain.SchemaExecuted, RunID: "bare", Iteration: 7, Samples: measured.Samples,
	}))
	same(bareResultOf(bareCommandOf(command), measured))
}

func TestTheAlternativeComesToItsEnd(t *testing.T) {
	require.NoError(t, bareLoop(10))
}
