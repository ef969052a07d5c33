package domain

import (
	"context"
	"errors"
	"iter"
	"time"
)

// Errors of a [Store]; match them with errors.Is.
var (
	ErrRunNotFound = errors.New("no such run")
	ErrRunExists   = errors.New("a run with this id exists already")
	// ErrRunOver says that the run is completed or cancelled, which is final.
	ErrRunOver = errors.New("the run is over")
	// ErrRunIncomplete says that the run cannot be completed, because iterations have
	// no recorded result.
	ErrRunIncomplete = errors.New("iterations of the run have no recorded result")
	// ErrRunActive says that a runner or workers still work at the run.
	ErrRunActive = errors.New("the run is still being worked at")
)

// Store keeps runs and results.
//
// Contract, for implementers:
//   - All methods are called concurrently, by several goroutines and by several
//     processes that use the same data.
//   - If a method returns nil, what it wrote survives a crash of the process.
//   - A result is identified by (run, iteration). The first one stays.
//   - Times come back in UTC, to the nanosecond. If a result has no samples, they come
//     back as nil.
//   - A call whose context has ended writes nothing and fails with the context's error.
//     After Close every call except Close fails.
//
// The suite in adapters/storetest checks implementations.
type Store interface {
	// CreateRun adds a run with its plan. It fails with ErrRunExists if the id is taken.
	CreateRun(ctx context.Context, run Run) error

	// UpdateRun writes the run's state, times and number of duplicates. It does not
	// write the other counts, which follow from the results and, in a cancelled run,
	// from the state. It writes nothing and fails with
	//   - ErrRunNotFound if there is no such run,
	//   - ErrRunOver if the run is completed or cancelled already, since another process
	//     may have ended it,
	//   - ErrRunIncomplete if the new state is completed, but a planned iteration has no
	//     recorded result.
	UpdateRun(ctx context.Context, status RunStatus) error

	// Record adds all results, or none of them if it fails. It reports for each whether
	// it was new, and ignores a result of an iteration that already has one, in the
	// store or earlier in the same call. The call fails if a result is of another run
	// or does not pass its Check, and with ErrRunNotFound if there is no such run.
	Record(ctx context.Context, run RunID, results []IterationExecuted) (fresh []bool, err error)

	// Reopen removes the failures of those iterations, so that they are outstanding
	// again. If it removed any, it sets the run's state to interrupted and clears the
	// time at which the run finished. It ignores iterations without a failure. It fails
	// with ErrRunOver if the run is cancelled, and with ErrRunNotFound if there is none.
	Reopen(ctx context.Context, run RunID, iterations []int) error

	// RemoveRun removes a run and its results. It fails with ErrRunActive if the run is
	// running or detached at that time (see RunStatus.At), and with ErrRunNotFound if
	// there is none.
	RemoveRun(ctx context.Context, id RunID, at time.Time) error

	// Run returns a run with its plan and counts. It fails with ErrRunNotFound if there
	// is none.
	Run(ctx context.Context, id RunID) (Run, error)

	// Runs returns at most limit runs whose ids begin with the prefix, newest (largest
	// id) first. A limit of 0 means all.
	Runs(ctx context.Context, prefix string, limit int) ([]RunStatus, error)

	// Recorded yields the iterations of the run that have a result, in the order of
	// their numbers. It ends after the first error. For an unknown run it yields
	// ErrRunNotFound.
	Recorded(ctx context.Context, id RunID) iter.Seq2[Recorded, error]

	// Results yields the results of the run, equal to the recorded ones, in the order
	// of their iterations, without holding all of them in memory. It ends after the
	// first error. For an unknown run it yields ErrRunNotFound.
	Results(ctx context.Context, id RunID) iter.Seq2[IterationExecuted, error]

	// Close releases the resources of the store. It may be called twice.
	Close() error
}
