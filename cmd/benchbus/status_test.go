package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/inmem"
	"github.com/benchbus/benchbus/adapters/report"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/scripts/broker"
)

// unsteady is a bus whose broker can fail.
type unsteady struct {
	domain.Bus
	away atomic.Pointer[error]
}

func (u *unsteady) Queues(ctx context.Context, results ...domain.RunID) ([]domain.Queue, error) {
	if away := u.away.Load(); away != nil {
		return nil, *away
	}
	return u.Bus.Queues(ctx, results...)
}

// fail makes the broker answer with that error. Nil makes it work again.
func (u *unsteady) fail(err error) {
	if u.away.Store(&err); err == nil {
		u.away.Store(nil)
	}
}

// watching runs watchStatus in the background of a test, in a bubble.
func watching(t *testing.T, away error, test func(t *testing.T, bus *unsteady, stdout, stderr *lockedBuffer, stop func(), ended <-chan error)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		transport, err := inmem.New(inmem.Config{})
		require.NoError(t, err)
		inner, err := watermillbus.New(transport, transport, watermillbus.Config{})
		require.NoError(t, err)
		defer inner.Close()
		var stdout, stderr lockedBuffer
		bus, output := &unsteady{Bus: inner}, &standardOutput{out: &stdout}
		bus.fail(away)
		a := &app{output: output, stdout: output, stderr: &stderr}
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		ended := make(chan error, 1)
		go func() { ended <- a.watchStatus(ctx, fleetView{bus: bus}, &outputFlags{format: report.FormatJSON}) }()
		test(t, bus, &stdout, &stderr, stop, ended)
	})
}

// pictures returns how many times the status was printed.
func pictures(stdout fmt.Stringer) int { return strings.Count(stdout.String(), "benchbus.status.v1") }

func TestWatchingOutlastsAnOutage(t *testing.T) {
	watching(t, nil, func(t *testing.T, bus *unsteady, stdout, stderr *lockedBuffer, stop func(), ended <-chan error) {
		time.Sleep(5 * time.Second)
		synctest.Wait()
		seen := pictures(stdout)
		require.GreaterOrEqual(t, seen, 2)
		require.Empty(t, stderr.String())
		for outage := 1; outage <= 2; outage++ {
			since := time.Now()
			bus.fail(errors.New("the connection is lost"))
			time.Sleep(time.Minute)
			synctest.Wait()
			require.LessOrEqual(t, pictures(stdout), seen+1, "one may have been on its way")
			require.Equal(t, outage, strings.Count(stderr.String(), "\n"), "it says so once")
			require.Regexp(t, `benchbus: no answer from the broker since [0-9:]{8}; trying again: the connection is lost\n$`, stderr.String())
			_, said, _ := strings.Cut(stderr.String(), "since ")
			require.LessOrEqual(t, said[:8], since.Local().Add(2*time.Second).Format(time.TimeOnly))
			bus.fail(nil)
			time.Sleep(5 * time.Second)
			synctest.Wait()
			require.Greater(t, pictures(stdout), seen+1)
			seen = pictures(stdout)
		}
		bus.fail(domain.ErrAccess)
		require.ErrorIs(t, <-ended, domain.ErrAccess)
	})
}

func TestWatchingEndsWhereTheBrokerNeverAnswered(t *testing.T) {
	watching(t, errors.New("no such thing"), func(t *testing.T, _ *unsteady, stdout, _ *lockedBuffer, _ func(), ended <-chan error) {
		err := <-ended
		var coded *exitError
		require.ErrorAs(t, err, &coded)
		require.Equal(t, exitUnavailable, coded.code)
		require.EqualError(t, err, "no such thing")
		require.Empty(t, stdout.String())
	})
}

func TestASignalEndsWatchingAtOnce(t *testing.T) {
	for _, away := range []error{nil, errors.New("the connection is lost")} {
		watching(t, nil, func(t *testing.T, bus *unsteady, _, _ *lockedBuffer, stop func(), ended <-chan error) {
			time.Sleep(5 * time.Second)
			synctest.Wait()
			bus.fail(away)
			at := time.Now()
			stop()
			require.NoError(t, <-ended)
			require.Equal(t, at, time.Now())
		})
	}
}

func TestTheStatusSaysWhatIsWaitedForAndWhy(t *testing.T) {
	at := time.Date(2026, 11, 23, 14, 25, 1, 0, time.UTC)
	status := application.BusStatus{At: at, FleetStatus: application.FleetStatus{
		Workers: []domain.WorkerHeartbeat{{Worker: "lab-3", Started: at.Add(-time.Minute), Slots: 2, Trouble: "no space left on device"}},
		Runs: []domain.RunEvent{{RunID: "r1", State: domain.StateRunning, Counts: domain.Counts{Planned: 3, Outstanding: 3},
			WaitsFor: []domain.RuntimeName{"php74", "php84"}}},
	}}
	var out bytes.Buffer
	output := &standardOutput{out: &out}
	a := &app{output: output, stdout: output}
	require.NoError(t, a.writeStatus(&outputFlags{format: report.FormatTable}, status, false))
	require.Regexp(t, `lab-3 +unable .* no space left on device`, out.String())
	require.Regexp(t, `r1 +running +3 +0 +0 +3 +php74 php84`, out.String())
}

// This outage is real: connections break, and new ones are refused.
func TestStatusWatchesOnAfterAnOutageOfTheBroker(t *testing.T) {
	c := newFleetCLI(t)
	proxy, err := broker.NewProxy(broker.URL(t))
	require.NoError(t, err)
	t.Cleanup(proxy.Close)
	status := c.start("status", "--watch", "--format=json", "--bus", proxy.URL())
	c.until("the first picture", func() bool { return pictures(status.stdout) > 0 })
	proxy.Refuse("AMQP") // every connection begins with this text
	proxy.Cut()
	c.until("the outage to be noticed", func() bool { return strings.Contains(status.stderr.String(), "no answer from the broker since") })
	seen := pictures(status.stdout)
	proxy.Refuse("")
	c.until("another picture", func() bool { return pictures(status.stdout) > seen })
	require.Zero(t, status.stop())
}
