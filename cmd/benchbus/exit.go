package main

import (
	"errors"
	"fmt"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// Exit codes, as the README documents them.
const (
	exitOK          = 0
	exitSomeFailed  = 1   // some iterations, or variants of them, failed
	exitRegression  = 2   // a budget is exceeded
	exitIncomplete  = 4   // iterations are outstanding, or nothing was measured
	exitUsage       = 64  // the command line, or a file that it names, is wrong
	exitUnavailable = 69  // a runtime, the store or the broker cannot be used
	exitOutput      = 74  // standard output, or the file of --output, cannot be written
	exitInterrupted = 130 // stopped by a signal; the run can be resumed
)

// errSomeFailed is the error of a run of which some iterations, or variants, failed.
var errSomeFailed = &exitError{code: exitSomeFailed}

// exitError is an error with its exit code. Without a cause it prints nothing.
type exitError struct {
	code  int
	cause error
}

func (e *exitError) Error() string {
	if e.cause == nil {
		return ""
	}
	return e.cause.Error()
}

func (e *exitError) Unwrap() error { return e.cause }

func usage(err error) *exitError       { return &exitError{exitUsage, err} }
func unavailable(err error) *exitError { return &exitError{exitUnavailable, err} }

func usagef(format string, args ...any) *exitError { return usage(fmt.Errorf(format, args...)) }

// outcome turns the end of a run into an exit code; again is the command that goes on
// with a run that is not over.
func outcome(again string, status domain.RunStatus, err error) error {
	var outdated *application.OutdatedError
	var cannotCount *application.CannotCountError
	switch {
	case errors.As(err, &outdated), errors.As(err, &cannotCount):
		return unavailable(err)
	case errors.Is(err, application.ErrNotResumable):
		return usage(err)
	case errors.Is(err, domain.ErrAccess):
		return unavailable(err)
	case errors.Is(err, application.ErrHostFailed):
		return unavailable(fmt.Errorf("%w; go on with: benchbus resume %s", err, status.ID))
	case errors.Is(err, application.ErrCancelled):
		return &exitError{exitIncomplete, err}
	case errors.Is(err, domain.ErrRunTaken):
		return &exitError{exitIncomplete, fmt.Errorf("%w; follow it with: benchbus wait %s", err, status.ID)}
	case errors.Is(err, application.ErrInterrupted):
		return &exitError{exitInterrupted, fmt.Errorf("%w; go on with: benchbus %s %s", err, again, status.ID)}
	case err != nil:
		return &exitError{exitIncomplete, fmt.Errorf("%w; what was recorded is kept, go on with: benchbus %s %s", err, again, status.ID)}
	case status.Outstanding > 0 || status.Cancelled > 0 || status.Done == 0:
		return &exitError{code: exitIncomplete}
	case status.Failed > 0:
		return errSomeFailed
	}
	return nil
}
