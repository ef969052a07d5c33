package domain

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// RunID identifies a run. Ids sort by the second in which the runs were made;
// those of the same second are in no order.
type RunID string

// NewRunID makes an id such as 20261123-142501-0a3f9c2e out of a moment and 32
// random bits, both the caller's.
func NewRunID(at time.Time, random uint32) RunID {
	return RunID(fmt.Sprintf("%s-%08x", at.UTC().Format("20060102-150405"), random))
}

// State is where a run stands.
type State string

const (
	// StateInterrupted says that nobody works at the run, although iterations are
	// outstanding: it has not been started, or its runner has stopped.
	StateInterrupted State = "interrupted"
	StateRunning     State = "running"   // a runner works at it
	StateDetached    State = "detached"  // its iterations are on the bus, and nobody collects yet
	StateCompleted   State = "completed" // every iteration is accounted for
	StateFailed      State = "failed"    // the runner could not go on
	StateCancelled   State = "cancelled" // a person gave up what was outstanding
)

// Terminal tells whether the run stays as it is, but for failures that are retried.
func (s State) Terminal() bool { return s == StateCompleted || s == StateCancelled }

// Active tells whether a runner works at the run, or workers do for one to come.
func (s State) Active() bool { return s == StateRunning || s == StateDetached }

// Counts accounts for every iteration of a run:
// Planned = Done + Failed + Cancelled + Outstanding, always.
type Counts struct {
	Planned     int
	Done        int
	Failed      int
	Cancelled   int
	Outstanding int
	// Duplicates is how many results arrived for an iteration that already
	// had one. They are ignored, and stand outside the sum.
	Duplicates int
}

// String shows the sum as it is printed at the end of every run.
func (c Counts) String() string {
	return fmt.Sprintf("planned %d = done %d + failed %d + cancelled %d + outstanding %d (duplicates ignored: %d)",
		c.Planned, c.Done, c.Failed, c.Cancelled, c.Outstanding, c.Duplicates)
}

// RunnerSilence is after how long without a word from its runner nobody works at a
// run any more; runners write their run's status three times as often.
const RunnerSilence = 30 * time.Second

// RunStatus is a run without its plan. Times that have not come are zero.
type RunStatus struct {
	ID       RunID
	State    State
	Created  time.Time
	Started  time.Time
	Finished time.Time
	// Updated is when the run's runner wrote the status last.
	Updated time.Time
	Counts
	// Benchmarks and Runtimes name what the run measures, in the plan's order.
	Benchmarks []string
	Runtimes   []RuntimeName
}

// At returns the status as it is at that moment: a run whose runner has been silent
// for longer than RunnerSilence, because it was killed, is interrupted.
func (s RunStatus) At(now time.Time) RunStatus {
	if s.State == StateRunning && now.Sub(s.Updated) > RunnerSilence {
		s.State = StateInterrupted
	}
	return s
}

// Run is a plan with an id, a state and a count.
type Run struct {
	RunStatus
	Plan Plan
}

// NewRun makes a run of the plan that nobody works at yet, or says everything that is wrong with
// the plan. The run takes copies of the benchmarks: what becomes of the
// originals no longer matters to it.
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

// Validate tells whether the run can be executed: its plan is valid, with the
// defaults filled in, and its counts are those of its plan. [NewRun] makes such a
// run.
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
