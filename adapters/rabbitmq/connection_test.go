package rabbitmq_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"maps"
	"net"
	"syscall"
	"testing"
	"time"

	wamqp "github.com/ThreeDotsLabs/watermill-amqp/v3/pkg/amqp"
	amqp "github.com/rabbitmq/amqp091-go"
	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/rabbitmq"
)

// A host that drops packets makes a connection wait for its timeout.
func TestNothingIsDialledOnceTheTransportIsClosed(t *testing.T) {
	theirs := &amqp.Config{Dial: func(string, string) (net.Conn, error) { t.Error("dialled"); return nil, net.ErrClosed }}
	connect, dial := rabbitmq.ClosedConnection(rabbitmq.Config{
		URL: "amqp://localhost", Connection: wamqp.ConnectionConfig{AmqpConfig: theirs},
	})
	require.ErrorContains(t, connect(), "the transport is closed")
	began := time.Now()
	require.ErrorIs(t, dial(deaf(t)), context.Canceled)
	require.Less(t, time.Since(began), 5*time.Second)
}

// deaf returns an address that accepts no connection: its queue of connections that
// wait for Accept has room for one.
func deaf(t *testing.T) (address string) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, syscall.Close(fd)) })
	require.NoError(t, syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	require.NoError(t, syscall.Listen(fd, 0))
	bound, err := syscall.Getsockname(fd)
	require.NoError(t, err)
	address = fmt.Sprintf("127.0.0.1:%d", bound.(*syscall.SockaddrInet4).Port)
	waiting, err := net.Dial("tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = waiting.Close() })
	return address
}

// Both connections are made at once with the caller's settings, and amqp091 writes into
// the settings that it gets.
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
