package rabbitmq_test

import (
	"cmp"
	"testing"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/benchbus/benchbus/adapters/bustest"
	"github.com/benchbus/benchbus/adapters/rabbitmq"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/domain"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestConformance(t *testing.T) {
	for _, kind := range []rabbitmq.QueueType{rabbitmq.QueueClassic, rabbitmq.QueueQuorum} {
		t.Run(string(kind), func(t *testing.T) {
			features := bustest.AllFeatures()
			features.DeliveryDoubts = kind == rabbitmq.QueueClassic
			bustest.Run(t, features, func(t *testing.T, retry domain.RetryPolicy) bustest.Fixture {
				space := newSpace(t)
				transport := space.open(rabbitmq.Config{QueueType: kind})
				bus, err := watermillbus.New(transport, transport, watermillbus.Config{Retry: retry})
				require.NoError(t, err)
				return bustest.Fixture{Bus: bus, Inject: func(topic, id string, metadata map[string]string, payload []byte) error {
					msg := message.NewMessage(id, payload)
					for key, value := range metadata {
						msg.Metadata[key] = value
					}
					return transport.Publish(cmp.Or(topic, space.name+".commands"), msg)
				}}
			})
		})
	}
}
