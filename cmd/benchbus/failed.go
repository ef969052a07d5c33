package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/benchbus/benchbus/adapters/memstore"
	"github.com/benchbus/benchbus/adapters/report"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// failedFlags choose failed messages.
type failedFlags struct {
	busFlags
	storeFlags
	run, class string
	all        bool
}

func (f *failedFlags) register(flags *pflag.FlagSet) {
	f.busFlags.registerRemote(flags)
	flags.StringVar(&f.run, "run", "", "only messages of "+aRun)
	flags.StringVar(&f.class, "class", "", "only failures of this class, such as timeout or code_error")
	f.storeFlags.register(flags)
}

// registerChanges adds the flags of a command that changes the messages.
func (f *failedFlags) registerChanges(flags *pflag.FlagSet) {
	f.register(flags)
	flags.BoolVar(&f.all, "all", false, "every failed message")
	commandLineOnly(flags, "run", "class", "all")
}

// check refuses a class that does not exist.
func (f *failedFlags) check() error {
	if f.class != "" && !slices.Contains(domain.FailureClasses(), domain.FailureClass(f.class)) {
		return usagef("--class %q is none of %s", f.class, strings.Trim(fmt.Sprint(domain.FailureClasses()), "[]"))
	}
	return nil
}

// checkChanges is check for a command that changes messages. Its command line must say
// which messages it changes, even if it changes all of them.
func (f *failedFlags) checkChanges(ids []string) error {
	nothing := len(ids) == 0 && f.run == "" && f.class == ""
	switch {
	case nothing && !f.all:
		return usagef("say on the command line which messages: their ids, --run, --class, or --all")
	case f.all && !nothing:
		return usagef("--all is everything: leave out the ids, --run and --class")
	}
	return f.check()
}

// reading opens the store only if it is needed to look up a run.
func (f *failedFlags) reading(ctx context.Context) (domain.Store, error) {
	if f.run == "" {
		return memstore.New(), nil
	}
	return f.storeFlags.read(ctx)
}

// look returns the failed messages that the flags and ids choose, and the filter for
// them. It fails if no message has one of the ids, or if neither the store nor any
// message knows the run.
func (f *failedFlags) look(ctx context.Context, bus domain.Bus, store domain.Store, ids []string) ([]domain.FailedMessage, application.FailedFilter, error) {
	filter := application.FailedFilter{IDs: ids, Run: domain.RunID(f.run), Class: domain.FailureClass(f.class)}
	var unknown error
	if f.run != "" {
		id, err := find(ctx, store, f.run)
		switch {
		case errors.Is(err, domain.ErrRunNotFound):
			unknown = err // a run of another store may still have failures here
		case err != nil:
			return nil, filter, err
		default:
			filter.Run = id
		}
	}
	messages, err := application.ListFailed(ctx, bus, filter)
	if err != nil {
		return nil, filter, unavailable(err)
	}
	if unknown != nil && len(messages) == 0 {
		return nil, filter, unknown
	}
	missing := slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		return slices.ContainsFunc(messages, func(m domain.FailedMessage) bool { return m.ID == id })
	})
	if len(missing) > 0 {
		return nil, filter, usagef("no failed message that is chosen has the id %s; `benchbus failed list` lists them", strings.Join(missing, " or "))
	}
	return messages, filter, nil
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
				JSON:  map[string]any{"schema": "benchbus.failed.v1", "failed": append([]printedFailed{}, printAll(messages, printFailed)...)},
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

// listFailed returns the failed messages that the flags and ids choose.
func (a *app) listFailed(f *failedFlags, ids []string) ([]domain.FailedMessage, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	ctx := a.stop.drain
	store, err := f.reading(ctx)
	if err != nil {
		return nil, err
	}
	defer store.Close()
	bus, err := f.dialBus(a.logger())
	if err != nil {
		return nil, err
	}
	defer bus.Close()
	messages, _, err := f.look(ctx, bus, store, ids)
	return messages, err
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

// readable indents JSON, and makes any other payload safe to show on a terminal.
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
	var f failedFlags
	cmd := &cobra.Command{
		Use:   "retry [MESSAGE ...]",
		Short: "Send failed messages to the workers again, with the same ids",
		RunE: func(_ *cobra.Command, ids []string) error {
			return a.changeFailed(&f, f.existing, ids, func(ctx context.Context, bus domain.Bus, store domain.Store, filter application.FailedFilter) error {
				retried, err := application.RetryFailed(ctx, bus, store, filter)
				fmt.Fprintf(a.stdout, "retried %d\n", len(retried.Messages))
				for _, run := range retried.Reopened {
					fmt.Fprintf(a.stderr, "benchbus: collect the results with: benchbus wait %s\n", run)
				}
				return err
			})
		},
	}
	f.registerChanges(cmd.Flags())
	return cmd
}

func (a *app) failedRemoveCommand() *cobra.Command {
	var f failedFlags
	cmd := &cobra.Command{
		Use:   "remove [MESSAGE ...]",
		Short: "Delete failed messages",
		RunE: func(_ *cobra.Command, ids []string) error {
			return a.changeFailed(&f, f.reading, ids, func(ctx context.Context, bus domain.Bus, _ domain.Store, filter application.FailedFilter) error {
				removed, err := application.RemoveFailed(ctx, bus, filter)
				fmt.Fprintf(a.stdout, "removed %d\n", len(removed))
				return err
			})
		},
	}
	f.registerChanges(cmd.Flags())
	return cmd
}

// changeFailed changes the failed messages that the flags and ids choose.
func (a *app) changeFailed(f *failedFlags, open func(context.Context) (domain.Store, error), ids []string,
	change func(context.Context, domain.Bus, domain.Store, application.FailedFilter) error) error {
	if err := f.checkChanges(ids); err != nil {
		return err
	}
	ctx := a.stop.drain
	store, err := open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	bus, err := f.dialBus(a.logger())
	if err != nil {
		return err
	}
	defer bus.Close()
	_, filter, err := f.look(ctx, bus, store, ids)
	if err != nil {
		return err
	}
	if err := change(ctx, bus, store, filter); err != nil {
		return unavailable(err)
	}
	return nil
}
