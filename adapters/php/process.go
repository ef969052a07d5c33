package php

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// order is what one process is asked to do.
type order struct {
	runtime     domain.Runtime
	script      *script
	file        string // the script on disk
	dir         string // where the working directory is made
	marker      string // in the environment of everything that the iteration starts
	youngest    *int   // is set to the id of the process
	seed        uint64 // decides how long the environment is
	cpu         int
	timeout     time.Duration
	calibrate   time.Duration // above 0: find the revolutions for this batch time
	warmup      int
	revolutions int
}

// run executes one fresh process and returns what it measured.
func (e *Executor) run(ctx context.Context, o order) (domain.Sample, error) {
	if err := ctx.Err(); err != nil {
		return domain.Sample{}, err
	}
	work, err := os.MkdirTemp(o.dir, "work-")
	if err != nil {
		return domain.Sample{}, domain.Fail(domain.ClassSpawn, "make a working directory: %w", err)
	}
	defer os.RemoveAll(work)
	var closers []*os.File
	defer func() {
		for _, f := range closers {
			f.Close()
		}
	}()
	var pipeErr error
	pipe := func() (r, w *os.File) {
		r, w, err := os.Pipe()
		if err != nil {
			pipeErr = err
			return nil, nil
		}
		closers = append(closers, r, w)
		return r, w
	}
	outR, outW := pipe()
	resultR, resultW := pipe()
	gateR, gateW := pipe()
	if pipeErr != nil {
		return domain.Sample{}, domain.Fail(domain.ClassSpawn, "make a pipe: %w", pipeErr)
	}
	command := append(append([]string{}, o.runtime.Command...), e.arguments()...)
	cmd := exec.Command(command[0], append(command[1:], o.file)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = work, outW, outW
	cmd.ExtraFiles = []*os.File{resultW, gateR} // file descriptors 3 and 4
	cmd.Env = environment(work, o.marker, o.seed)
	cmd.SysProcAttr = newSession()

	started := time.Now()
	if err := startOn(cmd, o.cpu); err != nil {
		return domain.Sample{}, domain.Fail(domain.ClassSpawn, "start %s: %w", strings.Join(o.runtime.Command, " "), err)
	}
	outW.Close()
	resultW.Close()
	gateR.Close()
	pid := cmd.Process.Pid
	*o.youngest = pid
	g := &group{pid: pid}
	kill := g.kill
	output := newDrain(outR, keepOutput, e.cfg.OutputLimit, func() { kill("output") })
	result := newDrain(resultR, maxAnswer, maxAnswer, func() { kill("output") })
	timer := time.AfterFunc(o.timeout, func() { kill("timeout") })
	defer timer.Stop()
	stop := context.AfterFunc(ctx, func() { kill("context") })
	defer stop()

	var random [16]byte
	rand.Read(random[:])
	key := hex.EncodeToString(random[:])
	if err := limit(pid, e.cfg.MemoryLimit, e.cfg.FileSizeLimit); err != nil {
		kill("limits")
		pipeErr = fmt.Errorf("limit the process: %w", err)
	} else {
		fmt.Fprintf(gateW, "%s %d %d %d\n", key, o.calibrate.Nanoseconds(), o.warmup, o.revolutions)
	}
	gateW.Close()

	// Whatever the code has left behind goes with it.
	waitErr := reap(cmd, g.close)
	wall := time.Since(started)
	tail := output.finish()
	a := readAnswer(string(result.finish()), key)

	fail := func(class domain.FailureClass, format string, args ...any) (domain.Sample, error) {
		err := domain.Fail(class, "%s: "+format, append([]any{o.runtime.Name}, args...)...)
		err.Output = string(tail)
		return domain.Sample{}, err
	}
	if g.why != "" {
		switch g.why {
		case "timeout":
			return fail(domain.ClassTimeout, "the process did not end within %v (in %s)", o.timeout, a.stage)
		case "output":
			return fail(domain.ClassLimit, "the code printed more than %d bytes (in %s)", e.cfg.OutputLimit, a.stage)
		case "context":
			return domain.Sample{}, context.Cause(ctx)
		default:
			return fail(domain.ClassSpawn, "%w", pipeErr)
		}
	}
	if waitErr != nil || a.fields == nil {
		return e.diagnose(o, a, waitErr, string(tail), fail)
	}
	sample, err := a.sample()
	if err != nil {
		var known *domain.ExecutionError
		if errors.As(err, &known) {
			known.Output = string(tail)
		}
		return sample, err
	}
	sample.Runtime, sample.Warmup = o.runtime.Name, o.warmup
	sample.Wall, sample.UserCPU, sample.SystemCPU = wall, cmd.ProcessState.UserTime(), cmd.ProcessState.SystemTime()
	if o.cpu >= 0 {
		sample.CPU = &o.cpu
	}
	return sample, nil
}

// diagnose says why a process that was not killed by us gave no result.
func (e *Executor) diagnose(o order, a answer, waitErr error, tail string, fail func(domain.FailureClass, string, ...any) (domain.Sample, error)) (domain.Sample, error) {
	var exit *exec.ExitError
	if errors.As(waitErr, &exit) {
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			switch status.Signal() {
			case syscall.SIGXFSZ:
				return fail(domain.ClassLimit, "a file became larger than %d bytes (in %s)", e.cfg.FileSizeLimit, a.stage)
			case syscall.SIGXCPU:
				return fail(domain.ClassLimit, "the process used more CPU time than it may (in %s)", a.stage)
			}
			return fail(domain.ClassKilled, "the process was killed by the signal %v (in %s)", status.Signal(), a.stage)
		}
	}
	message := o.script.locate(phpMessage(tail), o.file)
	switch {
	case a.left:
		return fail(domain.ClassCode, "the code left its loop in %s: break, or a change of $__bb_i", a.stage)
	case strings.Contains(message, "Allowed memory size") || strings.Contains(message, "Out of memory"):
		return fail(domain.ClassLimit, "%s (in %s)", message, a.stage)
	case message != "":
		return fail(domain.ClassCode, "%s (in %s)", message, a.stage)
	case waitErr != nil:
		return fail(domain.ClassCode, "the process ended by itself with %v (in %s)", waitErr, a.stage)
	}
	return fail(domain.ClassCode, "the code ended the process before its time: return, exit or die (in %s)", a.stage)
}

// phpMessage finds the error that ended the script in what PHP printed.
func phpMessage(output string) string {
	for line := range strings.Lines(output) {
		line = strings.TrimPrefix(strings.TrimSpace(line), "PHP ")
		for _, begin := range []string{"Fatal error:", "Parse error:", "Catchable fatal error:", "Recoverable fatal error:"} {
			if strings.HasPrefix(line, begin) {
				return line
			}
		}
	}
	return ""
}

// environment is all that the process knows of its surroundings. Its length is
// random, because the position of the stack changes timings.
func environment(work, marker string, seed uint64) []string {
	random := mathrand.New(mathrand.NewPCG(seed, 0))
	return []string{
		"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=" + work, "TMPDIR=" + work, "LANG=C.UTF-8", "XDEBUG_MODE=off",
		markerName + "=" + marker + strings.Repeat("x", random.IntN(4096)),
	}
}
