package application_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/memstore"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// log collects the events of a runner.
type log struct {
	mu      sync.Mutex
	events  []domain.RunEvent
	results []domain.IterationExecuted
}

func (l *log) config(store domain.Store) application.RunnerConfig {
	return application.RunnerConfig{
		Store: store,
		OnEvent: func(e domain.RunEvent) {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.events = append(l.events, e)
		},
		OnResult: func(r domain.IterationExecuted) {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.results = append(l.results, r)
		},
	}
}

// schemas returns the names of the events without the progress in between.
func (l *log) schemas() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var names []string
	for _, e := range l.events {
		if e.Schema != domain.SchemaRunProgress {
			names = append(names, e.Schema)
		}
	}
	return names
}

// waitsFor returns the runtimes for which the run last waited before its end.
func (l *log) waitsFor() []domain.RuntimeName {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range slices.Backward(l.events) {
		if e.Schema == domain.SchemaRunProgress {
			return e.WaitsFor
		}
	}
	return nil
}

// waited reports whether the run waited for exactly those runtimes at some time.
func (l *log) waited(runtimes ...domain.RuntimeName) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.ContainsFunc(l.events, func(e domain.RunEvent) bool { return slices.Equal(e.WaitsFor, runtimes) })
}

func (l *log) iterations() []int {
	l.mu.Lock()
	defer l.mu.Unlock()
	var numbers []int
	for _, r := range l.results {
		numbers = append(numbers, r.Iteration)
	}
	slices.Sort(numbers)
	return numbers
}

func requireSum(t *testing.T, c domain.Counts) {
	t.Helper()
	require.Equal(t, c.Planned, c.Done+c.Failed+c.Cancelled+c.Outstanding, c.String())
}

func upTo(n int) []int {
	numbers := make([]int, n)
	for i := range numbers {
		numbers[i] = i + 1
	}
	return numbers
}

func TestEveryIterationIsCountedOnce(t *testing.T) {
	bus := newBus(t)
	var l log
	status, err := embed(t.Context(), newWorker(t, bus, wellBehaved, application.WorkerConfig{Name: "w1"}), newRunner(t, bus, l.config(nil)), newRun(t, 300))
	require.NoError(t, err)
	require.Equal(t, domain.StateCompleted, status.State)
	require.Equal(t, domain.Counts{Planned: 300, Done: 300}, status.Counts)
	require.Equal(t, upTo(300), l.iterations())
	require.Equal(t, []string{domain.SchemaRunStarted, domain.SchemaRunCompleted}, l.schemas())
	for _, r := range l.results {
		require.Len(t, r.Samples, 4)
		require.Equal(t, "w1", r.Worker)
		require.Equal(t, 1, r.Attempt)
	}
	for _, e := range l.events {
		requireSum(t, e.Counts)
	}
}

func TestTheLastIterationFailingForGoodEndsTheRun(t *testing.T) {
	bus := newBus(t)
	var l log
	worker := newWorker(t, bus, func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
		if it.Number == 10 {
			return domain.Measurement{}, domain.Fail(domain.ClassCode, "syntax error")
		}
		return measured(it), nil
	}, application.WorkerConfig{})
	status, err := embed(t.Context(), worker, newRunner(t, bus, l.config(nil)), newRun(t, 10))
	require.NoError(t, err)
	require.Equal(t, domain.StateCompleted, status.State)
	require.Equal(t, domain.Counts{Planned: 10, Done: 9, Failed: 1}, status.Counts)
	require.Equal(t, []string{domain.SchemaRunStarted, domain.SchemaRunCompleted}, l.schemas())
	failed := slices.IndexFunc(l.results, func(r domain.IterationExecuted) bool { return r.Failure != nil })
	require.Equal(t, domain.Failure{Class: domain.ClassCode, Message: "syntax error", Attempts: 1}, *l.results[failed].Failure)
	require.Equal(t, 1, failedMessages(t, bus))
}

func TestATransientFailureIsTriedAgain(t *testing.T) {
	bus := newBus(t)
	var l log
	var tries sync.Map
	worker := newWorker(t, bus, func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
		if _, again := tries.LoadOrStore(it.Number, true); !again {
			return domain.Measurement{}, domain.Fail(domain.ClassKilled, "killed")
		}
		return measured(it), nil
	}, application.WorkerConfig{})
	status, err := embed(t.Context(), worker, newRunner(t, bus, l.config(nil)), newRun(t, 20))
	require.NoError(t, err)
	require.Equal(t, domain.Counts{Planned: 20, Done: 20}, status.Counts)
	for _, r := range l.results {
		require.Equal(t, 2, r.Attempt)
	}
}

