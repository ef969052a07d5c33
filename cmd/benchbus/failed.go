package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/benchbus/benchbus/adapters/report"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// failedFlags choose failed messages.
type failedFlags struct {
	busFlags
	run, class string
	all        bool
}

func (f *failedFlags) register(flags *pflag.FlagSet) {
	f.busFlags.registerRemote(flags)
	flags.StringVar(&f.run, "run", "", "only messages of the run with this id")
	flags.StringVar(&f.class, "class", "", "only failures of this class, such as timeout or code_error")
}

// filter is what the flags and the ids choose. A command that changes something
// is told what, and be it everything.
func (f *failedFlags) filter(ids []string, changes bool) (application.FailedFilter, error) {
	filter := application.FailedFilter{IDs: ids, Run: domain.RunID(f.run), Class: domain.FailureClass(f.class)}
	nothing := len(ids) == 0 && f.run == "" && f.class == ""
	if changes && nothing && !f.all {
		return filter, usagef("say which messages: their ids, --run, --class, or --all")
	}
	if f.all && !nothing {
		return filter, usagef("--all is everything: leave out the ids, --run and --class")
	}
	return filter, nil
}

func (a *app) failedCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "failed",
		Short: "Look at the messages that failed for good, retry or remove them",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.failedListCommand(), a.failedShowCommand(), a.failedRetryCommand(), a.failedRemoveCommand())
	return cmd
}

func (a *app) failedListCommand() *cobra.Command {
	var f struct {
		failedFlags
		outputFlags
	}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the failed messages, oldest first; consumes nothing",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			messages, err := a.listFailed(&f.failedFlags, nil)
			if err != nil {
				return err
			}
			table := report.Table{
				Columns: []report.Column{
					{Key: "id", Title: "Message"}, {Key: "class", Title: "Class"}, {Key: "attempts", Title: "Attempts", Right: true},
					{Key: "worker", Title: "Worker"}, {Key: "at", Title: "Time"}, {Key: "message", Title: "Error", Width: 60},
				},
				Empty: "Nothing has failed for good.",
				JSON:  map[string]any{"schema": "benchbus.failed.v1", "failed": append([]domain.FailedMessage{}, messages...)},
			}
			for _, m := range messages {
				table.Rows = append(table.Rows, []any{m.ID, string(m.Class), m.Attempts, m.Worker, m.At.Format(time.RFC3339), m.Message})
			}
			return a.writeTable(&f.outputFlags, table)
		},
	}
	f.failedFlags.register(cmd.Flags())
	f.outputFlags.register(cmd.Flags())
	return cmd
}

func (a *app) listFailed(f *failedFlags, ids []string) ([]domain.FailedMessage, error) {
	filter, err := f.filter(ids, false)
	if err != nil {
		return nil, err
	}
	bus, err := f.dialBus(a.logger())
	if err != nil {
		return nil, err
	}
	defer bus.Close()
	messages, err := application.ListFailed(a.stop.drain, bus, filter)
	if err != nil {
		return nil, unavailable(err)
	}
	return messages, nil
}

func (a *app) failedShowCommand() *cobra.Command {
	var f failedFlags
	cmd := &cobra.Command{
		Use:   "show MESSAGE",
		Short: "Show a failed message: why it failed, what it printed, and what it holds",
		Args:  one("a message: its id, as `benchbus failed list` shows it"),
		RunE: func(_ *cobra.Command, args []string) error {
			messages, err := a.listFailed(&f, args)
			if err != nil {
				return err
			}
			if len(messages) == 0 {
				return usagef("no failed message has the id %q; `benchbus failed list` lists them", args[0])
			}
			for _, m := range messages {
				fmt.Fprintf(a.stdout, "message   %s\nclass     %s\nattempts  %d\nworker    %s\ntime      %s\nerror     %s\n",
					m.ID, m.Class, m.Attempts, m.Worker, m.At.Format(time.RFC3339), m.Message)
				if m.Output != "" {
					fmt.Fprintf(a.stdout, "\noutput\n%s\n", strings.TrimRight(m.Output, "\n"))
				}
				fmt.Fprintf(a.stdout, "\npayload\n%s\n", readable(m.Payload))
			}
			return nil
		},
	}
	f.busFlags.registerRemote(cmd.Flags())
	return cmd
}

// readable shows JSON with indents, and anything else so that no terminal
// stumbles over it.
func readable(payload []byte) string {
	var value any
	if json.Unmarshal(payload, &value) == nil {
		if text, err := json.MarshalIndent(value, "", "  "); err == nil {
			return string(text)
		}
	}
	return fmt.Sprintf("%q", payload)
}

func (a *app) failedRetryCommand() *cobra.Command {
	var f struct {
		failedFlags
		storeFlags
	}
	cmd := &cobra.Command{
		Use:   "retry [MESSAGE ...]",
		Short: "Send failed messages to the workers again, with the same ids",
		RunE: func(_ *cobra.Command, ids []string) error {
			filter, err := f.filter(ids, true)
			if err != nil {
				return err
			}
			ctx := a.stop.drain
			store, err := f.storeFlags.open(ctx)
			if err != nil {
				return err
			}
			defer store.Close()
			bus, err := f.dialBus(a.logger())
			if err != nil {
				return err
			}
			defer bus.Close()
			retried, err := application.RetryFailed(ctx, bus, store, filter)
			fmt.Fprintf(a.stdout, "retried %d\n", len(retried.Messages))
			for _, run := range retried.Reopened {
				fmt.Fprintf(a.stderr, "benchbus: collect the results with: benchbus wait %s\n", run)
			}
			if err != nil {
				return unavailable(err)
			}
			return nothingMatched(len(retried.Messages), ids)
		},
	}
	f.failedFlags.register(cmd.Flags())
	cmd.Flags().BoolVar(&f.all, "all", false, "every failed message")
	f.storeFlags.register(cmd.Flags())
	return cmd
}

func (a *app) failedRemoveCommand() *cobra.Command {
	var f failedFlags
	cmd := &cobra.Command{
		Use:   "remove [MESSAGE ...]",
		Short: "Delete failed messages",
		RunE: func(_ *cobra.Command, ids []string) error {
			filter, err := f.filter(ids, true)
			if err != nil {
				return err
			}
			bus, err := f.dialBus(a.logger())
			if err != nil {
				return err
			}
			defer bus.Close()
			removed, err := application.RemoveFailed(a.stop.drain, bus, filter)
			if err != nil {
				return unavailable(err)
			}
			fmt.Fprintf(a.stdout, "removed %d\n", len(removed))
			return nothingMatched(len(removed), ids)
		},
	}
	f.register(cmd.Flags())
	cmd.Flags().BoolVar(&f.all, "all", false, "every failed message")
	return cmd
}

// nothingMatched is the error of ids that no message has.
func nothingMatched(n int, ids []string) error {
	if n == 0 && len(ids) > 0 {
		return usagef("no failed message has such an id; `benchbus failed list` lists them")
	}
	return nil
}
