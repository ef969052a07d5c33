package main

import (
	"time"

	"github.com/benchbus/benchbus/domain"
)

// printedCounts is the JSON of the counts of a run.
type printedCounts struct {
	Planned     int `json:"planned"`
	Done        int `json:"done"`
	Failed      int `json:"failed"`
	Cancelled   int `json:"cancelled"`
	Outstanding int `json:"outstanding"`
	Duplicates  int `json:"duplicates"`
}

// printedRun is the JSON of the status of a stored run.
type printedRun struct {
	ID       domain.RunID `json:"id"`
	State    domain.State `json:"state"`
	Created  time.Time    `json:"created_at"`
	Started  time.Time    `json:"started_at,omitzero"`
	Finished time.Time    `json:"finished_at,omitzero"`
	Updated  time.Time    `json:"updated_at,omitzero"`
	printedCounts
	Benchmarks []string             `json:"benchmarks"`
	Runtimes   []domain.RuntimeName `json:"runtimes"`
}

func printRun(r domain.RunStatus) printedRun {
	return printedRun{
		ID: r.ID, State: r.State, Created: r.Created, Started: r.Started, Finished: r.Finished, Updated: r.Updated,
		printedCounts: printedCounts(r.Counts), Benchmarks: r.Benchmarks, Runtimes: r.Runtimes,
	}
}

// printedRunEvent is the JSON of an event of a run.
type printedRunEvent struct {
	Schema string       `json:"schema"`
	RunID  domain.RunID `json:"run_id"`
	State  domain.State `json:"state"`
	At     time.Time    `json:"at"`
	printedCounts
	WaitsFor []domain.RuntimeName `json:"waits_for,omitempty"`
}

func printRunEvent(e domain.RunEvent) printedRunEvent {
	return printedRunEvent{
		Schema: e.Schema, RunID: e.RunID, State: e.State, At: e.At, printedCounts: printedCounts(e.Counts), WaitsFor: e.WaitsFor,
	}
}
