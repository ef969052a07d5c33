package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

func (a *app) waitCommand() *cobra.Command {
	var f struct {
		busFlags
		storeFlags
		outputFlags
	}
	cmd := &cobra.Command{
		Use:   "wait RUN",
		Short: "Collect the results of a run that was detached, or follow one that another process collects; print its report",
		Args:  one(aRun),
		RunE: func(_ *cobra.Command, args []string) error {
			ctx := a.stop.drain
			if err := f.outputFlags.check(); err != nil {
				return err
			}
			store, err := f.storeFlags.existing(ctx)
			if err != nil {
				return err
			}
			defer store.Close()
			id, err := find(ctx, store, args[0])
			if err != nil {
				return err
			}
			run, err := store.Run(ctx, id)
			if err != nil {
				return unavailable(err)
			}
			if err := f.outputFlags.checkReading(run.Plan); err != nil {
				return err
			}
			logger := a.logger()
			bus, err := f.dialBus(logger)
			if err != nil {
				return err
			}
			defer bus.Close()
			runner, err := application.NewRunner(bus, application.RunnerConfig{Store: store, OnEvent: a.progress.event, Logger: logger})
			if err != nil {
				return err
			}
			status, err := runner.Wait(ctx, id)
			if errors.Is(err, domain.ErrRunTaken) {
				fmt.Fprintf(a.stderr, "benchbus: another process collects the results of run %s; following it\n", id)
				status, err = application.Follow(ctx, store, id)
			}
			// An interrupted wait suggests waiting again: resume would execute again
			// what is still in a queue.
			return a.conclude(ctx, store, &f.outputFlags, "wait", status, err)
		},
	}
	cmd.ValidArgsFunction = completeRuns
	f.busFlags.registerRemote(cmd.Flags())
	f.storeFlags.register(cmd.Flags())
	f.outputFlags.registerReport(cmd.Flags())
	return cmd
}
