package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/benchbus/benchbus/adapters/inmem"
	"github.com/benchbus/benchbus/adapters/sqlite"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

var noopBenchmark = &domain.Benchmark{
	Slug: "noop", Name: "No-op", Category: "figures", Code: "nothing", Runtimes: []domain.RuntimeName{"go"},
}

// noop is an executor that does nothing. It invents one sample.
func noop(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
	return domain.Measurement{Samples: []domain.Sample{{
		Position: 1, Revolutions: 1, Batch: time.Microsecond,
	}}}, nil
}

// noopRun takes that many iterations from the runner through the in-process transport
// to the worker and back. The store may be nil.
func noopRun(ctx context.Context, iterations int, store domain.Store) error {
	transport, err := inmem.New(inmem.Config{})
	if err != nil {
		return err
	}
	bus, err := watermillbus.New(transport, transport, watermillbus.Config{})
	if err != nil {
		return err
	}
	defer bus.Close()
	run, err := noopPlan(iterations)
	if err != nil {
		return err
	}
	worker, err := application.NewWorker(bus, domain.ExecutorFunc(noop), application.WorkerConfig{})
	if err != nil {
		return err
	}
	runner, err := application.NewRunner(bus, application.RunnerConfig{Store: store})
	if err != nil {
		return err
	}
	status, err := application.Embed(ctx, worker, func(ctx context.Context) (domain.RunStatus, error) { return runner.Run(ctx, run) })
	if err == nil && status.Done != iterations {
		err = fmt.Errorf("%v", status.Counts)
	}
	return err
}

// bareLoop is the alternative to the bus. It sends structs with the same JSON as the
// bus's messages over two Go channels, written and read by encoding/json alone. It
// measures the cost of the JSON without retries, acknowledgements, properties, checks,
// a cache of entries, or counting.
func bareLoop(iterations int) error {
	plan := domain.Plan{
		Entries: []domain.Entry{domain.NewEntry(noopBenchmark, noopBenchmark.Runtimes...)}, Iterations: iterations, Samples: 1,
	}.WithDefaults()
	commands, replies := make(chan []byte, 1024), make(chan []byte, 1024)
	failed := make(chan error, 2)
	go func() {
		defer close(commands)
		for n := 1; n <= iterations; n++ {
			payload, err := json.Marshal(bareCommandOf(plan.Message("bare", n, "replies")))
			if err != nil {
				failed <- err
				return
			}
			commands <- payload
		}
	}()
	go func() {
		defer close(replies)
		for payload := range commands {
			var cmd bareCommand
			if err := json.Unmarshal(payload, &cmd); err != nil {
				failed <- err
				return
			}
			m, _ := noop(context.Background(), domain.Iteration{})
			answer, err := json.Marshal(bareResultOf(cmd, m))
			if err != nil {
				failed <- err
				return
			}
			replies <- answer
		}
	}()
	for payload := range replies {
		var r bareResult
		if err := json.Unmarshal(payload, &r); err != nil {
			return err
		}
	}
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}

// withStore calls f with a new SQLite store.
func withStore(ctx context.Context, f func(domain.Store) error) error {
	dir, err := os.MkdirTemp("", "benchbus-figures-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	store, err := sqlite.Open(ctx, filepath.Join(dir, "figures.db"), sqlite.Config{})
	if err != nil {
		return err
	}
	defer store.Close()
	return f(store)
}

func throughput(ctx context.Context, _ string) error {
	const n = 100_000
	var bare, without, with []float64
	perSecond := func(f func() error) (float64, error) {
		took, err := clock(f)
		return n / took.Seconds(), err
	}
	for range rounds {
		for _, side := range []struct {
			into *[]float64
			run  func() error
		}{
			{&bare, func() error { return bareLoop(n) }},
			{&without, func() error { return noopRun(ctx, n, nil) }},
			{&with, func() error {
				return withStore(ctx, func(s domain.Store) error { return noopRun(ctx, n, s) })
			}},
		} {
			v, err := perSecond(side.run)
			if err != nil {
				return err
			}
			*side.into = append(*side.into, v)
		}
	}
	fmt.Printf("no-op iterations, runner → in-process bus → worker → runner, %d each, median of %d rounds in turn:\n", n, rounds)
	fmt.Printf("  JSON over two Go channels (alternative)  %8.0f /s  1.00\n", median(bare))
	fmt.Printf("  benchbus without a store                 %8.0f /s  %.2f of it\n", median(without), median(without)/median(bare))
	fmt.Printf("  benchbus recorded in SQLite              %8.0f /s  %.2f of it\n\n", median(with), median(with)/median(bare))
	return nil
}

// resident measures the peak memory of the whole process, so it must come before other
// figures that take much memory.
func resident(ctx context.Context, _ string) error {
	const n = 1_000_000
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o200); err != nil { // this resets VmHWM
		return fmt.Errorf("reset the peak of resident memory: %w", err)
	}
	took, err := clock(func() error {
		return withStore(ctx, func(s domain.Store) error { return noopRun(ctx, n, s) })
	})
	if err != nil {
		return err
	}
	peak, err := status("VmHWM")
	if err != nil {
		return err
	}
	fmt.Printf("a run of %d no-op iterations recorded in SQLite: %v, peak resident memory %.1f MB\n\n", n, took.Round(time.Millisecond), float64(peak)*1024/1e6)
	return nil
}
