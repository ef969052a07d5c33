package inmem_test

import (
	"cmp"
	"testing"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/benchbus/benchbus/adapters/bustest"
	"github.com/benchbus/benchbus/adapters/inmem"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/domain"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestConformance(t *testing.T) {
	for _, namespace := range []string{"", "a.namespace-of_my.own"} {
		t.Run("namespace "+namespace, func(t *testing.T) { conforms(t, namespace) })
	}
}

func conforms(t *testing.T, namespace string) {
	bustest.Run(t, bustest.AllFeatures(), func(t *testing.T, retry domain.RetryPolicy) bustest.Fixture {
		transport, err := inmem.New(inmem.Config{Buffer: 100, Namespace: namespace})
		require.NoError(t, err)
		bus, err := watermillbus.New(transport, transport, watermillbus.Config{Retry: retry})
		require.NoError(t, err)
		return bustest.Fixture{
			Bus: bus,
			Inject: func(topic, id string, metadata map[string]string, payload []byte) error {
				msg := message.NewMessage(id, payload)
				for k, v := range metadata {
					msg.Metadata.Set(k, v)
				}
				return transport.Publish(cmp.Or(topic, transport.Namespace()+".commands"), msg)
			},
		}
	})
}
