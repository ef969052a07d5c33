package application

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// Worker takes iterations from the bus, executes them, and answers.
type Worker struct {
	bus      domain.Bus
	executor domain.Executor
	cfg      WorkerConfig
	activity *activity
	health   *health
	scout    *scout
	pulse    *pulse
}

var _ domain.CommandHandler = (*Worker)(nil)

// NewWorker makes a worker that executes with that executor, or says everything
// that is wrong with its configuration.
func NewWorker(bus domain.Bus, executor domain.Executor, cfg WorkerConfig) (*Worker, error) {
	var problems []error
	if bus == nil || executor == nil {
		problems = append(problems, errors.New("a worker needs a bus and an executor"))
	}
	if cfg.Slots < 0 || cfg.Slots > domain.MaxSlots {
		problems = append(problems, fmt.Errorf("a worker has at least 1 slot and at most %d, not %d", domain.MaxSlots, cfg.Slots))
	}
	if cfg.Heartbeat < 0 || cfg.Heartbeat > domain.MaxHeartbeat {
		problems = append(problems, fmt.Errorf("a worker's heartbeat is above 0 and at most %v, not %v", domain.MaxHeartbeat, cfg.Heartbeat))
	}
	problems = append(problems, notNegative("Limit", cfg.Limit), notNegative("RuntimeWait", cfg.RuntimeWait), notNegative("HostWait", cfg.HostWait), notNegative("DrainTimeout", cfg.DrainTimeout))
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	cfg = cfg.WithDefaults()
	w := &Worker{
		bus: bus, executor: executor, cfg: cfg, activity: newActivity(cfg.Limit), health: newHealth(), scout: newScout(bus),
	}
	w.pulse = newPulse(w)
	return w, nil
}

// Run works until the context ends, and then drains: it finishes what is
// running, answers, and takes nothing new. It returns nil after a clean end.
func (w *Worker) Run(ctx context.Context) error { return w.run(ctx, nil) }

// run is Run with another way to cut running iterations short.
func (w *Worker) run(ctx context.Context, abort <-chan struct{}) error {
	either, done := make(chan struct{}), make(chan struct{})
	go func() {
		select {
		case <-abort:
			close(either)
		case <-w.cfg.Abort:
			close(either)
		case <-done:
		}
	}()
	defer close(done)
	defer w.pulse.run(ctx)()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		select {
		case <-w.activity.limitReached:
			stop()
		case <-either:
			stop()
		case <-done:
		}
	}()
	for {
		err := w.consume(ctx, either)
		if err != nil || ctx.Err() != nil {
			return err
		}
		w.cfg.Logger.Error("this host cannot execute benchmarks, taking nothing until it can", "error", w.health.trouble())
		w.pulse.ask()
		if err := w.health.recover(ctx, w.executor, w.cfg.HostWait); err != nil || ctx.Err() != nil {
			return err
		}
		w.cfg.Logger.Info("taking iterations again")
		w.pulse.ask()
	}
}

// consume takes iterations until ctx ends, or until the host cannot execute them.
func (w *Worker) consume(ctx context.Context, abort <-chan struct{}) error {
	taking, stop := context.WithCancel(ctx)
	defer stop()
	fallen := w.health.fallen()
	go func() {
		select {
		case <-fallen:
			stop()
		case <-taking.Done():
		}
	}()
	return w.bus.Consume(taking, domain.Consumer{
		Name: w.cfg.Name, Slots: w.cfg.Slots, DrainTimeout: w.cfg.DrainTimeout, Abort: abort,
	}, w)
}

// inflightTime bounds how long a command is in flight, waiting included: RabbitMQ
// takes it away after half an hour.
const inflightTime = 28 * time.Minute

// Handle executes one iteration and publishes its result; it is called by the bus.
func (w *Worker) Handle(ctx context.Context, cmd domain.ExecuteBenchmark) error {
	if err := w.requires(ctx, cmd); err != nil {
		return err
	}
	if w.health.trouble() != "" { // it came while the worker stepped aside
		return &domain.RequeueError{Delay: domain.RequeueDelay, Reason: "this host cannot execute benchmarks"}
	}
	waiting, stop := context.WithTimeout(ctx, max(inflightTime-cmd.IterationTimeout, time.Minute))
	defer stop()
	running, err := w.activity.begin(waiting, cmd, w.cfg.Now())
	if err != nil {
		return waited(ctx, waiting, err)
	}
	end := errPanicked // where the next line does not return
	defer func() { w.activity.end(running, end) }()
	end = w.onCore(ctx, waiting, cmd)
	if ctx.Err() == nil { // not cut short
		w.health.note(end)
	}
	end = elsewhere(cmd, end)
	return end
}

