package php

import (
	"bytes"
	"context"
	"os/exec"
	"strings"
	"sync"

	"github.com/benchbus/benchbus/adapters/php/internal/callgrind"
	"github.com/benchbus/benchbus/domain"
)

var _ domain.InstructionCounter = (*Executor)(nil)

// counting remembers whether instructions can be counted here.
type counting struct {
	// program is the name or path of valgrind.
	program string
	directs directs

	mu    sync.Mutex
	known bool
	with  counter
	err   error
}

// CanCount looks for valgrind, and has it count the instructions of a program once, which
// takes half a second: a version that does not know the processor fails. It remembers the
// answer. The error has class ClassRuntime and says what to do.
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

// trialTimeout limits the duration of the trial, which takes less than a second, and much
// longer on a busy machine.
const trialTimeout = 2 * probeTimeout

// tryCounting counts the instructions of a shell that does nothing. Most of what it
// executes is of the system's libraries, which use what the processor has, as PHP does.
func (e *Executor) tryCounting(ctx context.Context) (counter, error) {
	path, err := exec.LookPath(e.counting.program)
	if err != nil {
		return "", domain.Fail(domain.ClassRuntime, "instructions cannot be counted on this host, since valgrind is not on the PATH; install it, on Debian and its kin with: apt-get install valgrind")
	}
	with := counter(absolute(path))
	ctx, cancel := context.WithTimeout(ctx, trialTimeout)
	defer cancel()
	words := append(with.into("/dev/stdout"), "/bin/sh", "-c", ":")
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Dir, cmd.WaitDelay = e.cfg.TempDir, drainTime
	wrote, err := cmd.Output()
	if err == nil {
		_, err = callgrind.Parse(bytes.NewReader(wrote))
	}
	if err != nil {
		version, _ := exec.CommandContext(ctx, path, "--version").Output()
		return "", domain.Fail(domain.ClassRuntime, "instructions cannot be counted on this host: %s (%s) failed: %w; another version may know more of this processor",
			path, strings.TrimSpace(printable(string(version))), err)
	}
	return with, nil
}
