package application_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/inmem"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

func BenchmarkNoop(b *testing.B) {
	transport, err := inmem.New(inmem.Config{})
	require.NoError(b, err)
	bus, err := watermillbus.New(transport, transport, watermillbus.Config{})
	require.NoError(b, err)
	defer bus.Close()
	nop := domain.ExecutorFunc(func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
		return domain.Measurement{Samples: []domain.Sample{{Runtime: it.Runtimes[0], Position: 1, Revolutions: 1, Batch: 1000}}}, nil
	})
	worker, err := application.NewWorker(bus, nop, application.WorkerConfig{})
	require.NoError(b, err)
	runner, err := application.NewRunner(bus, application.RunnerConfig{})
	require.NoError(b, err)
	run, err := domain.NewRun("r", domain.Plan{
		Entries: []domain.Entry{{Benchmark: &domain.Benchmark{Slug: "noop", Name: "Noop", Category: "x", Code: "noop",
			Runtimes: []domain.RuntimeName{"go"}}, Runtimes: []domain.RuntimeName{"go"}}},
		Iterations: b.N, Samples: 1,
	}, time.Now())
	require.NoError(b, err)
	b.ResetTimer()
	status, err := application.Embed(context.Background(), worker, func(ctx context.Context) (domain.RunStatus, error) { return runner.Run(ctx, run) })
	require.NoError(b, err)
	require.Equal(b, b.N, status.Done)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "iterations/s")
}
