package application

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// Errors of a [Runner]; match them with errors.Is.
var (
	// ErrInterrupted says that the context ended before the run was over. What
	// had come in by then is recorded; the rest can be resumed.
	ErrInterrupted = errors.New("interrupted before every iteration was accounted for")
	// ErrCancelled says that the run was cancelled meanwhile, by somebody else.
	ErrCancelled = errors.New("the run was cancelled")
	// ErrNotResumable says that the run was cancelled.
	ErrNotResumable = errors.New("a cancelled run cannot be taken up again; start a new one")
)

// RunnerConfig holds the optional settings of a [Runner]; the zero value works.
type RunnerConfig struct {
	// Store records runs and results. Defaults to nil, which records nothing:
	// results reach OnResult alone, and nothing can be resumed.
	Store domain.Store
	// OnEvent is told how a run stands: when it starts, after each batch of
	// results, and when it ends. One call at a time for each run; it must not
	// block. Defaults to nil.
	OnEvent func(domain.RunEvent)
	// OnResult gets every result once, after it was recorded. One call at a
	// time for each run; it must not block. Defaults to nil.
	OnResult func(domain.IterationExecuted)
	// ProgressEvery is the shortest time between two progress events on the
	// bus. Defaults to 1 s.
	ProgressEvery time.Duration
	// Grace is how long an interrupted runner waits for results that are on
	// their way, counted from the last one, and four times as long at most: a
	// busy fleet always has one more. Defaults to 250 ms.
	Grace time.Duration
	// StallAfter is how long no result may come before the runner looks
	// whether what is outstanding is lost: a queue may have been deleted. What
	// no queue and no worker has is sent again. Defaults to 10 s.
	StallAfter time.Duration
	// Now is the clock. Defaults to time.Now, in UTC.
	Now func() time.Time
	// Logger hears of what is wrong but no reason to stop. Defaults to silence.
	Logger *slog.Logger
}

