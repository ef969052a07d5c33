package application_test

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/memstore"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// having is an executor that lists its runtimes.
type having struct {
	domain.ExecutorFunc
	runtimes []domain.RuntimeName
}

func (h having) Runtimes() (all []domain.Runtime) {
	for _, name := range h.runtimes {
		all = append(all, domain.Runtime{Name: name})
	}
	return all
}

// work runs a worker until the test ends or stop is called.
func work(t *testing.T, bus domain.Bus, executor domain.Executor, cfg application.WorkerConfig) (stop func()) {
	worker, err := application.NewWorker(bus, executor, cfg)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- worker.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		require.NoError(t, <-ended)
	})
	t.Cleanup(stop)
	return stop
}

func TestADetachedRunIsCollectedLater(t *testing.T) {
	bus, store, run := newBus(t), memstore.New(), newRun(t, 20)
	status, err := newRunner(t, bus, application.RunnerConfig{Store: store}).Detach(t.Context(), run)
	require.NoError(t, err)
	require.Equal(t, domain.StateDetached, status.State)
	require.Equal(t, 20, backlog(t, bus))

	var executed atomic.Int64
	work(t, bus, domain.ExecutorFunc(func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
		executed.Add(1)
		return measured(it), nil
	}), application.WorkerConfig{})
	status, err = newRunner(t, bus, application.RunnerConfig{Store: store}).Wait(t.Context(), run.ID)
	require.NoError(t, err)
	require.Equal(t, domain.Counts{Planned: 20, Done: 20}, status.Counts)
	require.EqualValues(t, 20, executed.Load())
}

func TestDetachNeedsAStore(t *testing.T) {
	_, err := newRunner(t, newBus(t), application.RunnerConfig{}).Detach(t.Context(), newRun(t, 1))
	require.ErrorContains(t, err, "only with a store")
}

func TestARunIsCancelledFromElsewhere(t *testing.T) {
	bus, store, run := newBus(t), memstore.New(), newRun(t, 20)
	started := make(chan struct{}, 20)
	release := make(chan struct{})
	work(t, bus, domain.ExecutorFunc(func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
		started <- struct{}{}
		<-release
		return measured(it), nil
	}), application.WorkerConfig{Slots: 1})
	type end struct {
		status domain.RunStatus
		err    error
	}
	ended := make(chan end, 1)
	go func() {
		status, err := newRunner(t, bus, application.RunnerConfig{Store: store}).Run(t.Context(), run)
		ended <- end{status, err}
	}()
	<-started
	status, err := application.Cancel(t.Context(), bus, store, run.ID)
	require.NoError(t, err)
	require.Equal(t, domain.StateCancelled, status.State)
	close(release)
	e := <-ended
	require.ErrorIs(t, e.err, application.ErrCancelled)
	require.Equal(t, 20, e.status.Cancelled+e.status.Done)
	stored, err := store.Run(t.Context(), run.ID)
	require.NoError(t, err)
	require.Equal(t, domain.StateCancelled, stored.State)

	status, err = application.Cancel(t.Context(), bus, store, run.ID)
	require.NoError(t, err, "once more changes nothing")
	require.Equal(t, stored.RunStatus, status)
}

func TestWhatTheBusLostIsSentAgain(t *testing.T) {
	bus := &unruly{Bus: newBus(t)}
	bus.lose.Store(1)
	work(t, bus.Bus, domain.ExecutorFunc(wellBehaved), application.WorkerConfig{})
	runner := newRunner(t, bus, application.RunnerConfig{StallAfter: time.Millisecond})
	status, err := runner.Run(t.Context(), newRun(t, 5))
	require.NoError(t, err)
	require.Equal(t, 5, status.Done)
}

// A message that the broker gave up by itself is in the failed queue, and nobody told
// the run.
func TestWhatTheBrokerGaveUpIsCounted(t *testing.T) {
	bus, run := newBus(t), newRun(t, 2)
	silent := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	consumed := make(chan error, 1)
	go func() {
		consumed <- bus.Consume(ctx, domain.Consumer{Name: "w"}, quiet{silent})
	}()
	require.NoError(t, bus.Dispatch(t.Context(), run.Plan.Message(run.ID, 2, repliesOf(run.ID))))
	<-silent
	cancel()
	require.NoError(t, <-consumed)
	require.Equal(t, 1, failedMessages(t, bus))

	losing := &unruly{Bus: bus}
	losing.lose.Store(1)
	work(t, bus, domain.ExecutorFunc(wellBehaved), application.WorkerConfig{})
	status, err := newRunner(t, losing, application.RunnerConfig{StallAfter: time.Millisecond}).Run(t.Context(), run)
	require.NoError(t, err)
	require.Equal(t, domain.Counts{Planned: 2, Done: 1, Failed: 1}, status.Counts)
}

