package domain

import (
	"iter"
	"slices"
	"time"
)

// Verdict says what to do with a result.
type Verdict int

const (
	Accepted  Verdict = iota // the first result of its iteration: record it
	Duplicate                // the iteration already has a result: ignore it
	NotInPlan                // the result is of another run, or outside the plan: ignore it
)

// Orchestrator is the state machine of a run. It turns the plan into messages, results
// into counts, and counts into the end of the run. It is not safe for concurrent use.
type Orchestrator struct {
	run       Run
	accounted numberSet
}

// Recorded is an iteration that already has a result.
type Recorded struct {
	Iteration int
	Failed    bool
}

// NewOrchestrator continues a run. It neither plans nor counts again the iterations in
// recorded, which already have a result. A new run has none.
func NewOrchestrator(run Run, recorded iter.Seq[Recorded]) *Orchestrator {
	total := run.Plan.Total()
	o := &Orchestrator{run: run, accounted: newNumberSet(total)}
	o.run.Counts = Counts{Planned: total, Outstanding: total, Duplicates: run.Duplicates}
	for r := range recorded {
		if r.Iteration >= 1 && r.Iteration <= total && o.accounted.add(r.Iteration) {
			o.count(r.Failed)
		}
	}
	return o
}

// Status returns the current status of the run.
func (o *Orchestrator) Status() RunStatus { return o.run.RunStatus }

// Pending yields the messages of all iterations without a result, in order. It works on
// a copy of the state, so that another goroutine may consume it while results come in.
func (o *Orchestrator) Pending(replyTo string) iter.Seq[ExecuteBenchmark] {
	run, accounted := o.run, slices.Clone(o.accounted)
	return func(yield func(ExecuteBenchmark) bool) {
		for n := range accounted.missing(run.Plan.Total()) {
			if !yield(run.Plan.Message(run.ID, n, replyTo)) {
				return
			}
		}
	}
}

// Start sets the state of the run to running. The second result is true the first time
// in the life of the run; announce the event only then.
func (o *Orchestrator) Start(at time.Time) (RunEvent, bool) {
	first := o.run.Started.IsZero()
	if first {
		o.run.Started = at
	}
	o.run.State, o.run.Finished, o.run.Updated = StateRunning, time.Time{}, at
	return o.event(SchemaRunStarted, at), first
}

// Judge decides what to do with a result, and returns the result to record: it turns
// samples that do not fit the plan into a failure. It does not count; Count does.
func (o *Orchestrator) Judge(result IterationExecuted) (IterationExecuted, Verdict) {
	if result.RunID != o.run.ID || result.Iteration < 1 || result.Iteration > o.run.Planned {
		return result, NotInPlan
	}
	if o.accounted.has(result.Iteration) {
		return result, Duplicate
	}
	expected := o.run.Plan.Message(o.run.ID, result.Iteration, "").Work()
	result.Entry = o.run.Plan.EntryOf(result.Iteration).Name()
	if result.Failure == nil {
		if err := (Measurement{result.Samples, result.VariantFailures, result.Environments}).Check(expected); err != nil {
			failure := FailureOf(err, result.Attempt)
			result.Failure, result.Samples, result.VariantFailures, result.Environments = &failure, nil, nil, nil
		}
	}
	return result, Accepted
}

// Count counts a result that Judge accepted. Call it after the store has recorded the
// result: otherwise, if recording fails, the count is too high. fresh is false if
// another runner of the same run had already recorded the iteration. Count reports
// whether the result is the first of its iteration.
func (o *Orchestrator) Count(result IterationExecuted, fresh bool) bool {
	if !o.accounted.add(result.Iteration) {
		o.run.Duplicates++
		return false
	}
	o.count(result.Failure != nil)
	if !fresh {
		o.run.Duplicates++
	}
	return fresh
}

// Ignore counts a result that Judge called a duplicate.
func (o *Orchestrator) Ignore() { o.run.Duplicates++ }

func (o *Orchestrator) count(failed bool) {
	o.run.Outstanding--
	if failed {
		o.run.Failed++
	} else {
		o.run.Done++
	}
}

// Outstanding reports whether the iteration belongs to the run and has no result yet.
func (o *Orchestrator) Outstanding(iteration int) bool {
	return iteration >= 1 && iteration <= o.run.Planned && !o.accounted.has(iteration)
}

// Needs returns the runtimes of each entry that has iterations without a result.
func (o *Orchestrator) Needs() (needs [][]RuntimeName) {
	entries := o.run.Plan.Entries
	found := make([]bool, len(entries))
	for n := range o.accounted.missing(o.run.Planned) {
		if entry := (n - 1) % len(entries); !found[entry] {
			found[entry] = true
			if needs = append(needs, entries[entry].Runtimes()); len(needs) == len(entries) {
				break
			}
		}
	}
	return needs
}

// Expired reports whether the deadline of the run's iterations has passed.
func (o *Orchestrator) Expired(at time.Time) bool {
	deadline := o.run.Plan.Deadline
	return !deadline.IsZero() && !at.Before(deadline)
}

// AllAccounted reports whether every iteration has a result or is cancelled.
func (o *Orchestrator) AllAccounted() bool { return o.run.Outstanding == 0 }

// Complete ends the run if every iteration has a result. The second result is true only
// the one time that it ends the run.
func (o *Orchestrator) Complete(at time.Time) (RunEvent, bool) {
	if !o.AllAccounted() || o.run.State != StateRunning {
		return RunEvent{}, false
	}
	return o.end(StateCompleted, SchemaRunCompleted, at), true
}

// Cancel ends the run, and counts its outstanding iterations as cancelled.
func (o *Orchestrator) Cancel(at time.Time) RunEvent {
	o.run.Cancelled += o.run.Outstanding
	o.run.Outstanding = 0
	return o.end(StateCancelled, SchemaRunCancelled, at)
}

// Fail ends the run because its runner cannot go on. It can be resumed.
func (o *Orchestrator) Fail(at time.Time) RunEvent { return o.end(StateFailed, SchemaRunFailed, at) }

// Interrupt records that nobody works at the run any more. It can be resumed.
func (o *Orchestrator) Interrupt(at time.Time) RunEvent {
	o.run.State, o.run.Updated = StateInterrupted, at
	return o.event(SchemaRunInterrupted, at)
}

// Detach leaves the run on the bus, so that somebody can collect its results later.
func (o *Orchestrator) Detach(at time.Time) RunEvent {
	o.run.State, o.run.Updated = StateDetached, at
	return o.event(SchemaRunProgress, at)
}

// Touch records that the runner still works at the run.
func (o *Orchestrator) Touch(at time.Time) { o.run.Updated = at }

// Progress returns an event with the current state of the run.
func (o *Orchestrator) Progress(at time.Time) RunEvent { return o.event(SchemaRunProgress, at) }

func (o *Orchestrator) end(state State, schema string, at time.Time) RunEvent {
	o.run.State, o.run.Finished, o.run.Updated = state, at, at
	return o.event(schema, at)
}

func (o *Orchestrator) event(schema string, at time.Time) RunEvent {
	return RunEvent{Schema: schema, RunID: o.run.ID, State: o.run.State, At: at, Counts: o.run.Counts}
}
