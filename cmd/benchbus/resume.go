package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

func (a *app) resumeCommand() *cobra.Command {
	var f runnerFlags // what is measured, and how, stands in the stored run
	cmd := &cobra.Command{
		Use:   "resume RUN",
		Short: "Execute exactly what has no result in a run that was interrupted",
		Long: `Execute exactly the iterations that have no result, and print the report of the
whole run. RUN is its id, the beginning of it, or "last".`,
		Args: one(aRun),
		RunE: func(_ *cobra.Command, args []string) error { return a.resume(&f, args[0]) },
	}
	cmd.ValidArgsFunction = completeRuns
	f.register(cmd.Flags())
	a.coresFlag(cmd.Flags())
	return cmd
}

func (a *app) resume(f *runnerFlags, name string) error {
	ctx := a.stop.drain
	logger := a.logger()
	if err := f.outputFlags.check(); err != nil {
		return err
	}
	store, err := f.storeFlags.existing(ctx)
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
	if err := f.outputFlags.checkReading(run.Plan); err != nil {
		return err
	}
	w, err := a.openTarget(ctx, f, logger)
	if err != nil {
		return err
	}
	defer w.bus.Close()
	if run.Outstanding > 0 {
		if _, err := w.available(ctx, a, run.Runtimes); err != nil {
			return err
		}
		if err := w.requireCounting(ctx, run.Plan); err != nil {
			return err
		}
	}
	return a.carryOut(ctx, f, w, store, logger,
		func(ctx context.Context, runner *application.Runner) (domain.RunStatus, error) {
			return runner.Resume(ctx, id)
		})
}
