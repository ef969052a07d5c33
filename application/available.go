package application

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/benchbus/benchbus/domain"
)

// ErrNoWorker says that no worker of the queue answers. Commands that are dispatched
// wait for one. Match it with errors.Is.
var ErrNoWorker = errors.New("no worker answers")

// MissingRuntimeError says that no worker or executor that was asked has a wanted
// runtime. Match it with errors.As.
type MissingRuntimeError struct {
	Runtime domain.RuntimeName
	Have    []domain.RuntimeName // the runtimes that they have, sorted
}

func (e *MissingRuntimeError) Error() string {
	return fmt.Sprintf("runtime %s is not available; there are: %v", e.Runtime, e.Have)
}

// QueryWorkers asks the workers of the bus's queue of commands for their status, and
// waits for AnswerTime. It returns those that answered, which may be none. Their
// methods say what they have, and which of them are too old. It returns
// errors.ErrUnsupported if the bus carries no answers.
func QueryWorkers(ctx context.Context, bus domain.Bus) (Workers, error) {
	seen, err := QueryFleet(ctx, bus)
	return seen.Workers.On(bus.Queue()), err
}

// Available asks the workers of the bus's queue, as QueryWorkers does, and reports
// whether they can execute a run. It returns ErrNoWorker if none answers, an
// *OutdatedError if one would refuse the run's commands, and a *MissingRuntimeError if
// none has one of the wanted runtimes. In each case it also returns the workers that
// answered. Workers.Available returns what each of them has, which a [Selection] needs.
func Available(ctx context.Context, bus domain.Bus, wanted ...domain.RuntimeName) (Workers, error) {
	workers, err := QueryWorkers(ctx, bus)
	switch {
	case err != nil:
		return workers, err
	case len(workers) == 0:
		return workers, ErrNoWorker
	}
	if err := workers.check(); err != nil {
		return workers, err
	}
	return workers, lacking(workers.Available(wanted...), wanted)
}

// AvailableHere is Available for an executor of this process. It returns the runtimes
// of the executor, and a *MissingRuntimeError if the executor lacks a wanted one.
func AvailableHere(executor domain.RuntimeLister, wanted ...domain.RuntimeName) ([]domain.RuntimeName, error) {
	here := namesOf(executor.Runtimes())
	return here, lacking([][]domain.RuntimeName{here}, wanted)
}

// lacking returns a *MissingRuntimeError for the first wanted runtime that is in none
// of the sets.
func lacking(available [][]domain.RuntimeName, wanted []domain.RuntimeName) error {
	have := slices.Concat(available...)
	slices.Sort(have)
	have = slices.Compact(have)
	for _, name := range wanted {
		if !slices.Contains(have, name) {
			return &MissingRuntimeError{Runtime: name, Have: have}
		}
	}
	return nil
}

func namesOf(runtimes []domain.Runtime) []domain.RuntimeName {
	names := make([]domain.RuntimeName, len(runtimes))
	for i, r := range runtimes {
		names[i] = r.Name
	}
	return names
}
