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
	application.Sighting
	queue string // of commands
}

func (a *app) statusCommand() *cobra.Command {
	var f struct {
		busFlags
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
			if f.watch {
				return a.watchStatus(a.stop.drain, bus, f.queue, &f.outputFlags)
			}
			status, err := look(context.WithoutCancel(a.stop.drain), bus, f.queue)
			if err != nil {
				return unavailable(err)
			}
			return a.writeStatus(&f.outputFlags, status, false)
		},
	}
	f.busFlags.registerRemote(cmd.Flags())
	cmd.Flags().BoolVar(&f.watch, "watch", false, "show it again and again, until a signal comes")
	f.outputFlags.register(cmd.Flags())
	return cmd
}

// watchStatus shows how the fleet stands until ctx ends. Once the broker has answered
// it outlasts outages, in which somebody who watches is most interested.
func (a *app) watchStatus(ctx context.Context, bus domain.Bus, queue string, output *outputFlags) error {
	var answered time.Time
	for blind := false; ; {
		status, err := look(ctx, bus, queue)
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

// look takes a picture of the fleet.
func look(ctx context.Context, bus domain.Bus, queue string) (fleetStatus, error) {
	seen, err := application.Census(ctx, bus)
	if err != nil {
		return fleetStatus{}, err
	}
	queues, err := bus.Queues(ctx)
	if err != nil {
		return fleetStatus{}, err
	}
	return fleetStatus{Schema: "benchbus.status.v1", At: time.Now().UTC(), Queues: queues, Sighting: seen, queue: queue}, nil
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

func (s fleetStatus) queueTable() report.Table {
	table := report.Table{Columns: []report.Column{
		{Key: "queue", Title: "Queue"}, {Key: "kind", Title: "Kind"}, {Key: "ready", Title: "Ready", Right: true},
		{Key: "unacknowledged", Title: "Unacked", Right: true}, {Key: "consumers", Title: "Consumers", Right: true},
		{Key: "per_second", Title: "Per s", Right: true},
	}, Empty: "There are no queues yet; benchbus setup declares them."}
	for _, q := range s.Queues {
		row := []any{q.Name, string(q.Kind), q.Ready, "", q.Consumers, ""}
		if q.Kind == domain.QueueCommands {
			row[3], row[5] = s.running(), fmt.Sprintf("%.1f", s.rate())
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// running is how many iterations the workers of the queue have in hand: as many
// messages are not acknowledged.
func (s fleetStatus) running() (n int) {
	for _, w := range s.On(s.queue) {
		n += len(w.Running)
	}
	return n
}

func (s fleetStatus) rate() (perSecond float64) {
	for _, w := range s.On(s.queue) {
		perSecond += w.PerSecond
	}
	return perSecond
}

func (s fleetStatus) workerTable() report.Table {
	table := report.Table{Columns: []report.Column{
		{Key: "worker", Title: "Worker"}, {Key: "state", Title: "State"}, {Key: "slots", Title: "Slots", Right: true},
		{Key: "running", Title: "Running", Right: true}, {Key: "executed", Title: "Executed", Right: true},
		{Key: "errors", Title: "Errors", Right: true}, {Key: "given_up", Title: "Given up", Right: true},
		{Key: "per_second", Title: "Per s", Right: true}, {Key: "up", Title: "Up"},
		{Key: "runtimes", Title: "Runtimes", Width: 24}, {Key: "now", Title: "Now", Width: 40},
	}, Empty: "No worker answers; start one with: benchbus worker"}
	for _, w := range s.Workers {
		state, now := "working", doing(w.Running)
		switch {
		case w.Stopping:
			state = "stopping"
		case w.Trouble != "":
			state, now = "unable", w.Trouble
		case len(w.Running) == 0:
			state = "idle"
		}
		table.Rows = append(table.Rows, []any{
			w.Worker, state, w.Slots, len(w.Running), int(w.Executed), int(w.Errors), int(w.GivenUp), fmt.Sprintf("%.1f", w.PerSecond),
			s.At.Sub(w.Started).Round(time.Second).String(), join(w.Runtimes), now,
		})
	}
	return table
}

// doing tells what a worker does in a few words.
func doing(running []domain.RunningIteration) string {
	if len(running) == 0 {
		return ""
	}
	first := running[0]
	text := fmt.Sprintf("%s, iteration %d", first.Benchmark, first.Iteration)
	if len(running) > 1 {
		text += fmt.Sprintf(", and %d more", len(running)-1)
	}
	return text
}

func (s fleetStatus) runTable() report.Table {
	table := report.Table{Columns: []report.Column{
		{Key: "id", Title: "Run"}, {Key: "state", Title: "State"}, {Key: "planned", Title: "Planned", Right: true},
		{Key: "done", Title: "Done", Right: true}, {Key: "failed", Title: "Failed", Right: true},
		{Key: "outstanding", Title: "Outstanding", Right: true}, {Key: "waits_for", Title: "Waits for", Width: 24},
	}, Empty: "No runner answers: no run is being collected."}
	for _, r := range s.Runs {
		table.Rows = append(table.Rows, []any{string(r.RunID), string(r.State), r.Planned, r.Done, r.Failed, r.Outstanding, join(r.WaitsFor)})
	}
	return table
}
