package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"syscall"
	"time"

	"github.com/benchbus/benchbus/adapters/host"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
	"github.com/spf13/pflag"
)

// maxWorkers keeps a slip of the finger from starting a million processes.
const maxWorkers = 1024

// hostWait is how long a run within this process waits for a full disk to have room
// again, and the like.
const hostWait = 10 * time.Second

// runnerFlags are what run and resume need to take a run to its end.
type runnerFlags struct {
	phpFlags
	busFlags
	storeFlags
	outputFlags
	sourceFlags
	workers int
}

func (d *runnerFlags) register(flags *pflag.FlagSet) {
	numberFlag(flags, &d.workers, "workers", 0, 1, maxWorkers, "slots of the worker inside this process, with --bus memory (default: one for each core that it may measure on)")
	d.phpFlags.register(flags)
	d.busFlags.register(flags)
	d.storeFlags.register(flags)
	d.sourceFlags.register(flags)
	d.outputFlags.registerReport(flags)
}

// carryOut takes a run to its end, with a worker beside it where there are none
// elsewhere, and prints the report.
func (a *app) carryOut(ctx context.Context, f *runnerFlags, w *target, store domain.Store, logger *slog.Logger,
	with func(context.Context, *application.Runner) (domain.RunStatus, error)) error {
	runner, err := application.NewRunner(w.bus, application.RunnerConfig{Store: store, OnEvent: a.progress.event, Logger: logger})
	if err != nil {
		return err
	}
	run := func(ctx context.Context) (domain.RunStatus, error) { return with(ctx, runner) }
	if w.executor != nil {
		name, err := os.Hostname()
		if err != nil {
			name = "worker"
		}
		worker, _, err := a.newWorker(w.bus, w.executor, application.WorkerConfig{
			Name: name, Slots: f.workers, Sources: w.sources, Logger: logger,
			CountsInstructions: w.counts, RuntimeWait: 1, HostWait: hostWait, // no other worker can come
		})
		if err != nil {
			return err
		}
		alone := run
		run = func(ctx context.Context) (domain.RunStatus, error) { return application.Embed(ctx, worker, alone) }
	}
	status, runErr := run(ctx)
	return a.conclude(ctx, store, &f.outputFlags, "resume", status, runErr)
}

// coresFlag adds the flag of a command that measures on this host.
func (a *app) coresFlag(flags *pflag.FlagSet) {
	flags.StringVar(&a.coresDir, "cores-dir", "", "folder of the locks of this host's cores, the same for all who measure on it (default: benchbus-cpu in /run/lock or /tmp)")
}

// newWorker makes a worker that measures on this host's cores, and tells how many
// slots it has: one for each core, unless the configuration says otherwise.
func (a *app) newWorker(bus domain.Bus, executor domain.Executor, cfg application.WorkerConfig) (*application.Worker, int, error) {
	if err := checkTempDir(); err != nil {
		return nil, 0, err
	}
	cpus, err := host.NewSlots(host.SlotsConfig{Dir: a.coresDir, Logger: cfg.Logger})
	if err != nil {
		return nil, 0, unavailable(fmt.Errorf("%w; --cores-dir names it", err))
	}
	if cfg.Slots == 0 {
		cfg.Slots = min(cpus.Cores(), maxWorkers)
	}
	a.stop.executes.Store(true)
	cfg.CPU, cfg.Probe, cfg.Abort = cpus, host.NewProbe(), a.stop.abort
	worker, err := application.NewWorker(bus, executor, cfg)
	return worker, cfg.Slots, err
}

// conclude prints the report of what there is, and turns the end of the run into
// an exit code, see outcome.
func (a *app) conclude(ctx context.Context, store domain.Store, output *outputFlags, again string, status domain.RunStatus, runErr error) error {
	partlyFailed := 0
	if status.Done+status.Failed > 0 {
		var err error
		partlyFailed, err = a.writeReport(context.WithoutCancel(ctx), store, status.ID, output)
		if err != nil && !errors.Is(err, syscall.EPIPE) { // who closed the pipe has read enough
			code := exitIncomplete
			if coded := (*exitError)(nil); errors.As(err, &coded) {
				code = coded.code
			}
			return &exitError{code, fmt.Errorf("%w; the results are kept, print them with: benchbus report %s", err, status.ID)}
		}
	}
	if err := outcome(again, status, runErr); err != nil || partlyFailed == 0 {
		return err
	}
	return errSomeFailed
}
