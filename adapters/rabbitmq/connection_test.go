package rabbitmq_test

import (
	"crypto/tls"
	"maps"
	"testing"

	wamqp "github.com/ThreeDotsLabs/watermill-amqp/v3/pkg/amqp"
	amqp "github.com/rabbitmq/amqp091-go"
	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/rabbitmq"
)

// Both connections are made with the caller's settings, at once, and amqp091
// writes into what it is given.
func TestTheCallersSettingsStayAsTheyAre(t *testing.T) {
	s := newSpace(t)
	given := amqp.Config{Properties: amqp.Table{"product": "theirs"}, TLSClientConfig: &tls.Config{}}
	s.open(rabbitmq.Config{Connection: wamqp.ConnectionConfig{AmqpConfig: &given}})
	require.Equal(t, amqp.Table{"product": "theirs"}, given.Properties)

	check := func(properties, want amqp.Table) {
		t.Helper()
		given := amqp.Config{Properties: maps.Clone(properties), TLSClientConfig: &tls.Config{}}
		made := rabbitmq.AmqpConfig(rabbitmq.Config{Connection: wamqp.ConnectionConfig{AmqpConfig: &given}})
		require.Equal(t, want, made.Properties)
		require.Equal(t, properties, given.Properties)
		require.NotSame(t, given.TLSClientConfig, made.TLSClientConfig)
	}
	check(amqp.Table{"product": "theirs"}, amqp.Table{"product": "theirs", "connection_name": "benchbus testing"})
	check(amqp.Table{"connection_name": "theirs"}, amqp.Table{"connection_name": "theirs"})
}
