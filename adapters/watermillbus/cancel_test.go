package watermillbus_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/inmem"
	"github.com/benchbus/benchbus/adapters/topics"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/domain"
)

// tombstones counts the questions for a tombstone, and may fail to put one up.
type tombstones struct {
	*inmem.Transport
	asked int
	fail  error
}

func (m *tombstones) PutTombstone(ctx context.Context, name string) error {
	if m.fail != nil {
		return m.fail
	}
	return m.Transport.PutTombstone(ctx, name)
}

func (m *tombstones) HasTombstone(ctx context.Context, name string) (bool, error) {
	m.asked++
	return m.Transport.HasTombstone(ctx, name)
}

// others is another run. Its command comes last, so that no command waits behind it.
const others domain.RunID = "other"

// executed dispatches the command and reports whether it was executed.
func executed(t *testing.T, bus *watermillbus.Bus, cmd domain.ExecuteBenchmark) (yes bool) {
	t.Helper()
	last := command()
	last.RunID, last.ReplyTo = others, topics.Names{}.WithDefaults().Replies(others)
	require.NoError(t, bus.Dispatch(t.Context(), cmd, last))
	ctx, cancel := context.WithCancel(t.Context())
	require.NoError(t, bus.Consume(ctx, domain.Consumer{Slots: 1}, handle(func(_ context.Context, got domain.ExecuteBenchmark) error {
		if got.RunID == others {
			cancel()
		} else {
			yes = true
		}
		return nil
	})))
	return yes
}

// A worker trusts what it knows of a run for a second only.
func TestAWorkerHearsOfACancelledRunWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport, err := inmem.New(inmem.Config{})
		require.NoError(t, err)
		asking := &tombstones{Transport: transport}
		worker, err := watermillbus.New(asking, transport, watermillbus.Config{})
		require.NoError(t, err)
		defer worker.Close()
		runner, err := watermillbus.New(transport, transport, watermillbus.Config{})
		require.NoError(t, err)
		defer runner.Close()

		require.True(t, executed(t, worker, command()))
		require.Equal(t, 2, asking.asked, "once for each run")
		require.NoError(t, runner.Cancel(t.Context(), command().RunID))
		<-time.After(time.Second - 1) // by the bubble's clock
		require.True(t, executed(t, worker, command()))
		require.Equal(t, 2, asking.asked, "it is believed")
		<-time.After(1)
		require.False(t, executed(t, worker, command()))
		require.Equal(t, 4, asking.asked)
		<-time.After(time.Hour)
		require.False(t, executed(t, worker, command()))
		require.Equal(t, 5, asking.asked, "a run that is cancelled stays so")
	})
}

func TestARunThatGetsNoTombstoneIsNotCancelled(t *testing.T) {
	transport, err := inmem.New(inmem.Config{})
	require.NoError(t, err)
	broken := errors.New("the broker is away")
	bus, err := watermillbus.New(&tombstones{Transport: transport, fail: broken}, transport, watermillbus.Config{})
	require.NoError(t, err)
	defer bus.Close()
	require.ErrorIs(t, bus.Cancel(t.Context(), command().RunID), broken)
	require.True(t, executed(t, bus, command()))
}
