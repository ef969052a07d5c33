package domain

import (
	"cmp"
	"errors"
	"fmt"
	"time"
)

// FailureClass says why an iteration failed, and so whether a retry can help.
type FailureClass string

// Transient classes say that the machine got in the way, so that a retry can help.
const (
	ClassKilled     FailureClass = "killed"      // the process was killed by a signal
	ClassTimeout    FailureClass = "timeout"     // the process or the iteration ran out of time
	ClassWorkerLost FailureClass = "worker_lost" // the worker that held the message died or vanished
	ClassPanic      FailureClass = "panic"       // the executor panicked
	ClassUnknown    FailureClass = "unknown"     // an error that the executor did not classify
)

// Classes of the host say that the host could not execute the iteration, which is not
// the benchmark's fault. Other hosts may be able to.
const (
	ClassSpawn FailureClass = "spawn_failed" // the process could not be started
	ClassHost  FailureClass = "host_failed"  // the disk is full, a limit of the host is reached
)

// OfHost reports whether the host failed, and not the benchmark.
func (c FailureClass) OfHost() bool { return c == ClassSpawn || c == ClassHost }

// Permanent classes say that a retry would end in the same way.
const (
	ClassCode       FailureClass = "code_error"        // the benchmark's code, set-up or teardown is at fault
	ClassRuntime    FailureClass = "no_runtime"        // the runtime is not here
	ClassSource     FailureClass = "no_source"         // the source's bundle cannot be had, or is not what its digest says
	ClassUnreadable FailureClass = "unreadable"        // the message cannot be read
	ClassResult     FailureClass = "invalid_result"    // the measurement is missing, negative, zero or not finite
	ClassLimit      FailureClass = "limit_exceeded"    // output, memory or file size over the limit
	ClassSetting    FailureClass = "bad_setting"       // a setting is refused, unknown, or not in force
	ClassExpired    FailureClass = "expired"           // the message's deadline was over before it was executed
	ClassPermanent  FailureClass = "permanent_failure" // an error that Permanent marked
)

// FailureClasses lists all classes.
func FailureClasses() []FailureClass {
	return []FailureClass{
		ClassKilled, ClassTimeout, ClassWorkerLost, ClassPanic, ClassUnknown, ClassSpawn, ClassHost,
		ClassCode, ClassRuntime, ClassSource, ClassUnreadable, ClassResult, ClassLimit, ClassSetting, ClassExpired, ClassPermanent,
	}
}

// Transient reports whether a retry can help. Unknown classes count as transient: a
// needless retry costs seconds, a missing one costs a result.
func (c FailureClass) Transient() bool {
	switch c {
	case ClassCode, ClassRuntime, ClassSource, ClassUnreadable, ClassResult, ClassLimit, ClassSetting, ClassExpired, ClassPermanent:
		return false
	default:
		return true
	}
}

// Failure says why an iteration has no measurement. Messages carry it.
type Failure struct {
	Class FailureClass
	// Message says in a sentence what went wrong.
	Message string
	// Output is the tail of the output of the code, at most MaxFailureOutput bytes.
	Output string
	// Attempts is the number of attempts so far, including the last one.
	Attempts int
}

// ExecutionError is an executor's error with the class of the failure.
type ExecutionError struct {
	Class  FailureClass
	Output string // tail of the output of the code; may be empty
	Err    error  // what went wrong; if nil, the class stands for it
}

func (e *ExecutionError) Error() string {
	if e.Err == nil {
		return string(cmp.Or(e.Class, ClassUnknown))
	}
	return e.Err.Error()
}
func (e *ExecutionError) Unwrap() error { return e.Err }

// RequeueDelay is the time that an iteration waits after a worker has given it back
// because another worker can execute it. Some wait twice as long, so transports keep a
// queue for both.
const RequeueDelay = time.Second

// RequeueError sends a command back, because this worker cannot execute it, or not now.
type RequeueError struct {
	Delay  time.Duration // how long the command stays out of the queue
	Reason string
	// Again is the command to send back instead. Nil sends it back unchanged.
	Again *ExecuteBenchmark
}

func (e *RequeueError) Error() string { return "requeued: " + e.Reason }

// Fail returns an [ExecutionError] of that class. It formats the message as
// [fmt.Errorf] does.
func Fail(class FailureClass, format string, args ...any) *ExecutionError {
	return &ExecutionError{Class: class, Err: fmt.Errorf(format, args...)}
}

// Permanent marks an error, so that the message is not retried. It returns nil for nil.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return &ExecutionError{Class: ClassPermanent, Err: err}
}

// Bounds of the texts of a [Failure] in bytes. [FailureOf] cuts what is longer.
const (
	MaxFailureMessage = 4 << 10
	MaxFailureOutput  = 16 << 10
)

// FailureOf turns an executor's error into a [Failure]. An error without a class
// becomes ClassUnknown, and is therefore retried.
func FailureOf(err error, attempts int) Failure {
	f := Failure{Class: ClassUnknown, Message: Shorten(err.Error(), MaxFailureMessage), Attempts: attempts}
	var known *ExecutionError
	if errors.As(err, &known) {
		f.Class, f.Output = cmp.Or(known.Class, ClassUnknown), Shorten(known.Output, MaxFailureOutput)
	}
	return f
}