// quiet is a handler that fails every command for good and tells no run.
type quiet struct{ given chan struct{} }

func (quiet) Handle(context.Context, domain.ExecuteBenchmark) error {
	return domain.Fail(domain.ClassCode, "no")
}

func (q quiet) GiveUp(context.Context, domain.ExecuteBenchmark, domain.Failure) error {
	close(q.given)
	return nil
}

func TestAWorkerStopsAtItsLimit(t *testing.T) {
	bus, run := newBus(t), newRun(t, 10)
	var executed atomic.Int64
	execute := func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
		executed.Add(1)
		return measured(it), nil
	}
	for cmd := range domain.NewOrchestrator(run, func(func(domain.Recorded) bool) {}).Pending(repliesOf(run.ID)) {
		require.NoError(t, bus.Dispatch(t.Context(), cmd))
	}
	require.NoError(t, newWorker(t, bus, execute, application.WorkerConfig{Slots: 4, Limit: 7}).Run(t.Context()))
	require.EqualValues(t, 7, executed.Load())
	require.Equal(t, 3, backlog(t, bus), "the rest is there for others")
}

func TestAnIterationFindsTheWorkerThatHasItsRuntimes(t *testing.T) {
	bus, run := newBus(t), newRun(t, 8)
	work(t, bus, having{wellBehaved, []domain.RuntimeName{"a"}}, application.WorkerConfig{Name: "lacks b"})
	work(t, bus, having{wellBehaved, []domain.RuntimeName{"a", "b"}}, application.WorkerConfig{Name: "has both"})
	var l log
	status, err := newRunner(t, bus, l.config(nil)).Run(t.Context(), run)
	require.NoError(t, err)
	require.Equal(t, 8, status.Done)
	for _, r := range l.results {
		require.Equal(t, "has both", r.Worker)
		require.Equal(t, 1, r.Attempt, "it cost no attempt")
	}
}

func TestTheFleetAnswersAStatusRequest(t *testing.T) {
	bus := newBus(t)
	started := make(chan struct{})
	release := make(chan struct{})
	stop := work(t, bus, having{func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
		close(started)
		<-release
		return measured(it), nil
	}, []domain.RuntimeName{"a", "b"}}, application.WorkerConfig{Name: "w", Slots: 2})
	require.NoError(t, bus.Dispatch(t.Context(), newRun(t, 1).Plan.Message("r", 1, repliesOf("r"))))
	<-started
	seen, err := application.QueryFleet(t.Context(), bus)
	require.NoError(t, err)
	fleet := seen.Workers
	require.Len(t, fleet, 1)
	require.Equal(t, []domain.RuntimeName{"a", "b"}, fleet.Runtimes())
	require.Equal(t, "w", fleet[0].Worker)
	require.Equal(t, []domain.RuntimeName{"a", "b"}, fleet[0].Runtimes)
	require.Equal(t, 2, fleet[0].Slots)
	require.Len(t, fleet[0].Running, 1)
	require.Equal(t, domain.RunID("r"), fleet[0].Running[0].RunID)
	close(release)
	stop()
	seen, err = application.QueryFleet(t.Context(), bus)
	require.NoError(t, err)
	require.Empty(t, seen.Workers)
}

// An iteration whose workers died twice is executed alone, so that others do not lose
// attempts with it.
func TestASuspectIsExecutedAlone(t *testing.T) {
	bus, run := newBus(t), newRun(t, 9)
	var running, beside atomic.Int64
	ended := make(chan int, 9)
	work(t, bus, domain.ExecutorFunc(func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
		if n := running.Add(1); it.Number == 5 {
			beside.Add(n - 1)
		}
		defer running.Add(-1)
		runtime.Gosched() // lets others in, if the worker allows it
		if it.Number == 5 {
			beside.Add(running.Load() - 1)
		}
		ended <- it.Number
		return measured(it), nil
	}), application.WorkerConfig{Slots: 4})
	for n := 1; n <= 9; n++ {
		cmd := run.Plan.Message(run.ID, n, repliesOf(run.ID))
		if n == 5 {
			cmd.Attempt, cmd.Redeliveries = 3, 2
		}
		require.NoError(t, bus.Dispatch(t.Context(), cmd))
	}
	for range 9 {
		<-ended
	}
	require.Zero(t, beside.Load(), "others that ran beside it")
}
