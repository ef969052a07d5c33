package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill-redisstream/pkg/redisstream"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/bustest"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/domain"
)

const patience = 30 * time.Second

// start starts a Redis for this test alone, on a socket that only this user can open,
// and returns its URL.
func start(t *testing.T) string {
	dir, err := os.MkdirTemp("", "redis-") // the paths of t.TempDir are too long for a socket
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	socket := filepath.Join(dir, "socket")
	server := exec.Command("redis-server", "-")
	server.Stdin = strings.NewReader(fmt.Sprintf("port 0\nunixsocket %s\nunixsocketperm 700\ndir %s\nsave \"\"\n", socket, dir))
	log, err := os.Create(filepath.Join(dir, "log"))
	require.NoError(t, err)
	defer log.Close()
	said := func() string { text, _ := os.ReadFile(log.Name()); return string(text) }
	server.Stdout, server.Stderr = log, log
	require.NoError(t, server.Start(), "in the root of the project: scripts/packages redis-server=redis-server")
	t.Cleanup(func() {
		require.NoError(t, server.Process.Signal(syscall.SIGTERM))
		require.NoError(t, server.Wait())
	})
	for end := time.Now().Add(patience); ; {
		conn, err := net.Dial("unix", socket)
		if err == nil {
			require.NoError(t, conn.Close())
			return "unix://" + socket
		}
		if time.Now().After(end) {
			require.NoError(t, err, said())
		}
		time.Sleep(10 * time.Millisecond) // poll, because nothing signals that it listens
	}
}

// features says what the bus can do over Redis streams; README.md says what is missing.
var features = bustest.Features{FanOut: true}

func TestConformance(t *testing.T) {
	url := start(t)
	var spaces atomic.Int64
	bustest.Run(t, features, func(t *testing.T, retry domain.RetryPolicy) bustest.Fixture {
		pair := transport{URL: url, Namespace: fmt.Sprintf("test-%d", spaces.Add(1)), Redelivery: 3 * time.Second}
		bus, err := pair.open(watermillbus.Config{Retry: retry})
		require.NoError(t, err)
		return bustest.Fixture{Bus: bus, Inject: func(topic, id string, metadata map[string]string, payload []byte) error {
			return inject(url, cmp.Or(topic, pair.Namespace+".commands"), id, metadata, payload)
		}}
	})
}

// inject publishes a message past the bus.
func inject(url, topic, id string, metadata map[string]string, payload []byte) error {
	options, err := redis.ParseURL(url)
	if err != nil {
		return err
	}
	pub, err := redisstream.NewPublisher(redisstream.PublisherConfig{Client: redis.NewClient(options)}, nil)
	if err != nil {
		return err
	}
	defer pub.Close()
	msg := message.NewMessage(id, payload)
	for key, value := range metadata {
		msg.Metadata.Set(key, value)
	}
	return pub.Publish(topic, msg)
}

func TestFleet(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var out, log bytes.Buffer
	require.NoError(t, run(ctx, start(t), &out, &log), &log)
	require.Contains(t, out.String(), "planned 20 = done 20 + failed 0", &log)
	require.Regexp(t, `strings.ToUpper: 60 samples, median [1-9]`, out.String())
	require.Contains(t, log.String(), "lack what the bus could use")
}
