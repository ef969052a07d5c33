package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
)

// stopper turns signals into the end of contexts. In a process that executes
// iterations, the first signal drains, the second one cuts short the running
// iterations, and the third one ends the process. In any other process, the second
// signal ends it.
type stopper struct {
	executes atomic.Bool
	drain    context.Context // ends at the first signal
	abort    chan struct{}   // closed at the second signal, in a process that executes
	cancel   context.CancelFunc
	released chan struct{}
}

// stopSignals returns the signals that stop the program. A signal that was ignored when
// the program started stays ignored, which nohup relies on.
func stopSignals() (all []os.Signal) {
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			all = append(all, s)
		}
	}
	return all
}

func newStopper(signals <-chan os.Signal, stderr io.Writer) *stopper {
	s := &stopper{abort: make(chan struct{}), released: make(chan struct{})}
	s.drain, s.cancel = context.WithCancel(context.Background())
	next := func() bool {
		select {
		case <-signals:
			return true
		case <-s.released:
			return false
		}
	}
	go func() {
		if !next() {
			return
		}
		executes := s.executes.Load()
		if executes {
			fmt.Fprintln(stderr, "benchbus: stopping: running iterations are finished first; once more to cut them short")
		} else {
			fmt.Fprintln(stderr, "benchbus: stopping; once more to end at once")
		}
		s.cancel()
		if !next() {
			return
		}
		if executes {
			fmt.Fprintln(stderr, "benchbus: cutting short what is running")
			close(s.abort)
			if !next() {
				return
			}
		}
		os.Exit(exitInterrupted)
	}()
	return s
}

// release stops listening for signals.
func (s *stopper) release() {
	close(s.released)
	s.cancel()
}
