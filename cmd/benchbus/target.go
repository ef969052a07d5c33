package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/benchbus/benchbus/adapters/host"
	"github.com/benchbus/benchbus/adapters/php"
	"github.com/benchbus/benchbus/adapters/rabbitmq"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// target is where iterations are executed: in this process, or by the workers
// on a broker.
type target struct {
	bus      domain.Bus
	address  string              // the broker's, without the password
	queue    string              // of commands
	executor *php.Executor       // nil where the workers are elsewhere
	sources  *lazyTrees          // of the executor
	workers  application.Workers // those that answered
	counts   bool                // instructions, in this process
}

func (a *app) openTarget(ctx context.Context, f *runnerFlags, logger *slog.Logger) (*target, error) {
	w := &target{address: rabbitmq.Address(f.address), queue: f.queue}
	var err error
	if !f.remote() {
		w.sources = f.trees(logger)
		if w.executor, err = f.executor(logger, w.sources); err != nil {
			return nil, err
		}
	}
	w.bus, err = f.busFlags.open(logger)
	return w, err
}

// available returns the runtimes that each worker has, or says why a wanted one
// cannot be had.
func (w *target) available(ctx context.Context, a *app, wanted []domain.RuntimeName) ([][]domain.RuntimeName, error) {
	if w.executor != nil {
		return w.local(wanted)
	}
	workers, err := application.Available(ctx, w.bus, wanted...)
	w.workers = workers
	var missing *application.MissingRuntimeError
	var outdated *application.OutdatedError
	switch {
	case errors.Is(err, application.ErrNoWorker) && len(wanted) == 0:
		return nil, unavailable(fmt.Errorf("%w on %s; start one with `benchbus worker --bus …`, or name the runtimes with --php-version", err, w.address))
	case errors.Is(err, application.ErrNoWorker):
		fmt.Fprintf(a.stderr, "benchbus: %v on %s; the iterations wait for one\n", err, w.address)
		return [][]domain.RuntimeName{wanted}, nil
	case errors.As(err, &missing):
		return nil, unavailable(fmt.Errorf("no worker has %s; they have: %s", missing.Runtime, join(missing.Have)))
	case errors.As(err, &outdated):
		return nil, unavailable(err)
	case err != nil:
		return nil, unavailable(fmt.Errorf("ask the workers: %w", err))
	}
	return workers.Available(wanted...), nil
}

func (w *target) local(wanted []domain.RuntimeName) ([][]domain.RuntimeName, error) {
	here, err := application.AvailableHere(w.executor, wanted...)
	var missing *application.MissingRuntimeError
	switch {
	case errors.As(err, &missing):
		_, err := w.executor.Lookup(missing.Runtime) // which says where it looked
		return nil, unavailable(fmt.Errorf("%w; to get it, %s", cmp.Or(err, error(missing)), howToGet(missing.Runtime)))
	case len(here) == 0:
		return nil, noPHP()
	}
	return [][]domain.RuntimeName{here}, nil
}

// requireCounting finds out before anything is measured whether instructions can be
// counted, if the plan asks for that.
func (w *target) requireCounting(ctx context.Context, plan domain.Plan) (err error) {
	switch {
	case !plan.CountInstructions:
		return nil
	case w.executor == nil:
		err = w.workers.CanCount()
	default:
		err = w.executor.CanCount(ctx)
	}
	if err != nil {
		return unavailable(err)
	}
	w.counts = true
	return nil
}

// slots is how many iterations are measured at once: on the cores of this host, or
// by the workers that answered when they were asked what is available.
func (w *target) slots(asked int) int {
	if w.executor == nil {
		return w.workers.Slots()
	}
	cores := len(host.SlotsConfig{}.WithDefaults().Cores)
	return min(cmp.Or(asked, cores), cores)
}
