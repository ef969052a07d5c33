package application

import (
	"context"
	"sync"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// CensusTime is how long after a census the answers of all workers are in.
const CensusTime = time.Second

// fleet is what a worker or a runner has heard of the workers.
type fleet struct {
	mu    sync.Mutex
	fleet domain.Fleet
	since time.Time // when it began to hear; zero before
}

func newFleet() *fleet { return &fleet{} }

func (f *fleet) hear(beat domain.WorkerHeartbeat) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fleet.Hear(beat, time.Now())
}

func (f *fleet) listening() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.since = time.Now()
}

// complete tells whether all that live have been heard.
func (f *fleet) complete() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return !f.since.IsZero() && time.Since(f.since) >= CensusTime
}

// ask calls the function with the fleet as it is now.
func ask[T any](f *fleet, question func(*domain.Fleet, time.Time) T) T {
	f.mu.Lock()
	defer f.mu.Unlock()
	return question(&f.fleet, time.Now())
}

// Fleet asks all workers for a heartbeat, waits for CensusTime, and returns
// those that answered, in order of their names.
func Fleet(ctx context.Context, bus domain.EventBus) ([]domain.WorkerHeartbeat, error) {
	f := newFleet()
	listening, stop := context.WithTimeout(ctx, CensusTime+censusPatience)
	defer stop()
	err := bus.Watch(listening, func() {
		go func() {
			if err := bus.Announce(listening, domain.FleetCensus{Schema: domain.SchemaCensus, At: utc()}); err != nil {
				stop()
				return
			}
			select {
			case <-time.After(CensusTime):
			case <-listening.Done():
			}
			stop()
		}()
	}, func(e domain.Event) {
		if beat, ok := e.(domain.WorkerHeartbeat); ok {
			f.hear(beat)
		}
	})
	if err == nil {
		err = ctx.Err()
	}
	return ask(f, (*domain.Fleet).Alive), err
}

// censusPatience bounds how long the census itself may take to be sent.
const censusPatience = 10 * time.Second
