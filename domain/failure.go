package domain

import (
	"cmp"
	"errors"
	"fmt"
	"time"
)

// FailureClass says why an iteration failed, and with that whether another try
// can help.
type FailureClass string

// Transient classes: the machine got in the way, another try can help.
const (
	ClassKilled     FailureClass = "killed"      // the process was killed by a signal
	ClassTimeout    FailureClass = "timeout"     // the process or the iteration ran out of time
	ClassWorkerLost FailureClass = "worker_lost" // the worker that held the message died or vanished
	ClassPanic      FailureClass = "panic"       // the executor panicked
	ClassUnknown    FailureClass = "unknown"     // an error that the executor did not classify
)

// Classes of the host: it could not execute the iteration, whose fault that is not.
// Others may be able to.
const (
	ClassSpawn FailureClass = "spawn_failed" // the process could not be started
	ClassHost  FailureClass = "host_failed"  // the disk is full, a limit of the host is reached
)

// OfHost tells whether the host failed, and not the benchmark.
func (c FailureClass) OfHost() bool { return c == ClassSpawn || c == ClassHost }

// Permanent classes: the next try would end the same way.
const (
	ClassCode       FailureClass = "code_error"        // the benchmark's code, set-up or teardown is at fault
	ClassRuntime    FailureClass = "no_runtime"        // the runtime is not here
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
		ClassCode, ClassRuntime, ClassUnreadable, ClassResult, ClassLimit, ClassSetting, ClassExpired, ClassPermanent,
	}
}

// Transient tells whether another try can help. Classes that are not known
// count as transient: a retry too many costs seconds, one too few a result.
func (c FailureClass) Transient() bool {
	switch c {
	case ClassCode, ClassRuntime, ClassUnreadable, ClassResult, ClassLimit, ClassSetting, ClassExpired, ClassPermanent:
		return false
	default:
		return true
	}
}

// Failure is why an iteration has no measurement, as a message carries it.
type Failure struct {
	Class FailureClass
	// Message says what went wrong in a sentence.
	Message string
	// Output is the tail of what the code printed, at most a few KiB.
	Output string
	// Attempts is how often the iteration was tried, the last time included.
	Attempts int
}

// ExecutionError is the error of an executor that knows the failure's class.
type ExecutionError struct {
	Class  FailureClass
	Output string // tail of what the code printed; may be empty
	Err    error  // what went wrong; where it is nil, the class says it alone
}

func (e *ExecutionError) Error() string {
	if e.Err == nil {
		return string(cmp.Or(e.Class, ClassUnknown))
	}
	return e.Err.Error()
}
func (e *ExecutionError) Unwrap() error { return e.Err }

// RequeueDelay is how long an iteration waits that another worker can execute
// and this one cannot, or twice as long; transports keep a queue for both.
const RequeueDelay = time.Second

// RequeueError sends a command back: not this worker, or not now.
type RequeueError struct {
	Delay  time.Duration // how long it stays out of the queue
	Reason string
	// Again is the command as it comes again; nil means unchanged.
	Again *ExecuteBenchmark
}

func (e *RequeueError) Error() string { return "requeued: " + e.Reason }

// Fail returns an [ExecutionError] of that class; the arguments are those of
// [fmt.Errorf].
func Fail(class FailureClass, format string, args ...any) *ExecutionError {
	return &ExecutionError{Class: class, Err: fmt.Errorf(format, args...)}
}

// Permanent marks an error so that the message is not retried. It returns nil
// for nil.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return &ExecutionError{Class: ClassPermanent, Err: err}
}

// Bounds of what a failure says, in bytes; what is longer is cut.
const (
	MaxFailureMessage = 4 << 10
	MaxFailureOutput  = 16 << 10
)

// FailureOf turns an executor's error into what a message says of it. An error
// without a class is ClassUnknown, and therefore retried.
func FailureOf(err error, attempts int) Failure {
	f := Failure{Class: ClassUnknown, Message: Shorten(err.Error(), MaxFailureMessage), Attempts: attempts}
	var known *ExecutionError
	if errors.As(err, &known) {
		f.Class, f.Output = cmp.Or(known.Class, ClassUnknown), Shorten(known.Output, MaxFailureOutput)
	}
	return f
}
