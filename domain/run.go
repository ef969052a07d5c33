package domain

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// RunID identifies a run. Ids sort by the time at which the runs were made.
type RunID string

// NewRunID makes an id such as 20261123-142501-0a3f9c2e out of a moment and 32
// random bits, both the caller's.
func NewRunID(at time.Time, random uint32) RunID {
	return RunID(fmt.Sprintf("%s-%08x", at.UTC().Format("20060102-150405"), random))
}

// State is where a run stands.
type State string

// A run is pending when nobody is working at it, although iterations are
// outstanding: before it starts, and after it was interrupted. A run whose
// runner was killed stays running; both can be resumed.
const (
	StatePending   State = "pending"
	StateRunning   State = "running"
	StateCompleted State = "completed" // every iteration is accounted for
	StateFailed    State = "failed"    // the runner could not go on
	StateCancelled State = "cancelled" // a person gave up what was outstanding
)

// Over tells whether the run stays as it is, but for failures that are retried.
func (s State) Over() bool { return s == StateCompleted || s == StateCancelled }

// Counts accounts for every iteration of a run:
// Planned = Done + Failed + Cancelled + Outstanding, always.
type Counts struct {
	Planned     int `json:"planned"`
	Done        int `json:"done"`
	Failed      int `json:"failed"`
	Cancelled   int `json:"cancelled"`
	Outstanding int `json:"outstanding"`
	// Duplicates is how many results arrived for an iteration that already
	// had one. They are ignored, and stand outside the sum.
	Duplicates int `json:"duplicates"`
}

// String shows the sum as it is printed at the end of every run.
func (c Counts) String() string {
	return fmt.Sprintf("planned %d = done %d + failed %d + cancelled %d + outstanding %d (duplicates ignored: %d)",
		c.Planned, c.Done, c.Failed, c.Cancelled, c.Outstanding, c.Duplicates)
}

// RunStatus is a run without its plan. Times that have not come are zero.
type RunStatus struct {
	ID       RunID     `json:"id"`
	State    State     `json:"state"`
	Created  time.Time `json:"created_at"`
	Started  time.Time `json:"started_at,omitzero"`
	Finished time.Time `json:"finished_at,omitzero"`
	Counts
	// Benchmarks and Runtimes name what the run measures, in the plan's order.
	Benchmarks []string      `json:"benchmarks"`
	Runtimes   []RuntimeName `json:"runtimes"`
}

// Run is a plan with an id, a state and a count.
type Run struct {
	RunStatus
	Plan Plan `json:"plan"`
}

// NewRun makes a pending run of the plan, or says everything that is wrong with
// the plan. The run takes copies of the benchmarks: what becomes of the
// originals no longer matters to it.
func NewRun(id RunID, plan Plan, at time.Time) (Run, error) {
	if id == "" {
		return Run{}, errors.New("a run needs an id")
	}
	if len(id) > MaxRunID {
		return Run{}, fmt.Errorf("the run's id is %d bytes long; at most %d are allowed", len(id), MaxRunID)
	}
	plan = plan.WithDefaults()
	if err := plan.Validate(); err != nil {
		return Run{}, err
	}
	plan.Entries = slices.Clone(plan.Entries)
	for i, e := range plan.Entries {
		plan.Entries[i] = Entry{Benchmark: e.Benchmark.Clone(), Runtimes: slices.Clone(e.Runtimes)}
	}
	total := plan.Total()
	return Run{
		RunStatus: RunStatus{
			ID: id, State: StatePending, Created: at,
			Counts:     Counts{Planned: total, Outstanding: total},
			Benchmarks: plan.benchmarks(), Runtimes: plan.runtimes(),
		},
		Plan: plan,
	}, nil
}
