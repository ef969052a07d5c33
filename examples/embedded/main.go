// Command embedded is a service that measures a Go function of its own through
// the bus: the runner dispatches the iterations, the workers take them, and the
// results come back, all in this process.
package main

import (
	"context"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/benchbus/benchbus/adapters/inmem"
	"github.com/benchbus/benchbus/adapters/memstore"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// contains is the function that this service wants to know about.
func contains() bool { return strings.Contains(strings.Repeat("hay", 1000)+"needle", "needle") }

// measure is the service's executor: one sample times many calls of contains.
func measure(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
	const revolutions = 10_000
	var m domain.Measurement
	for i, runtime := range it.Order() {
		start := time.Now()
		for range revolutions {
			contains()
		}
		m.Samples = append(m.Samples, domain.Sample{
			Runtime: runtime, Position: i + 1, Revolutions: revolutions, Batch: time.Since(start),
		})
	}
	return m, nil
}

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	benchmark := &domain.Benchmark{
		Slug: "contains", Name: "strings.Contains", Category: "strings", Code: "contains()", Runtimes: []domain.RuntimeName{"go"},
	}
	planned, err := domain.NewRun(domain.NewRunID(time.Now(), 1), domain.Plan{
		Entries: []domain.Entry{{Benchmark: benchmark, Runtimes: benchmark.Runtimes}}, Iterations: 5,
	}, time.Now())
	if err != nil {
		return err
	}
	transport, err := inmem.New(inmem.Config{})
	if err != nil {
		return err
	}
	bus, err := watermillbus.New(transport, transport, watermillbus.Config{})
	if err != nil {
		return err
	}
	defer bus.Close()
	store := memstore.New()
	worker, err := application.NewWorker(bus, domain.ExecutorFunc(measure), application.WorkerConfig{Slots: 1})
	if err != nil {
		return err
	}
	runner, err := application.NewRunner(bus, application.RunnerConfig{Store: store})
	if err != nil {
		return err
	}
	status, err := application.Embed(ctx, worker, func(ctx context.Context) (domain.RunStatus, error) {
		return runner.Run(ctx, planned)
	})
	if err != nil {
		return err
	}
	report, err := stats.Build(planned, store.Results(ctx, planned.ID))
	if err != nil {
		return err
	}
	fmt.Println(status.Counts)
	cell := report.Cells[0]
	fmt.Printf("%s: %d samples, median %.0f ns\n", cell.Benchmark.Name, cell.Summary.N, cell.Summary.Median)
	return nil
}
