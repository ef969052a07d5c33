package domain

import (
	"context"
	"time"
)

// Iteration is what an executor is asked to execute: the part of an
// [ExecuteBenchmark] message that concerns it, and the core it was granted.
type Iteration struct {
	Run      RunID
	Number   int
	Variants []Variant // shared between iterations: read only
	Samples  int       // of each variant
	Seed     int64
	// TargetBatch is how long a batch should last where a benchmark leaves the
	// revolutions open.
	TargetBatch time.Duration
	// SampleTimeout bounds one process. The context bounds the whole.
	SampleTimeout time.Duration
	// CountInstructions asks for instructions beside the times; see
	// [InstructionCounter].
	CountInstructions bool
	// CPU is the core to pin to; -1 means any.
	CPU int
}

// Order is the order in which the samples are to be executed, by the indexes of
// their variants.
func (it Iteration) Order() []int { return Schedule(it.Seed, len(it.Variants), it.Samples) }

// Executor executes one iteration and returns its samples.
//
// Contract, for implementers:
//   - Execute is called by several goroutines at once, one per worker slot.
//   - It returns exactly Samples samples for each of Variants, taken in Order; or,
//     for a variant that failed, none of them and one of Failures. A failure of all
//     is its error.
//   - It ends soon after the context does, and leaves nothing behind: no
//     process, no file. A worker waits 10 s for it; then the iteration fails.
//   - Its error decides what happens next: an [ExecutionError] by its class,
//     [Permanent] not retried, any other error retried.
//   - It never returns a made-up number: what could not be measured is an error.
//
// The interface will not grow; further powers are optional interfaces, such as
// [RuntimeLister].
type Executor interface {
	Execute(ctx context.Context, it Iteration) (Measurement, error)
}

// Prober is what an executor may add to its port: Probe executes next to nothing and
// says whether this host can execute at all. A worker whose host failed asks it
// before it takes iterations again.
type Prober interface {
	Probe(ctx context.Context) error
}

// ExecutorFunc lets a function be an [Executor].
type ExecutorFunc func(ctx context.Context, it Iteration) (Measurement, error)

// Execute calls the function.
func (f ExecutorFunc) Execute(ctx context.Context, it Iteration) (Measurement, error) {
	return f(ctx, it)
}

var _ Executor = ExecutorFunc(nil)
