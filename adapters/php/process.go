package php

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"sync"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// drainTime limits the wait for output after the processes are dead. It only matters if
// a process could not be killed.
const drainTime = time.Second

// process is a started PHP.
type process struct {
	cmd     *exec.Cmd
	started time.Time
	// startPipe sends the instructions to the process. reports and printed are the
	// reading ends of its report channel and its output.
	startPipe, reports, printed *os.File
	mark                        mark
	contained                   containment
}

// ending describes how a process ended.
type ending struct {
	report report
	output *output
	// stopped is the reason why this program stopped the process, or nil.
	stopped error
	wall    time.Duration
	// leftovers counts the processes that it started and left behind.
	leftovers int
	// wrote is true if it may have written to files.
	wrote bool
}

// start starts PHP in the folder, on the order's core.
func (c Config) start(o order, dir workdir) (p *process, err error) {
	p = &process{}
	var theirs []*os.File
	defer func() {
		for _, f := range theirs {
			_ = f.Close()
		}
		if err != nil {
			p.close()
		}
	}()
	pipe := func() (r, w *os.File) {
		if err == nil {
			r, w, err = os.Pipe()
		}
		return r, w
	}
	var reports, printed, start *os.File
	p.reports, reports = pipe()
	p.printed, printed = pipe()
	start, p.startPipe = pipe()
	theirs = []*os.File{reports, printed, start}
	if err != nil {
		return p, err
	}
	php := direct{command: o.runtime.Command}
	if o.counter != "" {
		php = o.direct
	}
	command := slices.Concat(o.counter.command(dir), php.command, c.arguments(), o.settings.arguments(), []string{dir.script})
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir.work, printed, printed
	cmd.ExtraFiles = []*os.File{reports, start} // descriptors 3 and 4
	cmd.Env = slices.Concat(c.environment(dir.work, o.padding), php.env, variables(o.env))
	p.started = time.Now()
	p.cmd, p.contained, err = startContained(cmd, o.cpu, c.Logger)
	return p, err
}

func (p *process) close() {
	for _, f := range []*os.File{p.startPipe, p.reports, p.printed} {
		_ = f.Close()
	}
}

// watch waits for the process to end or stops it. When it returns, the process and
// everything that it started are gone.
func (p *process) watch(ctx context.Context, o order, c Config) *ending {
	defer p.close()
	end := &ending{report: report{nonce: o.nonce}, output: newOutput(c.OutputLimit)}
	lines, exited := make(chan string), make(chan struct{})
	var reading sync.WaitGroup
	reports := &counted{Reader: p.reports}
	reading.Go(func() { readReports(reports, lines) })
	reading.Go(func() { end.output.read(p.printed) })
	go func() { waitForExit(p.cmd); close(exited) }()
	timer := time.NewTimer(o.timeout)
	defer timer.Stop()
	done, over := ctx.Done(), end.output.over
	stop := func(why error) {
		if why != nil && end.stopped == nil {
			end.stopped = why
			killGroup(p.cmd)
			done, over = nil, nil
		}
	}
	p.mark = markProcess(p.cmd.Process.Pid, c.Logger)
	for alive := true; alive; {
		select {
		case line, ok := <-lines:
			before := end.report
			switch end.report.add(line); {
			case !ok:
				lines = nil
			case before.pid == 0 && end.report.pid != 0:
				stop(p.admit(end.report.pid, o, c))
			case before.reading == nil && end.report.reading != nil:
				stop(o.settings.inForce(end.report.reading))
			}
		case <-exited:
			alive = false
		case <-timer.C:
			stop(domain.Fail(domain.ClassTimeout, "it did not end within %v%s", o.timeout, o.slow()))
		case <-over:
			stop(c.tooMuchOutput())
		case <-done:
			stop(fmt.Errorf("it was interrupted: %w", context.Cause(ctx)))
		}
	}
	end.wall = time.Since(p.started)
	killGroup(p.cmd)
	end.leftovers = p.contained.end(p.cmd.Process.Pid) + sweep(p.mark)
	deadline := time.Now().Add(drainTime)
	_, _ = p.reports.SetReadDeadline(deadline), p.printed.SetReadDeadline(deadline)
	if lines != nil {
		for line := range lines {
			end.report.add(line)
		}
	}
	reading.Wait()
	if end.stopped == nil && end.report.reading != nil { // the last report may bring it
		end.stopped = o.settings.inForce(end.report.reading)
	}
	end.wrote = wroteFiles(p.cmd.Process.Pid, reports.n+end.output.size)
	reap(p.cmd)
	p.mark.forget()
	return end
}

// admit sets the limits of PHP and then sends the instructions. No code of the
// benchmark has run yet.
func (p *process) admit(pid int, o order, c Config) error {
	if err := p.limit(pid, c, o.counter.margin()); err != nil {
		return domain.Fail(domain.ClassSpawn, "its limits cannot be set: %w", err)
	}
	// A write error means that PHP has just died, which watch notices.
	counted := 0
	if o.counter != "" {
		counted = 1
	}
	_, _ = fmt.Fprintf(p.startPipe, "%s %d %d %d %d %s\n", o.nonce, o.warmup, o.revolutions, o.target.Nanoseconds(), counted, o.settings.names())
	return nil
}
