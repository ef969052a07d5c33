package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// resumeFlags are the flags of resume. What is measured, and how, stands in the
// stored run.
type resumeFlags struct {
	phpFlags
	busFlags
	storeFlags
	outputFlags
	workers int
}

func (a *app) resumeCommand() *cobra.Command {
	var f resumeFlags
	cmd := &cobra.Command{
		Use:   "resume RUN",
		Short: "Execute exactly what has no result in a run that was interrupted",
		Long: `Execute exactly the iterations that have no result, and print the report of the
whole run. RUN is its id, the beginning of it, or "last".`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.resume(&f, args[0]) },
	}
	cmd.ValidArgsFunction = completeRuns(&f.storeFlags)
	flags := cmd.Flags()
	numberFlag(flags, &f.workers, "workers", 4, 1, maxWorkers, "slots of the worker; at most one measures on a core at a time")
	f.phpFlags.register(flags)
	f.busFlags.register(flags)
	f.storeFlags.register(flags)
	f.outputFlags.register(flags)
	return cmd
}

func (a *app) resume(f *resumeFlags, name string) error {
	ctx := a.stop.drain
	logger := a.logger()
	executor, err := f.executor(logger)
	if err != nil {
		return err
	}
	if err := f.outputFlags.check(); err != nil {
		return err
	}
	store, err := f.storeFlags.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	id, err := find(ctx, store, name)
	if err != nil {
		return err
	}
	// A runtime that is missing would be recorded as a failure for good.
	run, err := store.Run(ctx, id)
	if err != nil {
		return unavailable(err)
	}
	for _, runtime := range run.Runtimes {
		if _, err := executor.Lookup(runtime); err != nil && run.Outstanding > 0 {
			return unavailable(err)
		}
	}
	bus, err := f.busFlags.open(logger)
	if err != nil {
		return err
	}
	return a.drive(ctx, job{bus, executor, store, f.workers, &f.outputFlags, logger},
		func(ctx context.Context, runner *application.Runner) (domain.RunStatus, error) {
			return runner.Resume(ctx, id)
		})
}
