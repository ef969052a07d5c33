package php

import (
	"context"
	"os/exec"
	"strings"
	"sync"

	"github.com/benchbus/benchbus/domain"
)

var _ domain.InstructionCounter = (*Executor)(nil)

// counting remembers whether instructions can be counted here.
type counting struct {
	// program is the name or path of valgrind.
	program string

	mu    sync.Mutex
	known bool
	with  counter
	err   error
}

// CanCount looks for valgrind, and has it count the instructions of the first runtime
// once, which takes some seconds: a version that does not know the processor fails. It
// remembers the answer. The error has class ClassRuntime and says what to do.
func (e *Executor) CanCount(ctx context.Context) error {
	_, err := e.counter(ctx)
	return err
}

// counter returns the valgrind that works here.
func (e *Executor) counter(ctx context.Context) (counter, error) {
	c := &e.counting
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.known {
		with, err := e.tryCounting(ctx)
		if ctx.Err() != nil {
			return "", context.Cause(ctx)
		}
		c.known, c.with, c.err = true, with, err
	}
	return c.with, c.err
}

// trialTimeout limits the duration of a process that does next to nothing under valgrind,
// which takes seconds, and many of them on a busy machine.
const trialTimeout = 4 * probeTimeout

func (e *Executor) tryCounting(ctx context.Context) (counter, error) {
	path, err := exec.LookPath(e.counting.program)
	if err != nil {
		return "", domain.Fail(domain.ClassRuntime, "instructions cannot be counted on this host, since valgrind is not on the PATH; install it, on Debian and its kin with: apt-get install valgrind")
	}
	found := e.Runtimes()
	if len(found) == 0 {
		return "", domain.Fail(domain.ClassRuntime, "instructions cannot be counted on this host: there is no PHP here")
	}
	s, err := newScript(&domain.Benchmark{Code: "$x = 1;"})
	if err != nil {
		return "", err
	}
	with := counter(absolute(path))
	if _, err := e.run(ctx, order{runtime: found[0], script: s, benchmark: "count", cpu: -1, timeout: trialTimeout, revolutions: 1, counter: with}); err != nil {
		version, _ := exec.CommandContext(ctx, path, "--version").Output()
		return "", domain.Fail(domain.ClassRuntime, "instructions cannot be counted on this host: %w; its valgrind is %s (%s), another version may know more of this processor",
			err, path, strings.TrimSpace(printable(string(version))))
	}
	return with, nil
}