func (w *Worker) onCore(ctx, waiting context.Context, cmd domain.ExecuteBenchmark) (err error) {
	cpu, release, err := w.cfg.CPU.Acquire(waiting)
	if err != nil && waiting.Err() == nil {
		return domain.Fail(domain.ClassHost, "no core can be had to measure on: %w", err)
	}
	if err != nil {
		return waited(ctx, waiting, err)
	}
	defer func() { releaseAfter(err, release) }()
	return w.execute(ctx, cmd, cpu)
}

var errPanicked = errors.New("the executor panicked")

// waited turns the error of a wait that took too long: the iteration goes back,
// at the cost of no attempt.
func waited(ctx, waiting context.Context, err error) error {
	if waiting.Err() != nil && ctx.Err() == nil {
		return &domain.RequeueError{Reason: "it waited too long for its turn"}
	}
	return err
}

func (w *Worker) execute(ctx context.Context, cmd domain.ExecuteBenchmark, cpu int) error {
	started := w.cfg.Now()
	if !cmd.Deadline.IsZero() && !started.Before(cmd.Deadline) {
		return domain.Fail(domain.ClassExpired, "the deadline %s was over before the iteration began", cmd.Deadline.Format(time.RFC3339))
	}
	release, err := w.fetch(ctx, cmd)
	if err != nil {
		return err
	}
	defer release()
	observed := w.cfg.Probe.Watch()
	work := cmd.Work()
	work.CPU = cpu
	measured, err := w.measure(ctx, work, cmd)
	if err != nil {
		return err
	}
	result := w.result(cmd)
	result.Load, result.Samples, result.VariantFailures = observed(), measured.Samples, measured.Failures
	result.Environments = measured.Environments
	result.Started, result.Took = started, w.cfg.Now().Sub(started)
	w.cfg.Logger.Debug("iteration executed", "message", cmd.MessageID(), "attempt", cmd.Attempt, "took", result.Took)
	return w.reply(ctx, cmd, result)
}

// reply sends a result until the broker has confirmed it: what was measured is
// not measured again because the broker was away for a while.
func (w *Worker) reply(ctx context.Context, cmd domain.ExecuteBenchmark, result domain.IterationExecuted) error {
	return domain.SendUntilConfirmed(ctx, func() error { return w.bus.Reply(ctx, cmd.ReplyTo, result) }, func() {
		w.cfg.Logger.Warn("the broker did not confirm a result, sending it again", "message", cmd.MessageID())
	})
}

// measure has the iteration executed. A variant that failed for a reason that
// another try may help fails the try, unless it is the last: then what the others
// measured is kept.
func (w *Worker) measure(ctx context.Context, it domain.Iteration, cmd domain.ExecuteBenchmark) (domain.Measurement, error) {
	limited, cancel := context.WithTimeout(ctx, cmd.IterationTimeout)
	defer cancel()
	m, err := w.call(limited, it)
	if err != nil {
		var known *domain.ExecutionError
		if !errors.As(err, &known) && limited.Err() != nil && ctx.Err() == nil {
			return m, domain.Fail(domain.ClassTimeout, "the iteration did not end within %v: %w", cmd.IterationTimeout, err)
		}
		return m, err
	}
	for i, f := range m.Failures {
		if f.Class.Transient() && !cmd.LastAttempt {
			return m, &domain.ExecutionError{Class: f.Class, Output: f.Output, Err: errors.New(f.Message)}
		}
		m.Failures[i].Attempts = cmd.Attempt
	}
	return m, m.Check(it)
}

// GiveUp tells the run that the iteration failed for good; it is called by the bus.
func (w *Worker) GiveUp(ctx context.Context, cmd domain.ExecuteBenchmark, failure domain.Failure) error {
	result := w.result(cmd)
	result.Started, result.Failure = w.cfg.Now(), &failure
	w.activity.gaveUp()
	return w.reply(ctx, cmd, result)
}

// result begins the answer to a command.
func (w *Worker) result(cmd domain.ExecuteBenchmark) domain.IterationExecuted {
	return domain.IterationExecuted{
		Schema: domain.SchemaExecuted, RunID: cmd.RunID, Iteration: cmd.Iteration, Entry: cmd.Entry.Name(),
		Attempt: cmd.Attempt, Worker: w.cfg.Name, Host: w.cfg.Probe.Host(),
	}
}

func utc() time.Time { return time.Now().UTC() }
