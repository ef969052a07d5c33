package domain

import "time"

// Names of a run's events.
const (
	SchemaRunStarted     = "run.started.v1"     // once in the life of a run
	SchemaRunProgress    = "run.progress.v1"    // now and then
	SchemaRunCompleted   = "run.completed.v1"   // once, when every iteration is accounted for
	SchemaRunFailed      = "run.failed.v1"      // the runner could not go on
	SchemaRunCancelled   = "run.cancelled.v1"   // once
	SchemaRunInterrupted = "run.interrupted.v1" // the runner was asked to stop; the run can be resumed
)

// RunEvent tells whoever listens how a run stands. Its name is its schema.
type RunEvent struct {
	Schema string    `json:"schema"`
	RunID  RunID     `json:"run_id"`
	State  State     `json:"state"`
	At     time.Time `json:"at"`
	Counts
}
