package bustest_test

import (
	"cmp"
	"testing"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/bustest"
	"github.com/benchbus/benchbus/adapters/inmem"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/domain"
)

// An adapter's test gives the suite a function that opens a fresh bus.
func ExampleRun() {
	var TestConformance = func(t *testing.T) {
		bustest.Run(t, bustest.AllFeatures(), func(t *testing.T, retry domain.RetryPolicy) bustest.Fixture {
			transport, err := inmem.New(inmem.Config{})
			require.NoError(t, err)
			bus, err := watermillbus.New(transport, transport, watermillbus.Config{Retry: retry})
			require.NoError(t, err)
			return bustest.Fixture{
				Bus: bus,
				Inject: func(topic, id string, metadata map[string]string, payload []byte) error {
					msg := message.NewMessage(id, payload)
					msg.Metadata = metadata
					return transport.Publish(cmp.Or(topic, "benchbus.commands"), msg)
				},
			}
		})
	}
	_ = TestConformance // go test finds it by name
	// Output:
}
