package php

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"runtime"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// order holds the instructions for one process.
type order struct {
	variant int
	runtime domain.Runtime
	// asked are the settings as people wrote them, and settings the directives that
	// follow from them.
	asked    domain.Settings
	settings settings
	script   *script
	// benchmark is the benchmark's slug, for the log.
	benchmark string
	// project is where the process works, and env what is added to its environment.
	project project
	env     map[string]string
	cpu     int
	timeout time.Duration
	padding int
	// If target is above 0, the process calibrates: it doubles the revolutions until
	// the batch lasts that long, up to the number in revolutions.
	target      time.Duration
	warmup      int
	revolutions int
	// counter is the valgrind that counts the instructions of the process. If it is
	// empty, the process is timed. direct then starts PHP.
	counter counter
	direct  direct
	// nonce distinguishes the reports of the harness from other output.
	nonce string
}

// sampled is the sample of one process, and the environment that it ran in.
type sampled struct {
	domain.Sample
	environment domain.Environment
	// counts is what parts of the batch executed, if the process was counted.
	counts counts
}

// run executes one fresh process and returns its sample.
func (e *Executor) run(ctx context.Context, o order) (sampled, error) {
	if ctx.Err() != nil {
		return sampled{}, context.Cause(ctx)
	}
	o.nonce = newNonce()
	dir, err := e.cfg.newWorkdir(o.script, newNonce(), o.project)
	if err != nil {
		return sampled{}, err
	}
	defer e.discard(dir)
	// The kernel kills the process when the thread that started it ends.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	left := e.cfg.lookAround()
	p, err := e.cfg.start(o, dir)
	if err != nil {
		return sampled{}, startFailed(o.runtime, err)
	}
	end := p.watch(ctx, o, e.cfg)
	if end.leftovers > 0 {
		e.cfg.Logger.Warn("the code left processes behind; they were killed",
			"benchmark", o.benchmark, "runtime", o.runtime.Name, "processes", end.leftovers)
	}
	if left := left(p.contained, end.wrote && o.counter == ""); len(left) > 0 {
		e.cfg.Logger.Warn("files or shared memory of this user have appeared while the code ran, and are left",
			"benchmark", o.benchmark, "runtime", o.runtime.Name, "left", left)
	}
	state := p.cmd.ProcessState
	if err := end.failure(o, e.cfg, state, dir); err != nil {
		return sampled{}, err
	}
	s, wrong := o.result(end.report, end.wall, dir)
	if wrong != nil {
		return sampled{}, end.describe(wrong, o, dir)
	}
	s.UserCPU, s.SystemCPU, s.PeakMemory = state.UserTime(), state.SystemTime(), peakMemory(state, s.PeakMemory)
	if pins && o.cpu >= 0 {
		s.CPU = &o.cpu
	}
	made := sampled{Sample: s, environment: end.report.reading.environment()}
	if o.counter != "" {
		if made.counts, wrong = readCounts(dir, end.report.pid); wrong != nil {
			return sampled{}, end.describe(wrong, o, dir)
		}
	}
	return made, nil
}

// discard removes a working folder.
func (e *Executor) discard(dir workdir) {
	if err := dir.remove(); err != nil {
		e.cfg.Logger.Error("a working folder is left", "folder", dir.root, "error", err)
	}
}

func newNonce() string {
	var random [16]byte
	rand.Read(random[:]) // never fails
	return hex.EncodeToString(random[:])
}
