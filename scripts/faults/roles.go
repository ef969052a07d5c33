package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/benchbus/benchbus/adapters/sqlite"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// actAs is this program as a process that it started itself; false where it is not.
func actAs(role, settings string) bool {
	switch role {
	case "worker":
		beWorker(settings)
	case "runner":
		beRunner(settings)
	default:
		return false
	}
	return true
}

// fatal ends a process that cannot do its part.
func fatal(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
		os.Exit(1)
	}
}

// beWorker is a worker process: its executor does nothing for a while and writes
// down that it did.
func beWorker(text string) {
	s := parseSettings(text)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	file, err := os.OpenFile(s.Executions, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o644)
	fatal(err)
	logger := s.logger()
	bus, err := s.open(logger)
	fatal(err)
	worker, err := application.NewWorker(bus, domain.ExecutorFunc(func(ctx context.Context, it domain.Iteration) (domain.Measurement, error) {
		if it.Number == s.Poison {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
		fmt.Fprintf(file, "begin %d\n", it.Number)
		select {
		case <-time.After(s.Takes):
		case <-ctx.Done():
			return domain.Measurement{}, ctx.Err()
		}
		fmt.Fprintf(file, "end %d\n", it.Number)
		return measurement(it), nil
	}), application.WorkerConfig{Name: s.Name, Slots: s.Slots, Heartbeat: time.Second, Logger: logger})
	fatal(err)
	fatal(worker.Run(ctx))
	fatal(bus.Close())
}

func measurement(it domain.Iteration) domain.Measurement {
	var m domain.Measurement
	for i, r := range it.Order() {
		m.Samples = append(m.Samples, domain.Sample{Runtime: r, Position: i + 1, Revolutions: 1, Batch: time.Millisecond})
	}
	return m
}

// beRunner is a runner process, for the cases that kill it.
func beRunner(text string) {
	s := parseSettings(text)
	store, err := sqlite.Open(context.Background(), s.Store, sqlite.Config{})
	fatal(err)
	logger := s.logger()
	bus, err := s.open(logger)
	fatal(err)
	runner, err := application.NewRunner(bus, application.RunnerConfig{
		Store: store, Logger: logger, StallAfter: stallAfter,
		OnEvent: func(e domain.RunEvent) { fmt.Println(e.Done + e.Failed) },
	})
	fatal(err)
	_, err = runner.Run(context.Background(), newRun(domain.RunID(s.Name), s.Iterations))
	fatal(err)
	fatal(bus.Close())
	fatal(store.Close())
}

// stallAfter is shorter than usual, so that the cases are short.
const stallAfter = 3 * time.Second

func newRun(id domain.RunID, iterations int) domain.Run {
	run, err := domain.NewRun(id, domain.Plan{
		Entries: []domain.Entry{{
			Benchmark: &domain.Benchmark{Slug: "nothing", Name: "Nothing", Category: "faults", Code: "x", Runtimes: []domain.RuntimeName{"none"}},
			Runtimes:  []domain.RuntimeName{"none"},
		}},
		Iterations: iterations, Samples: 1,
	}, time.Now().UTC())
	fatal(err)
	return run
}
