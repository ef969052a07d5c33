package application

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// overrun is how long the worker waits for an executor whose context has ended.
const overrun = 10 * time.Second

// leftBehindError says that the executor did not return in time.
type leftBehindError struct {
	returned <-chan struct{} // closed when it does
}

func (*leftBehindError) Error() string {
	return fmt.Sprintf("the executor did not return within %v after its context had ended; an executor has to end with its context", overrun)
}

// measurement is what an executor returned.
type measurement struct {
	domain.Measurement
	err error
}

// call calls the executor in a goroutine of its own, which is all that a panic or
// runtime.Goexit can end. An executor that ignores its context is left behind: it
// holds its core as long as it goes on, and no longer the run. Another try would
// leave another one behind, so that none follows.
func (w *Worker) call(ctx context.Context, it domain.Iteration) (domain.Measurement, error) {
	answer, returned := make(chan measurement, 1), make(chan struct{})
	go func() {
		defer close(returned)
		m := measurement{err: domain.Fail(domain.ClassPanic, "the executor ended its goroutine, as runtime.Goexit and t.FailNow do; it has to return")}
		defer func() {
			if r := recover(); r != nil {
				m.err = &domain.ExecutionError{Class: domain.ClassPanic, Output: string(debug.Stack()), Err: fmt.Errorf("the executor panicked: %v", r)}
			}
			answer <- m
		}()
		m.Measurement, m.err = w.executor.Execute(ctx, it)
		if m.err != nil {
			_ = m.err.Error() // that of a nil pointer panics, and must not do so later
		}
	}()
	select {
	case m := <-answer:
		return m.Measurement, m.err
	case <-ctx.Done():
	}
	late := time.NewTimer(overrun)
	defer late.Stop()
	select {
	case m := <-answer:
		return m.Measurement, m.err
	case <-late.C:
		err := &leftBehindError{returned}
		w.cfg.Logger.Error("an executor is left behind", "run", it.Run, "iteration", it.Number, "error", err)
		return domain.Measurement{}, domain.Permanent(err)
	}
}

// releaseAfter gives the core back, once the executor has returned that was left
// behind on it.
func releaseAfter(err error, release func()) {
	var left *leftBehindError
	if !errors.As(err, &left) {
		release()
		return
	}
	go func() {
		<-left.returned
		release()
	}()
}
