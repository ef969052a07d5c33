package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// executor does nothing for a while, writes down that it did, and fails as the case
// demands.
type executor struct {
	settings
	executions *os.File
}

var _ domain.Prober = executor{}

// wordiness is the length of the text of a wordy failure, in bytes.
const wordiness = 180 << 10

func (e executor) Execute(ctx context.Context, it domain.Iteration) (domain.Measurement, error) {
	if it.Number == e.Poison {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
	if err := e.Probe(ctx); err != nil {
		return domain.Measurement{}, err
	}
	if it.Number <= e.Wordy {
		return domain.Measurement{}, domain.Permanent(errors.New(strings.Repeat("no! ", wordiness/4)))
	}
	fmt.Fprintf(e.executions, "begin %d\n", it.Number)
	if err := e.work(ctx, it.Number); err != nil {
		return domain.Measurement{}, err
	}
	fmt.Fprintf(e.executions, "end %d\n", it.Number)
	var m domain.Measurement
	for i, variant := range it.Order() {
		m.Samples = append(m.Samples, domain.Sample{Variant: variant, Position: i + 1, Revolutions: 1, Batch: time.Millisecond})
	}
	return m, nil
}

// work takes as long as an iteration takes, and then waits until the iteration is no
// longer held back.
func (e executor) work(ctx context.Context, iteration int) error {
	for {
		select {
		case <-time.After(e.Takes):
		case <-ctx.Done():
			return ctx.Err()
		}
		if iteration <= e.HoldAfter || !exists(e.Hold) {
			return nil
		}
	}
}

// Probe fails if the host has no space left.
func (e executor) Probe(context.Context) error {
	if exists(e.Full) {
		return domain.Fail(domain.ClassHost, "no space left on device")
	}
	return nil
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// lister is an executor with a fixed list of runtimes.
type lister struct{ executor }

var _ domain.RuntimeLister = lister{}

func (l lister) Runtimes() []domain.Runtime { return []domain.Runtime{{Name: l.Runtime}} }
