package main

import (
	"context"
	"fmt"
	"io"
	"os"
)

// stopper turns signals into the end of contexts: the first one drains, the
// second one cuts short what is running, the third one ends the process.
type stopper struct {
	drain    context.Context // ends at the first signal
	abort    chan struct{}   // closed at the second
	cancel   context.CancelFunc
	released chan struct{}
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
		fmt.Fprintln(stderr, "benchbus: stopping: running iterations are finished first; once more to cut them short")
		s.cancel()
		if !next() {
			return
		}
		fmt.Fprintln(stderr, "benchbus: cutting short what is running")
		close(s.abort)
		if next() {
			os.Exit(exitInterrupted)
		}
	}()
	return s
}

// release ends the watch for signals.
func (s *stopper) release() {
	close(s.released)
	s.cancel()
}
