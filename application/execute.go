package application

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// overrun is how long the worker waits for an executor after its context has ended.
const overrun = 10 * time.Second

// leftBehindError says that the executor did not return in time.
type leftBehindError struct {
	returned <-chan struct{} // closed when the executor returns
}

func (*leftBehindError) Error() string {
	return fmt.Sprintf("the executor did not return within %v after its context had ended; an executor has to end with its context", overrun)
}

// measurement holds what an executor returned.
type measurement struct {
	domain.Measurement
	err error
}

// call calls the executor in a goroutine of its own, so that a panic or runtime.Goexit
// ends nothing else. It gives up waiting for an executor that ignores its context. That
// executor keeps its core as long as it goes on, but no longer holds up the run. The
// error is permanent, because another try would leave behind another executor.
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
			_ = m.err.Error() // a nil pointer as the error panics here, and not later
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

// releaseAfter calls release, which gives back the core. If the executor was left
// behind on that core, it waits in the background until the executor has returned.
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
