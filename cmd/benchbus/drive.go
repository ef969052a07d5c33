package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/benchbus/benchbus/adapters/host"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
	"github.com/spf13/pflag"
)

// maxWorkers keeps a slip of the finger from starting a million processes.
const maxWorkers = 1024

// driveFlags are what run and resume need to drive a run to its end.
type driveFlags struct {
	phpFlags
	busFlags
	storeFlags
	outputFlags
	workers int
}

func (d *driveFlags) register(flags *pflag.FlagSet) {
	numberFlag(flags, &d.workers, "workers", 4, 1, maxWorkers, "slots of the worker; at most one measures on a core at a time")
	d.phpFlags.register(flags)
	d.busFlags.register(flags)
	d.storeFlags.register(flags)
	d.outputFlags.register(flags)
}

// drive runs a worker and a runner side by side and prints the report.
func (a *app) drive(ctx context.Context, f *driveFlags, executor domain.Executor, store domain.Store, logger *slog.Logger,
	with func(context.Context, *application.Runner) (domain.RunStatus, error)) error {
	bus, err := f.busFlags.open(logger)
	if err != nil {
		return err
	}
	defer bus.Close()
	cpus, err := host.NewSlots(host.SlotsConfig{Logger: logger})
	if err != nil {
		return unavailable(err)
	}
	name, err := os.Hostname()
	if err != nil {
		name = "worker"
	}
	worker, err := application.NewWorker(bus, executor, application.WorkerConfig{
		Name: name, Slots: f.workers, CPU: cpus, Probe: host.NewProbe(), Abort: a.stop.abort, Logger: logger,
	})
	if err != nil {
		return err
	}
	runner, err := application.NewRunner(bus, application.RunnerConfig{Store: store, OnEvent: a.progress.event, Logger: logger})
	if err != nil {
		return err
	}
	status, runErr := application.Embed(ctx, worker, func(ctx context.Context) (domain.RunStatus, error) { return with(ctx, runner) })
	if status.Done+status.Failed > 0 {
		if err := a.writeReport(context.WithoutCancel(ctx), store, status.ID, &f.outputFlags); err != nil {
			return &exitError{exitIncomplete, fmt.Errorf("%w; the results are kept, print them with: benchbus report %s", err, status.ID)}
		}
	}
	return outcome(status, runErr)
}
