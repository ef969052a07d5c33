package main

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/rabbitmq"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/domain"
)

// The program names a worker that cannot read its commands before it dispatches any.
func TestAnOutdatedWorkerIsNamed(t *testing.T) {
	c := newFleetCLI(t)
	transport, err := rabbitmq.New(rabbitmq.Config{URL: os.Getenv("BENCHBUS_BUS"), Namespace: os.Getenv("BENCHBUS_NAMESPACE")})
	require.NoError(t, err)
	defer transport.Close()
	bus, err := watermillbus.New(transport, transport, watermillbus.Config{})
	require.NoError(t, err)
	defer bus.Close()
	listening, stop := context.WithCancel(t.Context())
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- bus.Watch(listening, []domain.Subject{domain.SubjectRequests}, func() { close(ready) }, func(e domain.Event) {
			if _, asked := e.(domain.StatusRequest); asked {
				at := time.Now().UTC()
				_ = bus.Announce(listening, domain.WorkerHeartbeat{
					Schema: domain.SchemaHeartbeat, At: at, Worker: "lab-9", Started: at, Interval: time.Second, Slots: 1,
					Runtimes: []domain.RuntimeName{"php84"}, Accepts: []string{"benchmark.execute.v0"},
				})
			}
		})
	}()
	<-ready
	code, stdout, stderr := c.run("run", "--test=loop", "--php-version=php84")
	require.Equal(t, exitUnavailable, code, stderr)
	require.Empty(t, stdout)
	require.Contains(t, stderr, "worker lab-9 is too old for this version: it does not accept benchmark.execute.v1; update it, or stop it")
	stop()
	require.NoError(t, <-ended)
}
