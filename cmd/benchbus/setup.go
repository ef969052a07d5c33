package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/benchbus/benchbus/adapters/rabbitmq"
	"github.com/benchbus/benchbus/adapters/report"
	"github.com/benchbus/benchbus/domain"
)

func (a *app) setupCommand() *cobra.Command {
	var f struct {
		busFlags
		outputFlags
		dryRun bool
	}
	cmd := &cobra.Command{
		Use:   "setup",
		Short: "Declare the queues on a broker, and check those that are there",
		Long: `Declare the queues and the exchange that runs and workers need, and check those
that are there. Runs and workers do it by themselves; this shows it, or does it
ahead with an account that may declare.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			transport, err := f.dial(a.logger())
			if err != nil {
				return err
			}
			defer transport.Close()
			all, err := transport.Setup(a.stop.drain, f.commands(), domain.RetryPolicy{}.Delays(), f.dryRun)
			if err != nil {
				return unavailable(err)
			}
			table := report.Table{
				Columns: []report.Column{{Key: "name", Title: "Name"}, {Key: "kind", Title: "Kind"}, {Key: "state", Title: "State"}},
				JSON:    map[string]any{"schema": "benchbus.setup.v1", "declarations": printAll(all, printDeclaration)},
			}
			for _, d := range all {
				table.Rows = append(table.Rows, []any{d.Name, d.Kind, d.State})
			}
			if err := a.writeTable(&f.outputFlags, table); err != nil {
				return err
			}
			if i := slices.IndexFunc(all, func(d rabbitmq.Declaration) bool { return d.Problem != "" }); i >= 0 {
				return unavailable(fmt.Errorf("%s", all[i].Problem))
			}
			return nil
		},
	}
	f.busFlags.registerRemote(cmd.Flags())
	cmd.Flags().BoolVar(&f.dryRun, "dry-run", false, "only tell what is there and what is missing")
	f.outputFlags.register(cmd.Flags())
	return cmd
}

// printedDeclaration is the JSON of a queue or an exchange, with the outcome of
// declaring it.
type printedDeclaration struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	State   string `json:"state"`
	Problem string `json:"problem,omitempty"`
}

func printDeclaration(d rabbitmq.Declaration) printedDeclaration { return printedDeclaration(d) }
