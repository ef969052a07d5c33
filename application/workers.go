package application

import (
	"slices"

	"github.com/benchbus/benchbus/domain"
)

// Workers are the last heartbeats of workers that live, in order of their names.
type Workers []domain.WorkerHeartbeat

// On returns the workers that take from that queue of commands; empty is the
// common one.
func (w Workers) On(queue string) (workers Workers) {
	for _, worker := range w {
		if worker.Queue == queue {
			workers = append(workers, worker)
		}
	}
	return workers
}

// Runtimes returns the runtimes that any of the workers has, sorted.
func (w Workers) Runtimes() []domain.RuntimeName {
	var all []domain.RuntimeName
	for _, worker := range w {
		all = append(all, worker.Runtimes...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Available returns the runtimes of each worker, as a [Selection] wants them. A worker
// that cannot tell what it has takes whatever comes: it counts as having those
// that are wanted.
func (w Workers) Available(wanted ...domain.RuntimeName) [][]domain.RuntimeName {
	all := make([][]domain.RuntimeName, len(w))
	for i, worker := range w {
		if all[i] = worker.Runtimes; len(all[i]) == 0 {
			all[i] = wanted
		}
	}
	return all
}

// Outdated returns the workers that would refuse what is dispatched today.
func (w Workers) Outdated() (workers Workers) {
	for _, worker := range w {
		if worker.Outdated() {
			workers = append(workers, worker)
		}
	}
	return workers
}

// Slots is how many iterations the workers execute at once.
func (w Workers) Slots() (n int) {
	for _, worker := range w {
		n += worker.Slots
	}
	return n
}

// Running is how many iterations the workers have in hand: as many messages of their
// queue are not acknowledged.
func (w Workers) Running() (n int) {
	for _, worker := range w {
		n += len(worker.Running)
	}
	return n
}

// PerSecond is how many results the workers send per second, lately.
func (w Workers) PerSecond() (rate float64) {
	for _, worker := range w {
		rate += worker.PerSecond
	}
	return rate
}

// check is why nothing can be dispatched to the workers: an *OutdatedError; nil
// where they would all accept it.
func (w Workers) check() error {
	outdated := w.Outdated()
	if len(outdated) == 0 {
		return nil
	}
	found := &OutdatedError{Lacks: domain.SchemaExecute}
	for _, worker := range outdated {
		found.Workers = append(found.Workers, worker.Worker)
	}
	slices.Sort(found.Workers)
	return found
}
