package application_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/memstore"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

func stored(t *testing.T, store domain.Store, id domain.RunID) (iterations []int) {
	for r, err := range store.Results(t.Context(), id) {
		require.NoError(t, err)
		iterations = append(iterations, r.Iteration)
	}
	return iterations
}

func TestAnInterruptedRunIsResumedWithExactlyWhatIsMissing(t *testing.T) {
	store := memstore.New()
	run := newRun(t, 100)
	ctx, interrupt := context.WithCancel(t.Context())
	var executed atomic.Int64
	var l log
	bus := newBus(t)
	worker := newWorker(t, bus, func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
		if executed.Add(1) == 10 {
			interrupt()
		}
		return measured(it), nil
	}, application.WorkerConfig{})
	status, err := embed(ctx, worker, newRunner(t, bus, l.config(store)), run)
	require.ErrorIs(t, err, application.ErrInterrupted)
	require.Equal(t, domain.StateInterrupted, status.State)
	requireSum(t, status.Counts)
	require.Equal(t, int(executed.Load()), status.Done, "what ran is recorded")
	require.Positive(t, status.Outstanding)
	require.Equal(t, []string{domain.SchemaRunStarted, domain.SchemaRunInterrupted}, l.schemas())
	before := stored(t, store, run.ID)
	require.Len(t, before, status.Done)

	// Another process resumes it.
	l = log{}
	bus = newBus(t)
	runner := newRunner(t, bus, l.config(store))
	worker = newWorker(t, bus, wellBehaved, application.WorkerConfig{})
	status, err = application.Embed(t.Context(), worker, func(ctx context.Context) (domain.RunStatus, error) { return runner.Resume(ctx, run.ID) })
	require.NoError(t, err)
	require.Equal(t, domain.StateCompleted, status.State)
	require.Equal(t, domain.Counts{Planned: 100, Done: 100}, status.Counts)
	require.Equal(t, upTo(100), stored(t, store, run.ID))
	require.Len(t, l.iterations(), 100-len(before))
	for _, n := range l.iterations() {
		require.False(t, slices.Contains(before, n), "iteration %d was executed again", n)
	}
	require.Equal(t, domain.SchemaRunCompleted, l.schemas()[1])

	// Resuming once more changes nothing.
	again, err := runner.Resume(t.Context(), run.ID)
	require.NoError(t, err)
	require.Equal(t, status.Counts, again.Counts)
	require.True(t, status.Finished.Equal(again.Finished))
}

func TestStartedIsAnnouncedOnceInTheLifeOfARun(t *testing.T) {
	store := memstore.New()
	run := newRun(t, 3)
	bus := newBus(t)
	watching, stop := context.WithCancel(t.Context())
	ready, ended := make(chan struct{}), make(chan error, 1)
	events := make(chan string, 100)
	go func() {
		ended <- bus.Watch(watching, domain.Subjects(), func() { close(ready) }, func(e domain.Event) {
			if schema, run, _ := e.About(); run != "" && schema != domain.SchemaRunProgress { // progress may come at any time, because it answers requests
				events <- schema
			}
		})
	}()
	<-ready
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	runner := newRunner(t, bus, application.RunnerConfig{Store: store})
	_, err := runner.Run(ctx, run)
	require.ErrorIs(t, err, context.Canceled) // before the runner wrote anything
	_, err = embed(t.Context(), newWorker(t, bus, wellBehaved, application.WorkerConfig{}), runner, run)
	require.NoError(t, err)
	require.Equal(t, domain.SchemaRunStarted, <-events)
	require.Equal(t, domain.SchemaRunCompleted, <-events)
	stop()
	require.NoError(t, <-ended)
	require.Empty(t, events)
}

// failing is a store whose Record fails after a number of calls.
type failing struct {
	*memstore.Store
	left int
}

var errDisk = errors.New("the disk is full")

func (f *failing) Record(ctx context.Context, run domain.RunID, results []domain.IterationExecuted) ([]bool, error) {
	if f.left--; f.left < 0 {
		return nil, errDisk
	}
	return f.Store.Record(ctx, run, results)
}

func TestAStoreThatFailsEndsTheRunAndLosesNothing(t *testing.T) {
	store := &failing{Store: memstore.New(), left: 2}
	run := newRun(t, 1000)
	bus := newBus(t)
	var l log
	status, err := embed(t.Context(), newWorker(t, bus, wellBehaved, application.WorkerConfig{}), newRunner(t, bus, l.config(store)), run)
	require.ErrorIs(t, err, errDisk)
	require.Equal(t, domain.StateFailed, status.State)
	kept := stored(t, store, run.ID)
	require.Less(t, len(kept), 1000)

	store.left = 1 << 30
	bus = newBus(t)
	runner := newRunner(t, bus, l.config(store))
	status, err = application.Embed(t.Context(), newWorker(t, bus, wellBehaved, application.WorkerConfig{}),
		func(ctx context.Context) (domain.RunStatus, error) { return runner.Resume(ctx, run.ID) })
	require.NoError(t, err)
	require.Equal(t, domain.Counts{Planned: 1000, Done: 1000}, status.Counts)
	require.Equal(t, upTo(1000), stored(t, store, run.ID))
}

func TestWhatCannotBeResumed(t *testing.T) {
	store := memstore.New()
	run := newRun(t, 3)
	require.NoError(t, store.CreateRun(t.Context(), run))
	run.State = domain.StateCancelled
	require.NoError(t, store.UpdateRun(t.Context(), run.RunStatus))
	runner := newRunner(t, newBus(t), application.RunnerConfig{Store: store})
	_, err := runner.Resume(t.Context(), run.ID)
	require.ErrorIs(t, err, application.ErrNotResumable)
	_, err = runner.Resume(t.Context(), "unknown")
	require.ErrorIs(t, err, domain.ErrRunNotFound)
	_, err = runner.Run(t.Context(), run)
	require.ErrorIs(t, err, domain.ErrRunExists)
	_, err = newRunner(t, newBus(t), application.RunnerConfig{}).Resume(t.Context(), run.ID)
	require.ErrorContains(t, err, "only from a store")
}

// A runner was killed after the last result was recorded, but before it could write the
// end. Resume completes the run.
func TestARunThatOnlyLacksItsEnd(t *testing.T) {
	store := memstore.New()
	run := newRun(t, 1)
	require.NoError(t, store.CreateRun(t.Context(), run))
	run.State = domain.StateRunning
	require.NoError(t, store.UpdateRun(t.Context(), run.RunStatus))
	_, err := store.Record(t.Context(), run.ID, []domain.IterationExecuted{{
		Schema: domain.SchemaExecuted, RunID: run.ID, Iteration: 1, Attempt: 1, Failure: &domain.Failure{Class: domain.ClassCode, Message: "x", Attempts: 1},
	}})
	require.NoError(t, err)
	status, err := newRunner(t, newBus(t), application.RunnerConfig{Store: store}).Resume(t.Context(), run.ID)
	require.NoError(t, err)
	require.Equal(t, domain.StateCompleted, status.State)
	require.Equal(t, domain.Counts{Planned: 1, Failed: 1}, status.Counts)
}
