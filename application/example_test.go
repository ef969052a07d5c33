package application_test

import (
	"context"
	"fmt"
	"time"

	"github.com/benchbus/benchbus/adapters/inmem"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// A service runs a benchmark with an executor of its own, through the in-process
// transport.
func Example() {
	transport, err := inmem.New(inmem.Config{})
	if err != nil {
		panic(err)
	}
	bus, err := watermillbus.New(transport, transport, watermillbus.Config{})
	if err != nil {
		panic(err)
	}
	defer bus.Close()

	executor := domain.ExecutorFunc(func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
		var m domain.Measurement
		for i, variant := range it.Order() {
			m.Samples = append(m.Samples, domain.Sample{
				Variant: variant, Position: i + 1, Revolutions: 1000, Batch: time.Millisecond, // a real executor measures
			})
		}
		return m, nil
	})
	worker, err := application.NewWorker(bus, executor, application.WorkerConfig{})
	if err != nil {
		panic(err)
	}
	runner, err := application.NewRunner(bus, application.RunnerConfig{})
	if err != nil {
		panic(err)
	}
	benchmark := &domain.Benchmark{
		Slug: "mine", Name: "Mine", Category: "own", Code: "whatever the executor understands", Runtimes: []domain.RuntimeName{"go"},
	}
	run, err := domain.NewRun(domain.NewRunID(time.Now(), 1), domain.Plan{
		Entries: []domain.Entry{domain.NewEntry(benchmark, benchmark.Runtimes...)},
	}, time.Now())
	if err != nil {
		panic(err)
	}
	status, err := application.Embed(context.Background(), worker, func(ctx context.Context) (domain.RunStatus, error) {
		return runner.Run(ctx, run)
	})
	fmt.Println(status.State, status.Counts, err)
	// Output: completed planned 10 = done 10 + failed 0 + cancelled 0 + outstanding 0 (duplicates ignored: 0) <nil>
}
