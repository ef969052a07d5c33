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

// statusEvery is the pause between two pictures of status --watch.
const statusEvery = time.Second

// fleetStatus is what status shows.
type fleetStatus struct {
	Schema string         `json:"schema"`
	At     time.Time      `json:"at"`
	Queues []domain.Queue `json:"queues"`
	application.FleetStatus
	queue string // of commands
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
			view := fleetView{bus: bus, queue: f.queue, store: &f.storeFlags}
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

// watchStatus shows how the fleet stands until ctx ends. Once the broker has answered
// it outlasts outages, in which somebody who watches is most interested.
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
		case !blind: // once is enough to know
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

// fleetView is where status looks.
type fleetView struct {
	bus   domain.Bus
	queue string      // of commands
	store *storeFlags // of the detached runs; nil: none are looked for
}

// look takes a picture of the fleet.
func (v fleetView) look(ctx context.Context) (fleetStatus, error) {
	seen, err := application.QueryFleet(ctx, v.bus)
	if err != nil {
		return fleetStatus{}, err
	}
	var ids []domain.RunID
	for _, run := range v.detached(ctx) {
		ids = append(ids, run.ID)
		seen.Runs = append(seen.Runs, domain.RunEvent{
			Schema: domain.SchemaRunProgress, RunID: run.ID, State: run.State, At: run.Updated, Counts: run.Counts,
		})
	}
	queues, err := v.bus.Queues(ctx, ids...)
	if err != nil {
		return fleetStatus{}, err
	}
	return fleetStatus{Schema: "benchbus.status.v1", At: time.Now().UTC(), Queues: queues, FleetStatus: seen, queue: v.queue}, nil
}

// detached are the runs of the store that are on a bus, and whose results nobody
// collects; none where there is no store to be read.
func (v fleetView) detached(ctx context.Context) (detached []domain.RunStatus) {
	if v.store == nil {
		return nil
	}
	store, err := v.store.read(ctx)
	if err != nil {
		return nil
	}
	defer store.Close()
	runs, _ := store.Runs(ctx, "", 0)
	for _, run := range runs {
		if run.State == domain.StateDetached {
			detached = append(detached, run)
		}
	}
	return detached
}

// writeStatus prints the tables, or the one JSON document that holds them all.
func (a *app) writeStatus(o *outputFlags, s fleetStatus, again bool) error {
	return a.write(o, func(w io.Writer, opts report.Options) error {
		if o.format == report.FormatJSON {
			return report.WriteTable(w, o.format, report.Table{JSON: s}, opts)
		}
		if again && o.file == "" && canDraw(a.output.out) {
			fmt.Fprint(w, "\x1b[H\x1b[2J") // from the top of an empty screen
		}
		for i, table := range []report.Table{s.queueTable(), s.workerTable(), s.runTable()} {
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
