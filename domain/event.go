package domain

import (
	"slices"
	"time"
)

// Event is news on the bus: a [RunEvent], a [WorkerHeartbeat] or a [FleetCensus].
type Event interface {
	// About tells the event's schema, the run that it is about, if it is about
	// one, and its time.
	About() (schema string, run RunID, at time.Time)
}

// Names of a run's events.
const (
	SchemaRunStarted     = "run.started.v1"     // once in the life of a run
	SchemaRunProgress    = "run.progress.v1"    // now and then
	SchemaRunCompleted   = "run.completed.v1"   // once, when every iteration is accounted for
	SchemaRunFailed      = "run.failed.v1"      // the runner could not go on
	SchemaRunCancelled   = "run.cancelled.v1"   // once
	SchemaRunInterrupted = "run.interrupted.v1" // the runner was asked to stop; the run can be resumed
)

// IsRunSchema tells whether a schema is that of a [RunEvent].
func IsRunSchema(schema string) bool {
	return slices.Contains([]string{
		SchemaRunStarted, SchemaRunProgress, SchemaRunCompleted, SchemaRunFailed, SchemaRunCancelled, SchemaRunInterrupted,
	}, schema)
}

// RunEvent tells whoever listens how a run stands. Its name is its schema.
type RunEvent struct {
	Schema string    `json:"schema"`
	RunID  RunID     `json:"run_id"`
	State  State     `json:"state"`
	At     time.Time `json:"at"`
	Counts
}

func (e RunEvent) About() (string, RunID, time.Time) { return e.Schema, e.RunID, e.At }
