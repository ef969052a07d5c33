package domain

import (
	"slices"
	"time"
)

// Subject is what events are about. Each is told to those alone who watch it: in
// a fleet nobody pays for news that concerns others.
type Subject string

const (
	SubjectRuns     Subject = "runs"     // how runs stand
	SubjectWorkers  Subject = "workers"  // heartbeats of workers
	SubjectRequests Subject = "requests" // what asks others to act: a status request, a cancellation
)

// Subjects returns all subjects.
func Subjects() []Subject { return []Subject{SubjectRuns, SubjectWorkers, SubjectRequests} }

// Event is news on the bus: a [RunEvent], a [WorkerHeartbeat] or a [StatusRequest].
type Event interface {
	// Check tells whether the event can be what it says. The error has class
	// ClassUnreadable.
	Check() error
	// Subject is what the event is about.
	Subject() Subject
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
	Schema string
	RunID  RunID
	State  State
	At     time.Time
	Counts
	// WaitsFor are runtimes that outstanding iterations need, and that no worker
	// has which answers; none where nothing is known to be missing.
	WaitsFor []RuntimeName
}

// Subject is that of requests for a cancellation, which the run's runner has to
// obey.
func (e RunEvent) Subject() Subject {
	if e.Schema == SchemaRunCancelled {
		return SubjectRequests
	}
	return SubjectRuns
}

// Check tells whether a runner can have sent the event. The error has class
// ClassUnreadable.
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
