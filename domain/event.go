package domain

import (
	"slices"
	"time"
)

// Subject is the topic of an event. Events reach only those who watch their subject, so
// that in a large fleet nobody receives events that do not concern them.
type Subject string

const (
	SubjectRuns     Subject = "runs"     // the state of runs
	SubjectWorkers  Subject = "workers"  // heartbeats of workers
	SubjectRequests Subject = "requests" // requests that others have to act on: a status request, a cancellation
)

// Subjects returns all subjects.
func Subjects() []Subject { return []Subject{SubjectRuns, SubjectWorkers, SubjectRequests} }

// Event is a message to all listeners on the bus: a [RunEvent], a [WorkerHeartbeat] or
// a [StatusRequest].
type Event interface {
	// Check returns an error of class ClassUnreadable if the event cannot be genuine.
	Check() error
	// Subject returns the subject of the event.
	Subject() Subject
	// About returns the event's schema, its run, if it is about one, and its time.
	About() (schema string, run RunID, at time.Time)
}

// Schemas of a run's events.
const (
	SchemaRunStarted     = "run.started.v1"     // once in the life of a run
	SchemaRunProgress    = "run.progress.v1"    // repeatedly, while the run goes on
	SchemaRunCompleted   = "run.completed.v1"   // once, when every iteration has a result
	SchemaRunFailed      = "run.failed.v1"      // the runner could not go on
	SchemaRunCancelled   = "run.cancelled.v1"   // once
	SchemaRunInterrupted = "run.interrupted.v1" // the runner was asked to stop; the run can be resumed
)

// IsRunSchema reports whether the schema is that of a [RunEvent].
func IsRunSchema(schema string) bool {
	return slices.Contains([]string{
		SchemaRunStarted, SchemaRunProgress, SchemaRunCompleted, SchemaRunFailed, SchemaRunCancelled, SchemaRunInterrupted,
	}, schema)
}

// RunEvent tells listeners the state of a run. Its schema says which event it is.
type RunEvent struct {
	Schema string
	RunID  RunID
	State  State
	At     time.Time
	Counts
	// WaitsFor are runtimes that outstanding iterations need, and that no worker that
	// answers has. It is empty if no runtime is known to be missing.
	WaitsFor []RuntimeName
}

// Subject returns SubjectRequests for a cancellation, which the run's runner has to
// obey, and SubjectRuns for every other event.
func (e RunEvent) Subject() Subject {
	if e.Schema == SchemaRunCancelled {
		return SubjectRequests
	}
	return SubjectRuns
}

// Check returns an error of class ClassUnreadable if no runner can have sent the event.
func (e RunEvent) Check() error {
	var b bounds
	b.present("run_id", string(e.RunID), MaxRunID)
	b.text("state", string(e.State), maxName)
	b.moment("at", e.At)
	for _, n := range []int{e.Planned, e.Done, e.Failed, e.Cancelled, e.Outstanding} {
		number(&b, "a count", n, 0, MaxIterations)
	}
	number(&b, "duplicates", e.Duplicates, 0, 1<<53)
	if e.Done+e.Failed+e.Cancelled+e.Outstanding != e.Planned {
		b.refuse("the counts do not add up: %s", e.Counts)
	}
	b.runtimes("waits_for", e.WaitsFor)
	return b.problem
}

func (e RunEvent) About() (string, RunID, time.Time) { return e.Schema, e.RunID, e.At }
