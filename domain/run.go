package domain

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// RunID identifies a run. Ids sort by the second in which their runs were made. The
// order within a second is random.
type RunID string

// NewRunID makes an id such as 20261123-142501-0a3f9c2e from a time and 32 random bits,
// which the caller supplies.
func NewRunID(at time.Time, random uint32) RunID {
	return RunID(fmt.Sprintf("%s-%08x", at.UTC().Format("20060102-150405"), random))
}

// State is the state of a run.
type State string

const (
	// StateInterrupted says that nobody works at the run, although iterations are
	// outstanding: it has not been started, or its runner has stopped.
	StateInterrupted State = "interrupted"
	StateRunning     State = "running"   // a runner works at the run
	StateDetached    State = "detached"  // its iterations are on the bus, and nobody collects yet
	StateCompleted   State = "completed" // every iteration has a result
	StateFailed      State = "failed"    // the runner could not go on
	StateCancelled   State = "cancelled" // a person cancelled the outstanding iterations
)

// Terminal reports whether the state is final, unless failed iterations are retried.
func (s State) Terminal() bool { return s == StateCompleted || s == StateCancelled }

// Active reports whether a runner works at the run, or workers work for a runner that
// will collect the results later.
func (s State) Active() bool { return s == StateRunning || s == StateDetached }

// Counts counts the iterations of a run. Its fields always add up:
// Planned = Done + Failed + Cancelled + Outstanding.
type Counts struct {
	Planned     int
	Done        int
	Failed      int
	Cancelled   int
	Outstanding int
	// Duplicates is the number of results for iterations that already had one. They are
	// ignored, and are not part of the sum.
	Duplicates int
}

// String returns the sum as every run prints it at its end.
func (c Counts) String() string {
	return fmt.Sprintf("planned %d = done %d + failed %d + cancelled %d + outstanding %d (duplicates ignored: %d)",
		c.Planned, c.Done, c.Failed, c.Cancelled, c.Outstanding, c.Duplicates)
}

// RunnerSilence is the time after which a run whose runner has not written its status
// counts as abandoned. Runners write the status three times as often.
const RunnerSilence = 30 * time.Second

// RunStatus is a run without its plan. Times of events that have not happened are zero.
type RunStatus struct {
	ID       RunID
	State    State
	Created  time.Time
	Started  time.Time
	Finished time.Time
	// Updated is the time at which the run's runner last wrote the status.
	Updated time.Time
	Counts
	// Benchmarks and Runtimes name what the run measures, in the order of the plan.
	Benchmarks []string
	Runtimes   []RuntimeName
}

// At returns the status at that time. A running run whose runner has been silent for
// longer than RunnerSilence counts as interrupted, because its runner was killed.
func (s RunStatus) At(now time.Time) RunStatus {
	if s.State == StateRunning && now.Sub(s.Updated) > RunnerSilence {
		s.State = StateInterrupted
	}
	return s
}

// Run is a plan with an id and a status.
type Run struct {
	RunStatus
	Plan Plan
}

// NewRun makes a run of the plan that nobody works at yet. Its error names everything
// that is wrong with the plan. The run has copies of the benchmarks, so later changes
// of the originals do not affect it.
func NewRun(id RunID, plan Plan, at time.Time) (Run, error) {
	if err := id.check(); err != nil {
		return Run{}, err
	}
	plan = plan.WithDefaults()
	if err := plan.Validate(); err != nil {
		return Run{}, err
	}
	plan.Entries = slices.Clone(plan.Entries)
	for i, e := range plan.Entries {
		plan.Entries[i] = e.Clone()
	}
	total := plan.Total()
	return Run{
		RunStatus: RunStatus{
			ID: id, State: StateInterrupted, Created: at,
			Counts:     Counts{Planned: total, Outstanding: total},
			Benchmarks: plan.benchmarks(), Runtimes: plan.runtimes(),
		},
		Plan: plan,
	}, nil
}

// Validate returns an error if the run cannot be executed. It checks that the plan is
// valid, with its defaults filled in, and that the counts are those of the plan. Runs
// of [NewRun] pass.
func (r Run) Validate() error {
	if err := errors.Join(r.ID.check(), r.Plan.Validate()); err != nil {
		return err
	}
	c, total := r.Counts, r.Plan.Total()
	if c.Planned != total || c.Done+c.Failed+c.Cancelled+c.Outstanding != total {
		return fmt.Errorf("the run's counts are not those of its plan, which has %d iterations: %v", total, c)
	}
	return nil
}

func (id RunID) check() error {
	if id == "" {
		return errors.New("a run needs an id")
	}
	if len(id) > MaxRunID {
		return fmt.Errorf("the run's id is %d bytes long; at most %d are allowed", len(id), MaxRunID)
	}
	return nil
}
