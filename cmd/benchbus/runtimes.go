package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/benchbus/benchbus/adapters/catalog"
	"github.com/benchbus/benchbus/adapters/report"
	"github.com/benchbus/benchbus/domain"
)

func (a *app) runtimesCommand() *cobra.Command {
	var f struct {
		phpFlags
		outputFlags
	}
	cmd := &cobra.Command{
		Use:   "runtimes",
		Short: "List the runtimes that were found here, how to get those that are missing, and whether instructions can be counted",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			executor, err := f.executor(a.logger(), nil)
			if err != nil {
				return err
			}
			found := executor.Runtimes()
			counting := printCounting(executor.CanCount(a.stop.drain))
			if a.stop.drain.Err() != nil {
				return &exitError{code: exitInterrupted}
			}
			table := report.Table{
				Columns: []report.Column{
					{Key: "runtime", Title: "Runtime"}, {Key: "version", Title: "Version"}, {Key: "ini", Title: "Ini"},
					{Key: "command", Title: "Command"}, {Key: "extensions", Title: "Extensions", Width: 40, Verbose: true},
				},
				Empty: "No PHP was found.",
				JSON:  map[string]any{"schema": "benchbus.runtimes.v1", "instructions": counting, "runtimes": append([]printedRuntime{}, printAll(found, printRuntime)...)},
			}
			for _, r := range found {
				table.Rows = append(table.Rows, []any{
					string(r.Name), r.Version, r.IniMode, strings.Join(r.Command, " "), strings.Join(r.Extensions, " "),
				})
			}
			a.sayMissing(found)
			if err := a.writeTable(&f.outputFlags, table); err != nil || len(found) == 0 {
				return err
			}
			fmt.Fprintf(a.stderr, "benchbus: %s\n", counting)
			return nil
		},
	}
	f.phpFlags.register(cmd.Flags())
	f.outputFlags.register(cmd.Flags())
	f.outputFlags.registerVerbose(cmd.Flags(), "list the extensions of each, too")
	return cmd
}

// printedCounting says whether instructions can be counted here, and else why not.
type printedCounting struct {
	Countable bool   `json:"countable"`
	Reason    string `json:"reason,omitempty"`
}

func printCounting(err error) printedCounting {
	if err != nil {
		return printedCounting{Reason: err.Error()}
	}
	return printedCounting{Countable: true}
}

func (p printedCounting) String() string {
	if p.Countable {
		return "instructions can be counted here: run --clock cpu,instructions"
	}
	return p.Reason
}

// sayMissing tells which runtimes of the built-in benchmarks are not here, and
// how to get them.
func (a *app) sayMissing(found []domain.Runtime) {
	all, err := catalog.Builtin()
	if err != nil {
		return // then there is nothing to run them on either
	}
	var missing []domain.RuntimeName
	for _, b := range all.All() {
		for _, name := range b.Runtimes {
			here := slices.ContainsFunc(found, func(r domain.Runtime) bool { return r.Name == name })
			if !here && !slices.Contains(missing, name) {
				missing = append(missing, name)
			}
		}
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		fmt.Fprintf(a.stderr, "benchbus: not here: %s; to get one, %s\n", join(missing), howToGet(missing...))
	}
}
