package application_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/benchbus/benchbus/adapters/inmem"
	"github.com/benchbus/benchbus/adapters/topics"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// quickRetries keeps tests of retries short. never is a class that is not tried again.
var quickRetries = domain.RetryPolicy{Retries: 2, Delay: time.Millisecond, Factor: 1}

// newBus returns a bus over the in-process transport, which is closed when the test
// ends.
func newBus(t testing.TB) domain.Bus {
	transport, err := inmem.New(inmem.Config{Buffer: 64})
	require.NoError(t, err)
	bus, err := watermillbus.New(transport, transport, watermillbus.Config{Retry: quickRetries})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, bus.Close()) })
	return bus
}

// newRun returns a run of one benchmark on the runtimes a and b.
func newRun(t testing.TB, iterations int) domain.Run {
	run, err := domain.NewRun("20260102-030405-00000001", domain.Plan{
		Entries: []domain.Entry{domain.NewEntry(&domain.Benchmark{
			Slug: "loop", Name: "Loop", Category: "loops", Code: "x", Runtimes: []domain.RuntimeName{"a", "b"},
		}, "a", "b")},
		Iterations: iterations, Samples: 2,
	}, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	require.NoError(t, err)
	return run
}

// repliesOf returns the reply address of a run.
func repliesOf(run domain.RunID) string { return topics.Names{}.WithDefaults().Replies(run) }

// measured returns the answer of a well-behaved executor.
func measured(it domain.Iteration) domain.Measurement {
	var m domain.Measurement
	for i, variant := range it.Order() {
		m.Samples = append(m.Samples, domain.Sample{Variant: variant, Position: i + 1, Revolutions: 10, Batch: time.Millisecond})
	}
	return m
}

func wellBehaved(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
	return measured(it), nil
}

// newWorker returns a worker that executes with the function.
func newWorker(t testing.TB, bus domain.Bus, execute domain.ExecutorFunc, cfg application.WorkerConfig) *application.Worker {
	worker, err := application.NewWorker(bus, execute, cfg)
	require.NoError(t, err)
	return worker
}

func newRunner(t testing.TB, bus domain.Bus, cfg application.RunnerConfig) *application.Runner {
	runner, err := application.NewRunner(bus, cfg)
	require.NoError(t, err)
	return runner
}

// embed runs the run with that worker.
func embed(ctx context.Context, worker *application.Worker, runner *application.Runner, run domain.Run) (domain.RunStatus, error) {
	return application.Embed(ctx, worker, func(ctx context.Context) (domain.RunStatus, error) { return runner.Run(ctx, run) })
}

// failedMessages returns the number of messages in the failed queue.
func failedMessages(t *testing.T, bus domain.Bus) (n int) {
	require.NoError(t, bus.BrowseFailed(t.Context(), func(domain.FailedMessage) domain.FailedAction {
		n++
		return domain.KeepFailed
	}))
	return n
}

// backlog returns the number of waiting commands.
func backlog(t *testing.T, bus domain.Bus) int {
	queues, err := bus.Queues(t.Context())
	require.NoError(t, err)
	return domain.Backlog(queues)
}
