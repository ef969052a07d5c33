package domain

import (
	"slices"
	"strings"
	"time"
)

// Names of the events of workers.
const (
	SchemaHeartbeat     = "worker.heartbeat.v1" // from every worker, now and then
	SchemaStatusRequest = "status.request.v1"   // asks every worker for a heartbeat at once
)

// BeatsMissed is after how many intervals of silence a worker counts as gone.
const BeatsMissed = 3

// StatusRequest asks every worker for its heartbeat now, and every runner for the
// progress of its run.
type StatusRequest struct {
	Schema string
	At     time.Time
}

func (e StatusRequest) Subject() Subject { return SubjectRequests }

func (e StatusRequest) About() (string, RunID, time.Time) { return e.Schema, "", e.At }

// WorkerHeartbeat tells that a worker lives, what it has, and what it does.
type WorkerHeartbeat struct {
	Schema string
	At     time.Time
	// Worker is its name, which no other worker has.
	Worker string
	Host   Host
	// Started is when it began to work.
	Started time.Time
	// Interval is how long it will be silent at most. After BeatsMissed of them
	// it counts as gone.
	Interval time.Duration
	// Stopping says that it takes nothing new; Stopped, that it is gone.
	Stopping bool
	Stopped  bool
	// Queue is the one that it takes iterations from; empty is the common one.
	Queue string
	Slots int
	// Runtimes are those that it has; none where it cannot tell, which means
	// that it takes whatever comes.
	Runtimes []RuntimeName
	// CountsInstructions says that it can count instructions.
	CountsInstructions bool
	// Accepts are the schemas of the commands that it can read.
	Accepts []string
	// Running is what it executes, or holds while that waits for a free core or
	// for another iteration to end.
	Running []RunningIteration
	// Executed, Errors and GivenUp count since it started: results sent,
	// attempts that failed, and messages that no retry followed.
	Executed int64
	Errors   int64
	GivenUp  int64
	// Trouble is why it takes nothing although it lives: its host cannot execute
	// benchmarks, and it looks now and then whether it can again. Empty where it
	// can.
	Trouble string
	// PerSecond is how many results it sent per second, lately.
	PerSecond float64
}

func (e WorkerHeartbeat) Subject() Subject { return SubjectWorkers }

func (e WorkerHeartbeat) About() (string, RunID, time.Time) { return e.Schema, "", e.At }

// MaxHeartbeat is the longest time between two heartbeats of a worker.
const MaxHeartbeat = 10 * time.Minute

// Check tells whether a worker can have sent the heartbeat. The error has class
// ClassUnreadable.
func (e WorkerHeartbeat) Check() error {
	var b bounds
	b.moment("at", e.At)
	b.present("worker", e.Worker, maxName)
	e.Host.check(&b)
	b.moment("started_at", e.Started)
	number(&b, "interval_ns", int64(e.Interval), 1, int64(MaxHeartbeat))
	b.text("queue", e.Queue, maxName)
	number(&b, "slots", e.Slots, 1, MaxSlots)
	b.runtimes("runtimes", e.Runtimes)
	number(&b, "the number of accepted schemas", len(e.Accepts), 0, maxSchemas)
	for _, schema := range e.Accepts {
		b.text("accepts", schema, maxName)
	}
	b.text("trouble", e.Trouble, maxText)
	number(&b, "the number of running iterations", len(e.Running), 0, 2*MaxSlots) // one may end while another begins
	for _, r := range e.Running {
		b.present("running.run_id", string(r.RunID), MaxRunID)
		number(&b, "running.iteration", r.Iteration, 1, MaxIterations)
		b.text("running.entry", r.Entry, maxName)
		number(&b, "running.attempt", r.Attempt, 1, MaxAttempts)
		b.moment("running.since", r.Since)
	}
	for _, n := range []int64{e.Executed, e.Errors, e.GivenUp} {
		number(&b, "a count", n, 0, 1<<62)
	}
	number(&b, "per_second", e.PerSecond, 0, 1e9)
	return b.problem
}

// Check tells whether somebody can have asked. The error has class ClassUnreadable.
func (e StatusRequest) Check() error {
	var b bounds
	b.moment("at", e.At)
	return b.problem
}

// RunningIteration is an iteration in the hands of a worker.
type RunningIteration struct {
	RunID     RunID
	Iteration int
	Entry     string
	Attempt   int
	Since     time.Time
}

// Fleet is what heartbeats tell of the workers. Its zero value is empty. It is
// not safe for use by several goroutines at once.
type Fleet struct {
	workers map[string]heard
}

// maxFleet is how many workers are remembered: whoever can send to the bus can
// make up any number.
const maxFleet = 10_000

type heard struct {
	WorkerHeartbeat
	at time.Time // by the listener's clock: those of other hosts may differ
}

// Observe takes note of a heartbeat that arrived at that moment.
func (f *Fleet) Observe(beat WorkerHeartbeat, at time.Time) {
	if f.workers == nil {
		f.workers = map[string]heard{}
	}
	if beat.Stopped {
		delete(f.workers, beat.Worker)
		return
	}
	if _, known := f.workers[beat.Worker]; !known && len(f.workers) >= maxFleet {
		if f.Alive(at); len(f.workers) >= maxFleet { // some may be gone
			return
		}
	}
	f.workers[beat.Worker] = heard{beat, at}
}

// Alive returns the last heartbeats of the workers that live at that moment, in
// order of their names.
func (f *Fleet) Alive(at time.Time) []WorkerHeartbeat {
	var alive []WorkerHeartbeat
	for name, w := range f.workers {
		if at.Sub(w.at) > BeatsMissed*w.Interval {
			delete(f.workers, name)
			continue
		}
		alive = append(alive, w.WorkerHeartbeat)
	}
	slices.SortFunc(alive, func(a, b WorkerHeartbeat) int { return strings.Compare(a.Worker, b.Worker) })
	return alive
}

// Has tells whether the worker takes iterations for all of the runtimes, or will
// when its host is well again.
func (e WorkerHeartbeat) Has(runtimes []RuntimeName) bool {
	return !e.Stopping && (len(e.Runtimes) == 0 || containsAll(e.Runtimes, runtimes))
}

// Outdated tells whether the worker would refuse today's commands.
func (e WorkerHeartbeat) Outdated() bool { return !slices.Contains(e.Accepts, SchemaExecute) }

// Runs tells whether a worker that lives has an iteration of that run in hand.
func (f *Fleet) Runs(run RunID, at time.Time) bool {
	return slices.ContainsFunc(f.Alive(at), func(w WorkerHeartbeat) bool {
		return slices.ContainsFunc(w.Running, func(r RunningIteration) bool { return r.RunID == run })
	})
}

func containsAll(have, want []RuntimeName) bool {
	return !slices.ContainsFunc(want, func(r RuntimeName) bool { return !slices.Contains(have, r) })
}
