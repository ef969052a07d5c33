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
	// ErrRunOver says that the run is completed or cancelled, and stays so.
	ErrRunOver = errors.New("the run is over")
	// ErrRunIncomplete says that a run cannot be completed, since iterations have
	// no recorded result.
	ErrRunIncomplete = errors.New("iterations of the run have no recorded result")
	// ErrRunActive says that a runner or workers are at the run.
	ErrRunActive = errors.New("the run is still being worked at")
)

// Store keeps runs and results.
//
// Contract, for implementers:
//   - All methods are called by several goroutines, and the same data is used
//     by several processes, at once.
//   - What a method that returned nil wrote survives a crash of the process.
//   - A result is identified by (run, iteration); the first one stays.
//   - Times come back in UTC, to the nanosecond; samples that are not there
//     come back as nil.
//   - A call whose context has ended writes nothing and fails with the context's
//     error. After Close every call fails, but Close itself.
//
// The suite in adapters/storetest holds an implementation against it.
type Store interface {
	// CreateRun adds a run with its plan. ErrRunExists where the id is taken.
	CreateRun(ctx context.Context, run Run) error

	// UpdateRun writes the run's state, times and number of duplicates. The
	// other counts are not written: they follow from the results, and from
	// the state where it is cancelled. A run that is completed or cancelled is
	// left as it is, for another process may have ended it: ErrRunOver. A run
	// is completed only where every planned iteration has a recorded result:
	// else ErrRunIncomplete, and nothing is written. ErrRunNotFound.
	UpdateRun(ctx context.Context, status RunStatus) error

	// Record adds results, all or none of them, and says for each whether it
	// was new. A result of an iteration that already has one, in the store or
	// earlier in the same call, is ignored. A result of another run, or one
	// that fails its Check, is an error of the whole call. ErrRunNotFound.
	Record(ctx context.Context, run RunID, results []IterationExecuted) (fresh []bool, err error)

	// Reopen forgets the failures of those iterations, so that they are
	// outstanding again, and makes the run interrupted, with no time at which it
	// finished, where there were any.
	// Iterations without a failure are left as they are, and so is a run that
	// is cancelled: ErrRunOver. ErrRunNotFound.
	Reopen(ctx context.Context, run RunID, iterations []int) error

	// RemoveRun forgets a run and its results. A run that is running or
	// detached at that moment, see RunStatus.At, is left as it is:
	// ErrRunActive. ErrRunNotFound.
	RemoveRun(ctx context.Context, id RunID, at time.Time) error

	// Run returns a run with its plan and counts. ErrRunNotFound.
	Run(ctx context.Context, id RunID) (Run, error)

	// Runs returns the runs whose ids begin with the prefix, newest (largest
	// id) first, at most limit of them; 0 means all.
	Runs(ctx context.Context, prefix string, limit int) ([]RunStatus, error)

	// Recorded yields the iterations of the run that have a result, in order
	// of their numbers. It ends after the first error. An unknown run yields
	// ErrRunNotFound.
	Recorded(ctx context.Context, id RunID) iter.Seq2[Recorded, error]

	// Results yields the results of the run in order of their iterations,
	// without holding them all in memory, equal to what was recorded. It ends
	// after the first error. An unknown run yields ErrRunNotFound.
	Results(ctx context.Context, id RunID) iter.Seq2[IterationExecuted, error]

	// Close releases what the store holds. It may be called twice.
	Close() error
}
