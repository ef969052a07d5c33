package benchbustest_test

import (
	"cmp"
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/benchbus/benchbus/adapters/bustest"
	"github.com/benchbus/benchbus/adapters/inmem"
	"github.com/benchbus/benchbus/adapters/memstore"
	"github.com/benchbus/benchbus/adapters/storetest"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/benchbustest"
	"github.com/benchbus/benchbus/domain"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestExecutorTakesTheTimesInTurn(t *testing.T) {
	t.Parallel()
	executor := &benchbustest.Executor{Times: map[string][]time.Duration{"a": {1, 2, 3, 4, 5}, "b": {7}}}
	times := func(number, revolutions int, runtimes ...domain.RuntimeName) (a, b []float64) {
		it := iteration(number, runtimes...)
		for _, v := range it.Variants {
			v.Benchmark.Revolutions = revolutions
		}
		m, err := executor.Execute(t.Context(), it)
		require.NoError(t, err)
		require.NoError(t, m.Check(it))
		for i, s := range m.Samples {
			require.Equal(t, i+1, s.Position)
			require.Equal(t, it.Order()[i], s.Variant)
			require.Equal(t, revolutions == 0, s.Revolutions == benchbustest.Revolutions)
			if it.Variants[s.Variant].Runtime == "a" {
				a = append(a, s.Value(domain.ClockWall))
			} else {
				b = append(b, s.Value(domain.ClockWall))
			}
		}
		return a, b
	}
	a, b := times(2, 0, "a", "b") // whatever came before
	require.Equal(t, []float64{3, 4}, a)
	require.Equal(t, []float64{7, 7}, b)
	a, _ = times(1, 10, "a")
	require.Equal(t, []float64{1, 2}, a)
	a, _ = times(3, 1, "a")
	require.Equal(t, []float64{5, 1}, a)

	_, err := executor.Execute(t.Context(), iteration(1, "c"))
	require.Equal(t, domain.ClassRuntime, domain.FailureOf(err, 1).Class)
	asked := executor.Asked()
	require.Len(t, asked, 4)
	require.Equal(t, []int{2, 1, 3, 1}, []int{asked[0].Number, asked[1].Number, asked[2].Number, asked[3].Number})
}

// iteration returns an iteration with two samples of each runtime.
func iteration(number int, runtimes ...domain.RuntimeName) domain.Iteration {
	entry := domain.NewEntry(&domain.Benchmark{Slug: "x"}, runtimes...)
	return domain.Iteration{Run: "run-1", Number: number, Samples: 2, Variants: entry.Variants, CPU: -1}
}

// The times of a benchmark take precedence over those of a runtime.
func TestExecutorTakesTheTimesOfTheBenchmark(t *testing.T) {
	t.Parallel()
	executor := &benchbustest.Executor{Times: map[string][]time.Duration{"x": {5}, "a": {1}}}
	m, err := executor.Execute(t.Context(), iteration(1, "a"))
	require.NoError(t, err)
	require.Equal(t, 5.0, m.Samples[0].Value(domain.ClockWall))
}

func TestExecutorFailsTryByTry(t *testing.T) {
	t.Parallel()
	executor := &benchbustest.Executor{
		Times:    map[string][]time.Duration{"a": {1}},
		Failures: map[int][]domain.FailureClass{2: {domain.ClassKilled, domain.ClassTimeout}},
	}
	for _, want := range []domain.FailureClass{domain.ClassKilled, domain.ClassTimeout} {
		_, err := executor.Execute(t.Context(), iteration(2, "a"))
		require.Equal(t, want, domain.FailureOf(err, 1).Class)
		_, err = executor.Execute(t.Context(), iteration(1, "a"))
		require.NoError(t, err)
	}
	_, err := executor.Execute(t.Context(), iteration(2, "a"))
	require.NoError(t, err)
	other := iteration(2, "a")
	other.Run = "run-2"
	_, err = executor.Execute(t.Context(), other)
	require.Error(t, err, "each run has its own tries")
}

func TestExecutorWaits(t *testing.T) {
	t.Parallel()
	begun, release, executed := make(chan domain.Iteration), make(chan struct{}), make(chan error)
	executor := &benchbustest.Executor{Times: map[string][]time.Duration{"a": {1}}, Begun: begun, Release: release}
	execute := func(ctx context.Context) {
		go func() {
			_, err := executor.Execute(ctx, iteration(1, "a"))
			executed <- err
		}()
	}
	execute(t.Context())
	require.Equal(t, 1, (<-begun).Number)
	select {
	case <-executed:
		require.FailNow(t, "it did not wait")
	case release <- struct{}{}:
	}
	require.NoError(t, <-executed)

	ctx, cancel := context.WithCancel(t.Context())
	execute(ctx)
	<-begun
	cancel()
	require.ErrorIs(t, <-executed, context.Canceled)
	execute(ctx) // nobody receives from Begun
	require.ErrorIs(t, <-executed, context.Canceled)
}

// The wrapped bus passes the suite of the bus in it: it loses no call and adds none.
func TestTheJournalsBusConforms(t *testing.T) {
	bustest.Run(t, bustest.AllFeatures(), func(t *testing.T, retry domain.RetryPolicy) bustest.Fixture {
		transport, err := inmem.New(inmem.Config{})
		require.NoError(t, err)
		bus, err := watermillbus.New(transport, transport, watermillbus.Config{Retry: retry})
		require.NoError(t, err)
		return bustest.Fixture{
			Bus: new(benchbustest.Journal).Bus(bus),
			Inject: func(topic, id string, metadata map[string]string, payload []byte) error {
				msg := message.NewMessage(id, payload)
				msg.Metadata = metadata
				return transport.Publish(cmp.Or(topic, "benchbus.commands"), msg)
			},
		}
	})
}

func TestTheJournalsStoreConforms(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(*testing.T) domain.Store { return new(benchbustest.Journal).Store(memstore.New()) })
}

func TestJournal(t *testing.T) {
	t.Parallel()
	var journal benchbustest.Journal
	require.Empty(t, journal.Entries())
	store := journal.Store(memstore.New())
	require.ErrorIs(t, store.UpdateRun(t.Context(), domain.RunStatus{ID: "no-such-run", State: domain.StateRunning}), domain.ErrRunNotFound)
	require.ErrorIs(t, store.Reopen(t.Context(), "no-such-run", []int{4, 7}), domain.ErrRunNotFound)
	bus := journal.Bus(broken{})
	_, err := bus.OpenReplies(t.Context(), "run-1")
	require.ErrorIs(t, err, errBroken)
	require.ErrorIs(t, bus.Cancel(t.Context(), "run-1"), errBroken)
	const unknown = `: no such run: "no-such-run"`
	require.Equal(t, []string{
		"store.UpdateRun running" + unknown, "store.Reopen 4" + unknown, "store.Reopen 7" + unknown,
		"bus.OpenReplies: it is broken", "bus.Cancel: it is broken",
	}, journal.Entries())
	require.Equal(t, []string{"store.Reopen 4" + unknown, "store.Reopen 7" + unknown, "bus.Cancel: it is broken"},
		journal.Entries("store.Reopen", "bus.Cancel"))
}

var errBroken = errors.New("it is broken")

// broken is a bus that fails.
type broken struct{ domain.Bus }

func (broken) OpenReplies(context.Context, domain.RunID) (domain.Replies, error) {
	return nil, errBroken
}
func (broken) Cancel(context.Context, domain.RunID) error { return errBroken }
