package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// workerFlags are the flags of worker.
type workerFlags struct {
	phpFlags
	busFlags
	sourceFlags
	logFlags
	name, healthAddr string
	workers, limit   int
	timeLimit        time.Duration
	runtimeWait      time.Duration
	memoryLimit      byteSize
}

func (a *app) workerCommand() *cobra.Command {
	var f workerFlags
	cmd := &cobra.Command{
		Use:   "worker",
		Short: "Take iterations from a broker, execute them, and answer",
		Long: `Take iterations from a broker, execute them, and answer, until a signal comes or
a limit is reached. The first signal drains: what runs is finished and answered,
nothing new is taken. The second cuts short what runs; it goes to another worker.`,
		Example: "  benchbus worker --bus amqp://guest:guest@localhost:5672/ --workers 4",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.work(&f) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	f.busFlags.registerRemote(flags)
	numberFlag(flags, &f.workers, "workers", 0, 1, maxWorkers, "iterations in hand at once; at most one measures on a core of this host at a time (default: one for each core that it may measure on)")
	numberFlag(flags, &f.limit, "limit", 0, 0, 1<<31-1, "stop after so many iterations; 0 means no limit")
	timeFlag(flags, &f.timeLimit, "time-limit", 0, 365*24*time.Hour, "stop after so long, such as 1h (default: no limit)")
	flags.Var(&f.memoryLimit, "memory-limit", "stop when this process, without what it starts, uses more memory, such as 256MB (default: no limit)")
	timeFlag(flags, &f.runtimeWait, "runtime-wait", 5*time.Minute, 24*time.Hour, "how long an iteration waits for a worker that has its runtimes where this one lacks them, before it fails")
	flags.StringVar(&f.name, "name", "", "name of the worker, which no other has (default: the host's name and the process's number)")
	flags.StringVar(&f.healthAddr, "health-addr", "", "address to answer /livez and /readyz on, such as 127.0.0.1:8080 (default: none)")
	f.logFlags.register(flags)
	f.sourceFlags.register(flags)
	f.phpFlags.register(flags)
	a.coresFlag(flags)
	return cmd
}

func (a *app) work(f *workerFlags) error {
	given := f.name != ""
	if !given {
		host, err := os.Hostname()
		if err != nil {
			host = "worker"
		}
		f.name = fmt.Sprintf("%s-%d", host, os.Getpid())
	}
	logger, closeLog, err := f.logFlags.open(a.stderr, f.name)
	if err != nil {
		return err
	}
	defer closeLog()
	sources := f.trees(logger)
	if f.bundles != "" || f.cache != "" {
		if _, err := sources.open(); err != nil {
			return err
		}
	}
	executor, err := f.executor(logger, sources)
	if err != nil {
		return err
	}
	bus, err := f.busFlags.dialBus(logger)
	if err != nil {
		return err
	}
	defer bus.Close()
	if len(executor.Runtimes()) == 0 {
		return noPHP()
	}
	if given {
		if err := warnOfNamesake(a.stop.drain, bus, f.name, logger); err != nil {
			return err
		}
	}
	counts := executor.CanCount(a.stop.drain)
	if counts != nil && a.stop.drain.Err() == nil {
		logger.Info("runs that count instructions leave this worker out", "reason", counts)
	}
	worker, slots, err := a.newWorker(bus, executor, application.WorkerConfig{
		Name: f.name, Slots: f.workers, Limit: f.limit, RuntimeWait: f.runtimeWait, CountsInstructions: counts == nil, Sources: sources, Logger: logger,
	})
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(a.stop.drain)
	defer stop(nil)
	if f.timeLimit > 0 {
		timer := time.AfterFunc(f.timeLimit, func() { stop(fmt.Errorf("the time limit of %v is reached", f.timeLimit)) })
		defer timer.Stop()
	}
	if f.memoryLimit > 0 {
		go watchMemory(ctx, uint64(f.memoryLimit), stop)
	}
	if f.healthAddr != "" {
		closeHealth, err := serveHealth(f.healthAddr, worker, logger)
		if err != nil {
			return err
		}
		defer closeHealth()
	}
	logger.Info("worker started", "runtimes", names(executor.Runtimes()), "slots", slots)
	err = worker.Run(ctx)
	reason := context.Cause(ctx)
	switch {
	case errors.Is(err, domain.ErrDrainTimeout):
		return &exitError{exitIncomplete, fmt.Errorf("%w; what was left behind goes to another worker", err)}
	case err != nil:
		return unavailable(err)
	case a.stop.drain.Err() != nil:
		reason = errors.New("a signal came")
	case reason == nil:
		reason = errors.New("the limit of iterations is reached")
	}
	logger.Info("worker stopped", "reason", reason)
	return nil
}

// warnOfNamesake tells when a worker of that name lives already, since everybody
// who looks at the fleet takes the two for one.
func warnOfNamesake(ctx context.Context, bus domain.Bus, name string, logger *slog.Logger) error {
	seen, err := application.QueryFleet(ctx, bus)
	switch {
	case ctx.Err() != nil:
		return nil // a signal came
	case err != nil:
		return unavailable(fmt.Errorf("ask the workers for their names: %w", err))
	}
	for _, w := range seen.Workers {
		if w.Worker == name {
			logger.Warn("another worker of this name is at work; give each one a --name of its own", "name", name, "since", w.Started.Format(time.RFC3339))
		}
	}
	return nil
}

func names(runtimes []domain.Runtime) []domain.RuntimeName {
	var all []domain.RuntimeName
	for _, r := range runtimes {
		all = append(all, r.Name)
	}
	return all
}
