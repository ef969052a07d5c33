package watermillbus

import (
	"testing"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// The reason of the worker that gave a message up takes precedence over the broker's
// reason for moving it. Without either there is none.
func TestWhyAMessageFailed(t *testing.T) {
	bus, err := New(&outbox{}, silent{}, Config{})
	require.NoError(t, err)
	check := func(class domain.FailureClass, death string, want domain.FailureClass) {
		t.Helper()
		msg := message.NewMessage("run/1", nil)
		for key, value := range map[string]string{keyFailureClass: string(class), keyDeath: death} {
			if value != "" {
				msg.Metadata[key] = value
			}
		}
		failed := bus.readFailed(msg)
		require.Equal(t, want, failed.Class)
		require.Equal(t, class == "" && death != "", failed.Message != "")
		require.Equal(t, string(class), msg.Metadata.Get(keyFailureClass), "the message stays as it is")
	}
	check("", "", "")
	check(domain.ClassCode, "", domain.ClassCode)
	check(domain.ClassCode, "delivery_limit", domain.ClassCode)
	check(domain.ClassCode, "expired", domain.ClassCode)
	check("", "delivery_limit", domain.ClassWorkerLost)
	check("", "maxlen", domain.ClassWorkerLost)
	check("", "expired", domain.ClassExpired)
}

// A worker could not execute a result in the queue of commands, and it would fail
// again.
func TestAResultIsNotSentToTheWorkers(t *testing.T) {
	out := &outbox{}
	bus, err := New(out, silent{}, Config{})
	require.NoError(t, err)
	for schema, sent := range map[string]bool{domain.SchemaExecuted: false, domain.SchemaExecutedBatch: false, "benchmark.execute.v2": true} {
		out.sent = nil
		msg := message.NewMessage("run/1", []byte(`{"schema":"`+schema+`"}`))
		msg.Metadata[keyType] = schema
		err := bus.retryFailed(t.Context(), msg)
		require.Equal(t, sent, err == nil, schema)
		require.Equal(t, sent, len(out.sent) == 1, schema)
	}
}
