package rabbitmq_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/rabbitmq"
)

func TestConfigNamesEveryProblem(t *testing.T) {
	err := rabbitmq.Config{URL: "nats://localhost", QueueType: "mirrored", DeliveryLimit: -1, PublishWindow: -1}.Validate()
	require.ErrorContains(t, err, "it looks like amqp://")
	require.ErrorContains(t, err, `"mirrored" is none of`)
	require.ErrorContains(t, err, "config.DeliveryLimit is -1")
	require.ErrorContains(t, err, "config.PublishWindow is -1")
	require.NoError(t, rabbitmq.Config{URL: "amqp://localhost"}.Validate())
}

func TestWhatMakesANamespace(t *testing.T) {
	check := func(namespace, want string) {
		t.Helper()
		err := rabbitmq.Config{URL: "amqp://localhost", Namespace: namespace}.Validate()
		if want == "" {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, want)
		}
	}
	check("", "") // the default
	check("my.delay.name-space_2", "")
	check(strings.Repeat("x", 100), "")
	check(strings.Repeat("x", 101), "make a namespace")
	check("a b", `namespace "a b"`)
	check("a/b", "make a namespace")
	check("ä", "make a namespace")
}

func TestNoErrorAndNoLogHoldsThePassword(t *testing.T) {
	s := newSpace(t)
	var log bytes.Buffer
	check := func(url string) {
		t.Helper()
		_, err := rabbitmq.New(rabbitmq.Config{URL: url, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		require.Error(t, err)
		require.NotContains(t, err.Error(), "s3cr3t")
		require.NotContains(t, err.Error(), "s%C3%A4")
	}
	host := s.url[len("amqp://guest:guest@"):]
	check("amqp://guest:s3cr3t@" + host)         // refused by the broker
	check("amqp://user:s3cr3t@127.0.0.1:1/")     // nobody there
	check("amqp://user:s3cr3t@[::1/")            // no address
	check("amqp://user:s3cr3t s3cr3t@localhost") // no URL
	check("amqp://user:s%C3%A4s3cr3t@no.such.host.invalid/")
	require.NotContains(t, log.String(), "s3cr3t")
}

func TestAnAddressHasNoUser(t *testing.T) {
	require.Equal(t, "amqp://host:5672/vhost", rabbitmq.Address("amqp://user:secret@host:5672/vhost?heartbeat=1"))
	require.Equal(t, "amqp://host/a%40b", rabbitmq.Address("amqp://us%40er:sec%2Fret%40@host/a%40b"))
	require.Equal(t, "the broker", rabbitmq.Address("amqp://user:sec ret@host"))
}

func TestAPasswordThatCutsTheURLIsRefusedAndNotShown(t *testing.T) {
	for _, url := range []string{
		"amqp://user:1234/secret@host:5672/", "amqp://user:/secret@host:5672/", "amqp://user:1234?secret@host:5672/",
		"amqp://user:1234#secret@host:5672/", "amqp:user:secret@host:5672/",
	} {
		require.Equal(t, "the broker", rabbitmq.Address(url))
		err := rabbitmq.Config{URL: url}.Validate()
		require.ErrorContains(t, err, "it looks like amqp://", url)
		require.NotContains(t, err.Error(), "secret")
	}
	require.NoError(t, rabbitmq.Config{URL: "amqp://us%40er:sec%2Fret%40@host/a%40b"}.Validate())
}

func TestAnAddressWithoutAHostIsNotThisHost(t *testing.T) {
	for _, url := range []string{"amqp://", "amqp:///", "amqp:/broker/", "amqp://user:secret@:5672/", "amqps:///vhost"} {
		err := rabbitmq.Config{URL: url}.Validate()
		require.ErrorContains(t, err, "the broker's address names no host", url)
		require.NotContains(t, err.Error(), "secret")
	}
}

// A process must be able to end while the broker blocks publishers.
func TestCloseEndsWhatWaits(t *testing.T) {
	s := newSpace(t)
	proxy := s.proxy()
	transport := s.open(rabbitmq.Config{URL: proxy.URL()})
	topic := s.name + ".commands"
	publish(t, transport, topic, "1")
	proxy.Behave(0, true)
	began := time.Now()
	waiting := make(chan error, 1)
	go func() { waiting <- transport.Publish(topic, newMessage("2")) }()
	require.NoError(t, transport.Close())
	require.ErrorContains(t, <-waiting, "closed")
	require.Less(t, time.Since(began), patience)
}
