package application

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// CensusTime is how long after a census the answers of all workers are in.
const CensusTime = time.Second

// fleet is what a worker or a runner has heard of the workers.
type fleet struct {
	self string // the worker that hears; empty for a runner

	mu        sync.Mutex
	fleet     domain.Fleet
	heardSelf bool      // at some time
	whole     time.Time // when all that live will have been heard; zero before it hears
}

func newFleet(self string) *fleet { return &fleet{self: self} }

func (f *fleet) hear(beat domain.WorkerHeartbeat) {
	_, alive := f.own()
	f.mu.Lock()
	defer f.mu.Unlock()
	now := time.Now()
	if beat.Worker == f.self {
		// After a gap the others are believed gone until they are heard again.
		if f.heardSelf && !alive {
			f.whole = now.Add(domain.BeatsMissed * beat.Interval)
		}
		f.heardSelf = true
	}
	f.fleet.Hear(beat, now)
}

func (f *fleet) listening() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.whole = time.Now().Add(CensusTime)
}

// own is a worker's own last heartbeat, if it has heard it lately.
func (f *fleet) own() (domain.WorkerHeartbeat, bool) {
	alive := ask(f, (*domain.Fleet).Alive)
	i := slices.IndexFunc(alive, func(w domain.WorkerHeartbeat) bool { return w.Worker == f.self })
	if i < 0 {
		return domain.WorkerHeartbeat{}, false
	}
	return alive[i], true
}

// complete tells a worker whether all that live have been heard: it hears itself,
// and has done so for a while.
func (f *fleet) complete() bool {
	_, alive := f.own()
	f.mu.Lock()
	defer f.mu.Unlock()
	return alive && !f.whole.IsZero() && !time.Now().Before(f.whole)
}

// ask calls the function with the fleet as it is now.
func ask[T any](f *fleet, question func(*domain.Fleet, time.Time) T) T {
	f.mu.Lock()
	defer f.mu.Unlock()
	return question(&f.fleet, time.Now())
}

// Sighting is what a census showed.
type Sighting struct {
	// Workers are those that answered, in order of their names.
	Workers []domain.WorkerHeartbeat `json:"workers"`
	// Runs are those whose runners answered, in order of their ids.
	Runs []domain.RunEvent `json:"runs"`
}

// On returns the workers that take from that queue of commands; empty is the
// common one.
func (s Sighting) On(queue string) (workers []domain.WorkerHeartbeat) {
	for _, w := range s.Workers {
		if w.Queue == queue {
			workers = append(workers, w)
		}
	}
	return workers
}

// Runtimes returns the runtimes that any of the workers has, sorted.
func Runtimes(workers []domain.WorkerHeartbeat) []domain.RuntimeName {
	var all []domain.RuntimeName
	for _, w := range workers {
		all = append(all, w.Runtimes...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Census asks all workers and runners how they stand, and waits for CensusTime.
func Census(ctx context.Context, bus domain.EventBus) (Sighting, error) {
	f, runs := newFleet(""), map[domain.RunID]domain.RunEvent{}
	listening, stop := context.WithTimeout(ctx, CensusTime+censusPatience)
	defer stop()
	var asked error
	var asking sync.WaitGroup
	err := bus.Watch(listening, []domain.Subject{domain.SubjectWorkers, domain.SubjectRuns}, func() {
		asking.Go(func() {
			defer stop()
			if asked = bus.Announce(listening, domain.FleetCensus{Schema: domain.SchemaCensus, At: utc()}); asked != nil {
				return
			}
			select {
			case <-time.After(CensusTime):
			case <-listening.Done():
			}
		})
	}, func(e domain.Event) {
		switch e := e.(type) {
		case domain.WorkerHeartbeat:
			f.hear(e)
		case domain.RunEvent:
			if delete(runs, e.RunID); e.State == domain.StateRunning {
				runs[e.RunID] = e
			}
		}
	})
	asking.Wait()
	seen := Sighting{Workers: ask(f, (*domain.Fleet).Alive)}
	for _, id := range slices.Sorted(maps.Keys(runs)) {
		seen.Runs = append(seen.Runs, runs[id])
	}
	return seen, errors.Join(err, asked, ctx.Err())
}

// censusPatience bounds how long the census itself may take to be sent.
const censusPatience = 10 * time.Second
