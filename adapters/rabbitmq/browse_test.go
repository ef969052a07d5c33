package rabbitmq_test

import (
	"testing"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/rabbitmq"
)

// A failed message that is retried and fails again at once is back in the queue before
// Browse has seen the others.
func TestBrowseSeesNoMessageTwice(t *testing.T) {
	s := newSpace(t)
	transport := s.open(rabbitmq.Config{})
	failed := s.name + ".failed"
	publish(t, transport, failed, "1", "2", "3")
	var seen []string
	require.NoError(t, transport.Browse(t.Context(), failed, func(msg *message.Message) (bool, error) {
		if seen = append(seen, msg.UUID); len(seen) <= 10 {
			publish(t, transport, failed, msg.UUID)
		}
		return true, nil
	}))
	require.Equal(t, []string{"1", "2", "3"}, seen)
}
