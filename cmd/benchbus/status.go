package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/benchbus/benchbus/adapters/report"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// statusEvery is the pause between two updates of status --watch.
const statusEvery = time.Second

// printedStatus is the JSON of the command status.
type printedStatus struct {
	Schema  string            `json:"schema"`
	At      time.Time         `json:"at"`
	Queues  []printedQueue    `json:"queues"`
	Workers []printedWorker   `json:"workers"`
	Runs    []printedRunEvent `json:"runs"`
}

func printStatus(s application.BusStatus) printedStatus {
	return printedStatus{
		Schema: "benchbus.status.v1", At: s.At, Queues: printAll(s.Queues, printQueue),
		Workers: printAll(s.Workers, printWorker), Runs: printAll(s.Runs, printRunEvent),
	}
}

func (a *app) statusCommand() *cobra.Command {
	var f struct {
		busFlags
		storeFlags
		outputFlags
		watch bool
	}
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show the queues, the workers that live and what they do, and the runs in flight",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			bus, err := f.dialBus(a.logger())
			if err != nil {
				return err
			}
			defer bus.Close()
			view := fleetView{bus: bus, store: &f.storeFlags}
			if f.watch {
				return a.watchStatus(a.stop.drain, view, &f.outputFlags)
			}
			status, err := view.look(context.WithoutCancel(a.stop.drain))
			if err != nil {
				return unavailable(err)
			}
			return a.writeStatus(&f.outputFlags, status, false)
		},
	}
	f.busFlags.registerRemote(cmd.Flags())
	f.storeFlags.register(cmd.Flags())
	cmd.Flags().BoolVar(&f.watch, "watch", false, "show it again and again, until a signal comes")
	f.outputFlags.register(cmd.Flags())
	return cmd
}

// watchStatus shows the status of the fleet until ctx ends. Once the broker has
// answered, outages do not end it, because they are when people most want to watch.
func (a *app) watchStatus(ctx context.Context, view fleetView, output *outputFlags) error {
	var answered time.Time
	for blind := false; ; {
		status, err := view.look(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case err == nil:
			if err := a.writeStatus(output, status, true); err != nil {
				return err
			}
			answered, blind = status.At, false
		case answered.IsZero(), errors.Is(err, domain.ErrAccess):
			return unavailable(err)
		case !blind: // one message for each outage is enough
			fmt.Fprintf(a.stderr, "benchbus: no answer from the broker since %s; trying again: %v\n", answered.Local().Format(time.TimeOnly), err)
			blind = true
		}
		select {
		case <-time.After(statusEvery):
		case <-ctx.Done():
			return nil
		}
	}
}

// fleetView says where status reads from.
type fleetView struct {
	bus   domain.Bus
	store *storeFlags // of the detached runs; nil means that it does not look for any
}

// look reads the status of the fleet. If the store cannot be read or does not exist,
// look returns the rest.
func (v fleetView) look(ctx context.Context) (application.BusStatus, error) {
	var runs domain.Store
	if v.store != nil {
		if store, err := v.store.read(ctx); err == nil {
			defer store.Close()
			runs = store
		}
	}
	status, err := application.Status(ctx, v.bus, runs)
	if errors.Is(err, application.ErrStoreUnread) {
		err = nil
	}
	return status, err
}

// writeStatus prints the tables, or one JSON document with all of them.
func (a *app) writeStatus(o *outputFlags, s application.BusStatus, again bool) error {
	return a.write(o, func(w io.Writer, opts report.Options) error {
		if o.format == report.FormatJSON {
			return report.WriteTable(w, o.format, report.Table{JSON: printStatus(s)}, opts)
		}
		if again && o.file == "" && canDraw(a.output.out) {
			fmt.Fprint(w, "\x1b[H\x1b[2J") // clears the screen and begins at its top
		}
		for i, table := range []report.Table{queueTable(s), workerTable(s), runTable(s)} {
			if i > 0 {
				fmt.Fprintln(w)
			}
			if err := report.WriteTable(w, o.format, table, opts); err != nil {
				return err
			}
		}
		return nil
	})
}
