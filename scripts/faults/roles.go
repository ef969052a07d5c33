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

// actAs runs this program in the role of a process that it has started itself. It
// returns false if it was started by somebody else.
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

// fatal ends the process if err is not nil.
func fatal(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
		os.Exit(1)
	}
}

// beWorker runs a worker until SIGTERM.
func beWorker(text string) {
	s := parseSettings(text)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	file, err := os.OpenFile(s.Executions, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o644)
	fatal(err)
	logger := s.logger()
	bus, err := s.open(logger)
	fatal(err)
	var executes domain.Executor = executor{s, file}
	if s.Runtime != "" {
		executes = lister{executor{s, file}}
	}
	worker, err := application.NewWorker(bus, executes, application.WorkerConfig{
		Name: s.Name, Slots: s.Slots, Heartbeat: time.Second, Logger: logger,
	})
	fatal(err)
	fatal(worker.Run(ctx))
	fatal(bus.Close())
}

// beRunner runs a runner, for the cases that kill its process.
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
	_, err = runner.Run(context.Background(), newRun(domain.RunID(s.Name), s.Iterations, nil))
	fatal(err)
	fatal(bus.Close())
	fatal(store.Close())
}

// stallAfter is less than the default, so that the cases are short.
const stallAfter = 3 * time.Second

// anyRuntime is the runtime in the plan if every worker executes everything.
const anyRuntime domain.RuntimeName = "any"

// newRun makes a run of so many iterations in total, with one benchmark for each
// runtime.
func newRun(id domain.RunID, iterations int, runtimes []domain.RuntimeName) domain.Run {
	if len(runtimes) == 0 {
		runtimes = []domain.RuntimeName{anyRuntime}
	}
	plan := domain.Plan{Iterations: iterations / len(runtimes), Samples: 1}
	for _, r := range runtimes {
		plan.Entries = append(plan.Entries, domain.NewEntry(&domain.Benchmark{
			Slug: "nothing-" + string(r), Name: "Nothing on " + string(r), Category: "faults", Code: "x", Runtimes: []domain.RuntimeName{r},
		}, r))
	}
	run, err := domain.NewRun(id, plan, time.Now().UTC())
	fatal(err)
	return run
}
