package main

import (
	"fmt"
	"time"

	"github.com/benchbus/benchbus/adapters/report"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

func queueTable(s application.BusStatus) report.Table {
	table := report.Table{Columns: []report.Column{
		{Key: "queue", Title: "Queue"}, {Key: "kind", Title: "Kind"}, {Key: "ready", Title: "Ready", Right: true},
		{Key: "unacknowledged", Title: "Unacked", Right: true}, {Key: "consumers", Title: "Consumers", Right: true},
		{Key: "per_second", Title: "Per s", Right: true},
	}, Empty: "There are no queues yet; benchbus setup declares them."}
	for _, q := range s.Queues {
		row := []any{q.Name, string(q.Kind), q.Ready, "", q.Consumers, ""}
		if q.Kind == domain.QueueCommands {
			own := s.Workers.On(s.Queue)
			row[3], row[5] = own.Running(), fmt.Sprintf("%.1f", own.PerSecond())
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

func workerTable(s application.BusStatus) report.Table {
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

// doing says in a few words what a worker is doing.
func doing(running []domain.RunningIteration) string {
	if len(running) == 0 {
		return ""
	}
	first := running[0]
	text := fmt.Sprintf("%s, iteration %d", first.Entry, first.Iteration)
	if len(running) > 1 {
		text += fmt.Sprintf(", and %d more", len(running)-1)
	}
	return text
}

func runTable(s application.BusStatus) report.Table {
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
