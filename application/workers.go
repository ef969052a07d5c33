package application

import (
	"slices"

	"github.com/benchbus/benchbus/domain"
)

// Workers holds the last heartbeats of workers that are alive, by name.
type Workers []domain.WorkerHeartbeat

// On returns the workers that take commands from that queue; an empty name means the
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

// Available returns the runtimes of each worker, as a [Selection] needs them. A worker
// that cannot list its runtimes takes every command, so it counts as having the wanted
// ones.
func (w Workers) Available(wanted ...domain.RuntimeName) [][]domain.RuntimeName {
	all := make([][]domain.RuntimeName, len(w))
	for i, worker := range w {
		if all[i] = worker.Runtimes; len(all[i]) == 0 {
			all[i] = wanted
		}
	}
	return all
}

// Outdated returns the workers that would refuse the commands of this version.
func (w Workers) Outdated() (workers Workers) {
	for _, worker := range w {
		if worker.Outdated() {
			workers = append(workers, worker)
		}
	}
	return workers
}

// Slots returns the number of iterations that the workers can execute at once.
func (w Workers) Slots() (n int) {
	for _, worker := range w {
		n += worker.Slots
	}
	return n
}

// Running returns the number of iterations in flight at the workers. As many messages
// of their queue are unacknowledged.
func (w Workers) Running() (n int) {
	for _, worker := range w {
		n += len(worker.Running)
	}
	return n
}

// PerSecond returns the number of results that the workers have lately sent per second.
func (w Workers) PerSecond() (rate float64) {
	for _, worker := range w {
		rate += worker.PerSecond
	}
	return rate
}

// check returns an *OutdatedError if one of the workers would refuse the commands of
// this version.
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
