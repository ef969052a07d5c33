package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

func (a *app) cancelCommand() *cobra.Command {
	var f struct {
		busFlags
		storeFlags
	}
	cmd := &cobra.Command{
		Use:   "cancel RUN",
		Short: "Give up what is outstanding in a run; what is queued is not executed",
		Args:  one(aRun),
		RunE: func(_ *cobra.Command, args []string) error {
			ctx := a.stop.drain
			store, err := f.storeFlags.existing(ctx)
			if err != nil {
				return err
			}
			defer store.Close()
			id, err := find(ctx, store, args[0])
			if err != nil {
				return err
			}
			bus, err := f.dialBus(a.logger())
			if err != nil {
				return err
			}
			defer bus.Close()
			status, err := application.Cancel(ctx, bus, store, id)
			switch {
			case errors.Is(err, domain.ErrRunOver):
				return usage(err)
			case err != nil:
				return unavailable(err)
			}
			_, err = fmt.Fprintf(a.stdout, "run %s is %s: %v\n", id, status.State, status.Counts)
			return err
		},
	}
	cmd.ValidArgsFunction = completeRuns
	f.busFlags.registerRemote(cmd.Flags())
	f.storeFlags.register(cmd.Flags())
	return cmd
}
