package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"

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
	address  string        // the broker's, without the password
	queue    string        // of commands
	executor *php.Executor // nil where the workers are elsewhere
	workers  []domain.WorkerHeartbeat
}

func (a *app) openTarget(ctx context.Context, f *runnerFlags, logger *slog.Logger) (*target, error) {
	w := &target{address: rabbitmq.Address(f.address), queue: f.queue}
	var err error
	if !f.remote() {
		if w.executor, err = f.executor(logger); err != nil {
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
	seen, err := application.QueryFleet(ctx, w.bus)
	workers := seen.On(w.queue)
	w.workers = workers
	switch {
	case err != nil:
		return nil, unavailable(fmt.Errorf("ask the workers: %w", err))
	case len(workers) == 0 && len(wanted) == 0:
		return nil, unavailable(fmt.Errorf("no worker answers on %s; start one with `benchbus worker --bus …`, or name the runtimes with --php-version", w.address))
	case len(workers) == 0:
		fmt.Fprintf(a.stderr, "benchbus: no worker answers on %s; the iterations wait for one\n", w.address)
		return [][]domain.RuntimeName{wanted}, nil
	}
	for _, worker := range workers {
		if worker.Outdated() {
			return nil, unavailable(fmt.Errorf("worker %s is too old for this version: it does not accept %s; update it, or stop it", worker.Worker, domain.SchemaExecute))
		}
	}
	union := application.Runtimes(workers)
	for _, name := range wanted {
		if !slices.Contains(union, name) {
			return nil, unavailable(fmt.Errorf("no worker has %s; they have: %s", name, join(union)))
		}
	}
	var available [][]domain.RuntimeName
	for _, worker := range workers {
		available = append(available, worker.Runtimes)
	}
	return available, nil
}

func (w *target) local(wanted []domain.RuntimeName) ([][]domain.RuntimeName, error) {
	for _, name := range wanted {
		if _, err := w.executor.Lookup(name); err != nil {
			return nil, unavailable(fmt.Errorf("%w; to get it, %s", err, howToGet(name)))
		}
	}
	var available []domain.RuntimeName
	for _, r := range w.executor.Runtimes() {
		available = append(available, r.Name)
	}
	if len(available) == 0 {
		return nil, noPHP()
	}
	return [][]domain.RuntimeName{available}, nil
}

// slots is how many iterations are measured at once: on the cores of this host, or
// by the workers that answered when they were asked what is available.
func (w *target) slots(asked int) (slots int) {
	if w.executor == nil {
		for _, worker := range w.workers {
			slots += worker.Slots
		}
		return slots
	}
	cores := len(host.SlotsConfig{}.WithDefaults().Cores)
	return min(cmp.Or(asked, cores), cores)
}
