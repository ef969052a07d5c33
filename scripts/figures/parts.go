package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/benchbus/benchbus/adapters/rabbitmq"
	"github.com/benchbus/benchbus/adapters/sqlite"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// partVariable is an environment variable that makes this program play a part of a
// fleet, in a process of its own. It holds the part as JSON.
const partVariable = "BENCHBUS_FIGURES_PART"

// part says what such a process does.
type part struct {
	Role       string // dispatcher, collector or worker
	URL        string
	Namespace  string
	Store      string
	Run        domain.RunID  // for the collector
	Iterations int           // for the dispatcher
	Slots      int           // for the worker
	Takes      time.Duration // the duration of an iteration; if it is not 0, the worker prints when one begins
}

// play plays the part, and prints the peak memory of the process. The process prints
// that itself, because the peak that the kernel reports at its end includes the size of
// the program that started it.
func play(text string) error {
	var p part
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return err
	}
	if err := p.play(); err != nil {
		return err
	}
	kib, err := status("VmHWM")
	fmt.Println(peakPrefix, kib)
	return err
}

const peakPrefix = "peak KiB"

func (p part) play() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	go func() { // ends the part when the program that started it ends, in whatever way
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	bus, err := openOver(p.URL, rabbitmq.QueueQuorum, p.Namespace)
	if err != nil {
		return err
	}
	defer bus.Close()
	if p.Role == "worker" {
		return p.work(ctx, bus)
	}
	store, err := sqlite.Open(ctx, p.Store, sqlite.Config{})
	if err != nil {
		return err
	}
	defer store.Close()
	runner, err := application.NewRunner(bus, application.RunnerConfig{Store: store})
	if err != nil {
		return err
	}
	if p.Role == "collector" {
		status, err := runner.Wait(ctx, p.Run)
		if err == nil && status.Done != status.Planned {
			err = fmt.Errorf("%v", status.Counts)
		}
		return err
	}
	run, err := noopPlan(p.Iterations)
	if err != nil {
		return err
	}
	if _, err := runner.Detach(ctx, run); err != nil {
		return err
	}
	fmt.Println(run.ID)
	return nil
}

func (p part) work(ctx context.Context, bus domain.Bus) error {
	worker, err := application.NewWorker(bus, domain.ExecutorFunc(func(ctx context.Context, it domain.Iteration) (domain.Measurement, error) {
		if p.Takes > 0 {
			fmt.Println("begin", it.Number)
			select {
			case <-time.After(p.Takes):
			case <-ctx.Done():
				return domain.Measurement{}, ctx.Err()
			}
		}
		return noop(ctx, it)
	}), application.WorkerConfig{Slots: p.Slots})
	if err != nil {
		return err
	}
	go func() {
		for !worker.Ready() { // not more often, because hundreds of workers would slow down each other's start
			time.Sleep(50 * time.Millisecond)
		}
		fmt.Println("ready")
	}()
	return worker.Run(ctx)
}

// process is a running part.
type process struct {
	*exec.Cmd
	lines *bufio.Scanner
}

func (p part) start(ctx context.Context) (*process, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, program)
	if _, err := cmd.StdinPipe(); err != nil { // the pipe closes when this program ends, and so tells the part
		return nil, err
	}
	cmd.Env, cmd.Stderr = append(os.Environ(), partVariable+"="+string(text)), os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &process{cmd, bufio.NewScanner(out)}, cmd.Start()
}

// line waits for a line with the prefix, and returns it.
func (p *process) line(prefix string) (string, error) {
	for p.lines.Scan() {
		if strings.HasPrefix(p.lines.Text(), prefix) {
			return p.lines.Text(), nil
		}
	}
	return "", errors.Join(fmt.Errorf("a process ended without the line %q", prefix), p.lines.Err())
}

// end sends the signal, unless it is 0, and waits for the end of the process. It
// returns the peak memory in MB, or 0 if it killed the process.
func (p *process) end(how syscall.Signal) (peak float64, err error) {
	if how != 0 {
		if err := p.Process.Signal(how); err != nil {
			return 0, err
		}
	}
	for p.lines.Scan() { // read to the end before Wait, which closes the pipe
		if rest, ok := strings.CutPrefix(p.lines.Text(), peakPrefix); ok {
			kib, err := strconv.Atoi(strings.TrimSpace(rest))
			if err != nil {
				return 0, err
			}
			peak = float64(kib) * 1024 / 1e6
		}
	}
	err = p.Wait()
	if how == syscall.SIGKILL {
		return 0, nil
	}
	if err == nil && peak == 0 {
		err = errors.New("a process ended without saying how much memory it had")
	}
	return peak, err
}

// dispatch runs a dispatcher, and returns the id of its run and its peak memory.
func (p part) dispatch(ctx context.Context, iterations int) (run domain.RunID, peak float64, err error) {
	p.Role, p.Iterations = "dispatcher", iterations
	dispatcher, err := p.start(ctx)
	if err != nil {
		return "", 0, err
	}
	line, err := dispatcher.line("")
	if err != nil {
		return "", 0, err
	}
	peak, err = dispatcher.end(0)
	return domain.RunID(line), peak, err
}
