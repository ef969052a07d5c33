// Command redis runs a fleet over Redis streams, with a Watermill publisher and
// subscriber from another project. It has two workers and a runner, each with a bus of
// its own, as if they ran on three hosts.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"sync"
	"time"

	"github.com/benchbus/benchbus/adapters/memstore"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// measure is the executor. Each sample times many calls of strings.ToUpper.
func measure(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
	const revolutions = 10_000
	var m domain.Measurement
	for i, variant := range it.Order() {
		start := time.Now()
		for range revolutions {
			_ = strings.ToUpper("needle")
		}
		m.Samples = append(m.Samples, domain.Sample{Variant: variant, Position: i + 1, Revolutions: revolutions, Batch: time.Since(start)})
	}
	return m, nil
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Getenv("REDIS_URL"), os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, url string, out, log io.Writer) error {
	if url == "" {
		return errors.New("say where Redis is: REDIS_URL=redis://localhost:6379/0")
	}
	redis := transport{URL: url, Namespace: "example-redis", Redelivery: time.Minute}
	cfg := watermillbus.Config{Logger: slog.New(slog.NewTextHandler(log, nil))}
	working, stopWorkers := context.WithCancel(ctx)
	var workers sync.WaitGroup
	defer workers.Wait()
	defer stopWorkers()
	for _, name := range []string{"one", "two"} {
		bus, err := redis.open(cfg)
		if err != nil {
			return err
		}
		worker, err := application.NewWorker(bus, domain.ExecutorFunc(measure), application.WorkerConfig{Name: name, Slots: 1, Logger: cfg.Logger})
		if err != nil {
			return errors.Join(err, bus.Close())
		}
		workers.Go(func() {
			if err := errors.Join(worker.Run(working), bus.Close()); err != nil {
				cfg.Logger.Error("the worker ended", "worker", name, "error", err)
			}
		})
	}
	return ask(ctx, redis, cfg, out)
}

// ask lets the workers execute a run, and prints the result.
func ask(ctx context.Context, redis transport, cfg watermillbus.Config, out io.Writer) error {
	benchmark := &domain.Benchmark{
		Slug: "upper", Name: "strings.ToUpper", Category: "strings", Code: "strings.ToUpper", Runtimes: []domain.RuntimeName{"go"},
	}
	planned, err := domain.NewRun(application.NewRunID(time.Now()), domain.Plan{
		Entries: []domain.Entry{domain.NewEntry(benchmark, benchmark.Runtimes...)}, Iterations: 20,
	}, time.Now())
	if err != nil {
		return err
	}
	bus, err := redis.open(cfg)
	if err != nil {
		return err
	}
	defer bus.Close()
	store := memstore.New()
	runner, err := application.NewRunner(bus, application.RunnerConfig{Store: store, Logger: cfg.Logger})
	if err != nil {
		return err
	}
	status, err := runner.Run(ctx, planned)
	if err != nil {
		return err
	}
	report, err := stats.Build(planned, store.Results(ctx, planned.ID), stats.Options{})
	if err != nil {
		return err
	}
	cell := report.Cells[0]
	fmt.Fprintf(out, "%s\n%s: %d samples, median %.0f ns\n", status.Counts, cell.Benchmark.Name, cell.Summary.N, cell.Summary.Median)
	return nil
}