func TestAMeasurementThatIsNotTheOneAskedForIsAFailure(t *testing.T) {
	bus := newBus(t)
	var l log
	worker := newWorker(t, bus, func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
		m := measured(it)
		m.Samples[0].Batch = 0
		return m, nil
	}, application.WorkerConfig{})
	status, err := embed(t.Context(), worker, newRunner(t, bus, l.config(nil)), newRun(t, 1))
	require.NoError(t, err)
	require.Equal(t, domain.Counts{Planned: 1, Failed: 1}, status.Counts)
	require.Equal(t, domain.ClassResult, l.results[0].Failure.Class)
	require.Equal(t, 1, failedMessages(t, bus), "the worker noticed, not only the runner")
}

func TestDuplicatesAreIgnoredAndCounted(t *testing.T) {
	bus := newBus(t)
	var l log
	run := newRun(t, 50)
	runner := newRunner(t, bus, l.config(nil))
	twice := commandHandler(func(ctx context.Context, cmd domain.ExecuteBenchmark) error {
		r := domain.IterationExecuted{
			Schema: domain.SchemaExecuted, RunID: cmd.RunID, Iteration: cmd.Iteration, Attempt: 1,
			Samples: measured(domain.Iteration{Variants: cmd.Entry.Variants, Samples: cmd.Samples, Seed: cmd.Seed}).Samples,
		}
		foreign := r
		foreign.RunID = "another"
		return errors.Join(bus.Reply(ctx, cmd.ReplyTo, foreign), bus.Reply(ctx, cmd.ReplyTo, r), bus.Reply(ctx, cmd.ReplyTo, r))
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- bus.Consume(ctx, domain.Consumer{Slots: 1}, twice) }()
	status, err := runner.Run(t.Context(), run)
	stop()
	require.NoError(t, err)
	require.NoError(t, <-ended)
	require.Equal(t, 50, status.Done)
	require.Positive(t, status.Duplicates) // their number before the end is a race
	requireSum(t, status.Counts)
	require.Equal(t, upTo(50), l.iterations())
	require.Equal(t, []string{domain.SchemaRunStarted, domain.SchemaRunCompleted}, l.schemas())
}

type commandHandler func(context.Context, domain.ExecuteBenchmark) error

func (h commandHandler) Handle(ctx context.Context, cmd domain.ExecuteBenchmark) error {
	return h(ctx, cmd)
}

func (commandHandler) GiveUp(context.Context, domain.ExecuteBenchmark, domain.Failure) error {
	return nil
}

func TestARunnerNeedsABus(t *testing.T) {
	_, err := application.NewRunner(nil, application.RunnerConfig{})
	require.Error(t, err)
	_, err = application.NewWorker(nil, nil, application.WorkerConfig{})
	require.Error(t, err)
	_, err = application.NewWorker(newBus(t), domain.ExecutorFunc(wellBehaved), application.WorkerConfig{Slots: -1})
	require.ErrorContains(t, err, "at least 1 slot")
}

func TestARunnersSettingsAreChecked(t *testing.T) {
	_, err := application.NewRunner(newBus(t), application.RunnerConfig{ProgressEvery: -1, Grace: -1, StallAfter: -1})
	for _, field := range []string{"ProgressEvery", "Grace", "StallAfter"} {
		require.ErrorContains(t, err, field+" is -1ns; it cannot be negative", "all of them at once")
	}
}

// A run that was put together without NewRun lacks the counts of its plan. It would be
// over before it began, or never.
func TestARunThatNewRunDidNotMakeIsRefused(t *testing.T) {
	runner, store := newRunner(t, newBus(t), application.RunnerConfig{}), memstore.New()
	_, err := runner.Run(t.Context(), domain.Run{})
	require.ErrorContains(t, err, "a run needs an id")
	require.ErrorContains(t, err, "the plan has no benchmark")
	run := newRun(t, 2)
	run.Counts = domain.Counts{}
	_, err = runner.Run(t.Context(), run)
	require.ErrorContains(t, err, "make the run with domain.NewRun")
	_, err = newRunner(t, newBus(t), application.RunnerConfig{Store: store}).Detach(t.Context(), run)
	require.ErrorContains(t, err, "make the run with domain.NewRun")
	_, err = store.Run(t.Context(), run.ID)
	require.ErrorIs(t, err, domain.ErrRunNotFound)
}
