package benchbus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/benchbus/benchbus/adapters/inmem"
	"github.com/benchbus/benchbus/adapters/memstore"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// Config holds the optional settings of [Measure]; the zero value works.
type Config struct {
	// Store keeps the run and its results; Measure does not close it. A run in a
	// store that outlives the process can be resumed: see [application.Runner].
	// Defaults to a store in memory, which ends with Measure.
	Store domain.Store
	// Slots is how many iterations are executed at once. More than one measure
	// beside each other, and disturb each other unless CPU keeps them apart.
	// Defaults to 1.
	Slots int
	// CPU grants the cores to measure on, such as host.NewSlots of adapters/host.
	// Defaults to nil, which means that nothing is reserved and nothing pinned.
	CPU domain.CPUSlots
	// Probe tells about the machine and how busy it is, such as host.NewProbe of
	// adapters/host. Defaults to one that knows the machine's name, operating
	// system, architecture and cores, and nothing of its load.
	Probe domain.HostProbe
	// Report says how the report is read: baselines, clock, margin. Defaults to the
	// zero value, whose fields say what that means.
	Report stats.Options
	// OnEvent is told how the run stands: when it starts, after each batch of
	// results, and when it ends. One call at a time; it must not block. Defaults
	// to nil.
	OnEvent func(domain.RunEvent)
	// DrainTimeout is how long iterations that are being executed when the
	// context ends may go on before they are cut short. Defaults to 10 s.
	DrainTimeout time.Duration
	// Logger hears of retries and of iterations given up. Defaults to silence.
	Logger *slog.Logger
}

// WithDefaults returns the configuration with its defaults filled in.
func (c Config) WithDefaults() Config {
	if c.Store == nil {
		c.Store = memstore.New()
	}
	if c.Slots == 0 {
		c.Slots = 1
	}
	if c.Probe == nil {
		c.Probe = machine{}
	}
	if c.DrainTimeout == 0 {
		c.DrainTimeout = 10 * time.Second
	}
	return c
}

// Measure executes the plan with the executor and returns the report. It runs a
// worker and a runner in this process, and a bus between them: an iteration is
// retried, counted once and recorded as it would be by a fleet.
//
// Iterations that fail are in the report and are no error. An error says that the
// plan is wrong or that the run could not go on. The report then holds what was
// measured until then, and is empty where nothing was begun. When ctx ends, what
// is being executed is still finished and recorded; the error is then
// application.ErrInterrupted and the cause of ctx's end.
func Measure(ctx context.Context, executor domain.Executor, plan domain.Plan, cfg Config) (stats.Report, error) {
	cfg = cfg.WithDefaults()
	if err := cfg.Report.Check(plan); err != nil { // before anything is measured
		return stats.Report{}, err
	}
	if plan.CountInstructions {
		if err := application.CanCountHere(ctx, executor); err != nil {
			return stats.Report{}, err
		}
	}
	now := time.Now().UTC()
	run, err := domain.NewRun(application.NewRunID(now), plan, now)
	if err != nil {
		return stats.Report{}, err
	}
	transport, err := inmem.New(inmem.Config{})
	if err != nil {
		return stats.Report{}, err
	}
	bus, err := watermillbus.New(transport, transport, watermillbus.Config{Logger: cfg.Logger})
	if err != nil {
		return stats.Report{}, err
	}
	defer bus.Close()
	worker, err := application.NewWorker(bus, executor, application.WorkerConfig{
		Slots: cfg.Slots, CPU: cfg.CPU, Probe: cfg.Probe, DrainTimeout: cfg.DrainTimeout, Logger: cfg.Logger,
		CountsInstructions: plan.CountInstructions, RuntimeWait: 1, HostWait: 10 * time.Second, // no other worker can come
	})
	if err != nil {
		return stats.Report{}, err
	}
	runner, err := application.NewRunner(bus, application.RunnerConfig{Store: cfg.Store, OnEvent: cfg.OnEvent, Logger: cfg.Logger})
	if err != nil {
		return stats.Report{}, err
	}
	_, err = application.Embed(ctx, worker, func(ctx context.Context) (domain.RunStatus, error) { return runner.Run(ctx, run) })
	if err != nil && ctx.Err() != nil {
		err = fmt.Errorf("%w: %w", err, context.Cause(ctx))
	}
	report, unreadable := application.Report(context.WithoutCancel(ctx), cfg.Store, run.ID, cfg.Report)
	return report, errors.Join(err, unreadable)
}
