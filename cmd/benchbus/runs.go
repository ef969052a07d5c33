package main

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/benchbus/benchbus/adapters/report"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

func (a *app) runsCommand() *cobra.Command {
	var f struct {
		storeFlags
		outputFlags
		limit int
	}
	cmd := &cobra.Command{
		Use:   "runs",
		Short: "List the runs in the store, newest first",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			ctx := a.stop.drain
			store, err := f.storeFlags.read(ctx)
			if err != nil {
				return err
			}
			defer store.Close()
			runs, err := store.Runs(ctx, "", f.limit)
			if err != nil {
				return unavailable(err)
			}
			for i, now := 0, time.Now(); i < len(runs); i++ {
				runs[i] = runs[i].At(now)
			}
			table := report.Table{
				Columns: []report.Column{
					{Key: "id", Title: "Run"}, {Key: "state", Title: "State"}, {Key: "planned", Title: "Planned", Right: true},
					{Key: "done", Title: "Done", Right: true}, {Key: "failed", Title: "Failed", Right: true},
					{Key: "cancelled", Title: "Cancelled", Right: true}, {Key: "outstanding", Title: "Outstanding", Right: true},
					{Key: "benchmarks", Title: "Benchmarks"}, {Key: "runtimes", Title: "Runtimes", Width: 24},
				},
				Empty: "Nothing has been run yet: benchbus run --test=Loop",
				JSON:  map[string]any{"schema": "benchbus.runs.v1", "runs": append([]printedRun{}, printAll(runs, printRun)...)},
			}
			for _, r := range runs {
				table.Rows = append(table.Rows, []any{
					string(r.ID), string(r.State), r.Planned, r.Done, r.Failed, r.Cancelled, r.Outstanding,
					shorten(r.Benchmarks), join(r.Runtimes),
				})
			}
			return a.writeTable(&f.outputFlags, table)
		},
	}
	numberFlag(cmd.Flags(), &f.limit, "limit", 20, 0, 1_000_000, "how many runs; 0 means all")
	f.storeFlags.register(cmd.Flags())
	f.outputFlags.register(cmd.Flags())
	cmd.AddCommand(a.removeRunsCommand())
	return cmd
}

// shorten names a run's benchmarks in a few words.
func shorten(slugs []string) string {
	switch len(slugs) {
	case 0:
		return ""
	case 1:
		return slugs[0]
	}
	return slugs[0] + " … " + slugs[len(slugs)-1]
}

func (a *app) reportCommand() *cobra.Command {
	var f struct {
		storeFlags
		outputFlags
	}
	cmd := &cobra.Command{
		Use:     "report RUN",
		Short:   "Print the report of a run: its id, the beginning of it, or \"last\"",
		Example: "  benchbus report last --format=json",
		Args:    one(aRun),
		RunE: func(_ *cobra.Command, args []string) error {
			ctx := a.stop.drain
			store, err := f.storeFlags.read(ctx)
			if err != nil {
				return err
			}
			defer store.Close()
			id, err := find(ctx, store, args[0])
			if err != nil {
				return err
			}
			_, err = a.writeReport(ctx, store, id, &f.outputFlags)
			return err
		},
	}
	cmd.ValidArgsFunction = completeRuns
	f.storeFlags.register(cmd.Flags())
	f.outputFlags.registerReport(cmd.Flags())
	return cmd
}

// find returns the run that a person means.
func find(ctx context.Context, store domain.Store, name string) (domain.RunID, error) {
	id, err := application.FindRun(ctx, store, name)
	var ambiguous application.AmbiguousRunError
	switch {
	case err == nil:
		return id, nil
	case errors.Is(err, domain.ErrRunNotFound):
		return "", usagef("%w; `benchbus runs` lists them", err)
	case errors.As(err, &ambiguous):
		return "", usage(err)
	}
	return "", unavailable(err)
}

// writeReport prints the report of a run, and tells in how many of its iterations a
// variant failed.
func (a *app) writeReport(ctx context.Context, store domain.Store, id domain.RunID, output *outputFlags) (partlyFailed int, err error) {
	run, err := store.Run(ctx, id)
	if err != nil {
		return 0, unavailable(err)
	}
	if err := output.checkReading(run.Plan); err != nil {
		return 0, err
	}
	built, err := application.Report(ctx, store, id, output.reading)
	if err != nil {
		return 0, unavailable(err)
	}
	return built.PartlyFailed, a.write(output, func(w io.Writer, opts report.Options) error {
		return report.Write(w, output.format, built, opts)
	})
}