// WithDefaults returns the configuration with its defaults filled in.
func (c RunnerConfig) WithDefaults() RunnerConfig {
	if c.OnEvent == nil {
		c.OnEvent = func(domain.RunEvent) {}
	}
	if c.OnResult == nil {
		c.OnResult = func(domain.IterationExecuted) {}
	}
	if c.ProgressEvery == 0 {
		c.ProgressEvery = time.Second
	}
	if c.Grace == 0 {
		c.Grace = 250 * time.Millisecond
	}
	if c.StallAfter == 0 {
		c.StallAfter = 10 * time.Second
	}
	if c.Now == nil {
		c.Now = utc
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// Runner dispatches the iterations of a run, records the results, and decides
// when the run is over. One runner can run several runs at once.
type Runner struct {
	bus domain.Bus
	cfg RunnerConfig
}

// NewRunner makes a runner, or says everything that is wrong with its configuration.
func NewRunner(bus domain.Bus, cfg RunnerConfig) (*Runner, error) {
	var problems []error
	if bus == nil {
		problems = append(problems, errors.New("a runner needs a bus"))
	}
	problems = append(problems, notNegative("ProgressEvery", cfg.ProgressEvery), notNegative("Grace", cfg.Grace), notNegative("StallAfter", cfg.StallAfter))
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return &Runner{bus: bus, cfg: cfg.WithDefaults()}, nil
}

// notNegative refuses a negative field of a configuration.
func notNegative[N ~int | ~int64](field string, value N) error {
	if value < 0 {
		return fmt.Errorf("%s is %v; it cannot be negative, and 0 means the default", field, value)
	}
	return nil
}

// Run executes a new run, as domain.NewRun makes it, and returns when every
// iteration is accounted for, or with an error: ErrInterrupted when the context
// ended, any other when the runner could not go on. The status is how the run stands in either case.
//
// It asks first whether the workers accept what it dispatches. Where one of its queue
// lives that would refuse it, the error is an *OutdatedError, where one cannot count the
// instructions that the plan asks for, a *CannotCountError, and nothing is
// recorded or dispatched. Where nobody takes from the queue it does not wait, and
// where nobody can tell it goes on; of a worker that comes later the Logger hears.
func (r *Runner) Run(ctx context.Context, run domain.Run) (domain.RunStatus, error) {
	if err := r.create(ctx, run); err != nil {
		return run.RunStatus, err
	}
	return r.runSession(ctx, run.ID, fresh(run), dispatchAll)
}

// fresh is the beginning of a run that has no results.
func fresh(run domain.Run) func() (*domain.Orchestrator, error) {
	return func() (*domain.Orchestrator, error) {
		return domain.NewOrchestrator(run, func(func(domain.Recorded) bool) {}), nil
	}
}

func (r *Runner) create(ctx context.Context, run domain.Run) error {
	if err := run.Validate(); err != nil {
		return fmt.Errorf("the run cannot be executed; make the run with domain.NewRun: %w", err)
	}
	if err := r.refuseWorkers(ctx, run.Plan); err != nil {
		return err
	}
	if r.cfg.Store == nil {
		return nil
	}
	if err := r.cfg.Store.CreateRun(ctx, run); err != nil {
		return fmt.Errorf("record the run: %w", err)
	}
	return nil
}

// Detach dispatches a new run and returns once every iteration is on the bus.
// Somebody has to collect the results later: see Wait. A transport may forget a
// reply queue that nobody has collected from for a while, as RabbitMQ's does after
// 24 h; what was in it is then executed again. It refuses workers that are too old,
// as Run does.
func (r *Runner) Detach(ctx context.Context, run domain.Run) (domain.RunStatus, error) {
	if r.cfg.Store == nil {
		return run.RunStatus, errors.New("a run can be collected later only with a store")
	}
	if err := r.create(ctx, run); err != nil {
		return run.RunStatus, err
	}
	return r.runSession(ctx, run.ID, fresh(run), dispatchOnly)
}

// Resume takes up a stored run and executes exactly the iterations that have no
// result. It returns like Run, and refuses workers that are too old, as Run does; a
// run that is complete is left as it is.
func (r *Runner) Resume(ctx context.Context, id domain.RunID) (domain.RunStatus, error) {
	return r.attach(ctx, id, dispatchAll)
}

// Wait takes up a stored run whose iterations are on the bus already, and
// collects their results. It returns like Run, and sends again only what is
// lost. domain.ErrRunTaken where another process collects them; see Follow.
func (r *Runner) Wait(ctx context.Context, id domain.RunID) (domain.RunStatus, error) {
	return r.attach(ctx, id, dispatchNone)
}

func (r *Runner) attach(ctx context.Context, id domain.RunID, what dispatching) (domain.RunStatus, error) {
	if r.cfg.Store == nil {
		return domain.RunStatus{}, errors.New("a run can be resumed only from a store")
	}
	run, err := r.cfg.Store.Run(ctx, id)
	switch {
	case err != nil:
		return domain.RunStatus{}, err
	case run.State == domain.StateCancelled:
		return run.RunStatus, ErrNotResumable
	case run.State == domain.StateCompleted:
		return run.RunStatus, nil
	}
	if what != dispatchNone {
		if err := r.refuseWorkers(ctx, run.Plan); err != nil {
			return run.RunStatus, err
		}
	}
	return r.runSession(ctx, id, func() (*domain.Orchestrator, error) { return r.load(ctx, id) }, what)
}

// load makes an orchestrator of a run as the store has it.
func (r *Runner) load(ctx context.Context, id domain.RunID) (*domain.Orchestrator, error) {
	run, err := r.cfg.Store.Run(ctx, id)
	if err != nil {
		return nil, err
	}
	var failed error
	orchestrator := domain.NewOrchestrator(run, func(yield func(domain.Recorded) bool) {
		for recorded, err := range r.cfg.Store.Recorded(ctx, id) {
			if err != nil {
				failed = fmt.Errorf("read what is recorded: %w", err)
				return
			}
			if !yield(recorded) {
				return
			}
		}
	})
	return orchestrator, failed
}
