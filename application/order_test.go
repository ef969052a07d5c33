package application_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/memstore"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/benchbustest"
	"github.com/benchbus/benchbus/domain"
)

// journaled executes the run with a worker and a runner over the bus of the tests. It
// returns how the run ended, and a journal of the calls to the bus and the store.
func journaled(t *testing.T, store domain.Store, run domain.Run) (domain.RunStatus, *benchbustest.Journal, error) {
	journal := new(benchbustest.Journal)
	bus := journal.Bus(newBus(t))
	executor := &benchbustest.Executor{Times: map[string][]time.Duration{"a": {100}, "b": {200}}}
	worker, err := application.NewWorker(bus, executor, application.WorkerConfig{})
	require.NoError(t, err)
	status, err := embed(t.Context(), worker, newRunner(t, bus, application.RunnerConfig{Store: journal.Store(store)}), run)
	return status, journal, err
}

// A process that is killed in between loses nothing: the result is recorded twice and
// counted once.
func TestWhatIsAcknowledgedIsRecorded(t *testing.T) {
	t.Parallel()
	run := newRun(t, 50)
	status, journal, err := journaled(t, memstore.New(), run)
	require.NoError(t, err)
	require.Equal(t, 50, status.Done)
	entries := journal.Entries()
	after := func(first, then string) {
		t.Helper()
		i, k := slices.Index(entries, first), slices.Index(entries, then)
		require.True(t, i >= 0 && k >= 0, "%s and %s: %v", first, then, entries)
		require.Less(t, i, k, "%s comes after %s", first, then)
	}
	for n := 1; n <= 50; n++ {
		after(fmt.Sprint("store.Record ", n), fmt.Sprint("reply.Ack ", n))
		after(fmt.Sprint("bus.Reply ", n), fmt.Sprint("handler.Handle ", n))
		after("store.CreateRun", fmt.Sprint("bus.Dispatch ", n))
	}
	after("store.UpdateRun completed", "bus.Announce "+domain.SchemaRunCompleted)
}

// full is a store that has no room for results.
type full struct{ domain.Store }

func (full) Record(context.Context, domain.RunID, []domain.IterationExecuted) ([]bool, error) {
	return nil, errors.New("the disk is full")
}

func TestWhatCannotBeRecordedIsNotAcknowledged(t *testing.T) {
	t.Parallel()
	_, journal, err := journaled(t, full{memstore.New()}, newRun(t, 3))
	require.ErrorContains(t, err, "the disk is full")
	require.NotEmpty(t, journal.Entries("store.Record"))
	require.Empty(t, journal.Entries("reply.Ack"))
}
