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

// AnswerTime is how long after a status request the answers of all workers are in.
const AnswerTime = time.Second

// askPatience bounds how long the status request itself may take to be sent.
const askPatience = 10 * time.Second

// fleet is what has been heard of the workers.
type fleet struct {
	mu    sync.Mutex
	fleet domain.Fleet
}

func (f *fleet) observe(beat domain.WorkerHeartbeat) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fleet.Observe(beat, time.Now())
}

// ask calls the function with the fleet as it is now.
func ask[T any](f *fleet, question func(*domain.Fleet, time.Time) T) T {
	f.mu.Lock()
	defer f.mu.Unlock()
	return question(&f.fleet, time.Now())
}

// FleetStatus is what a status request showed.
type FleetStatus struct {
	// Workers are those that answered, in order of their names.
	Workers Workers
	// Runs are those whose runners answered, in order of their ids.
	Runs []domain.RunEvent
}

// QueryFleet asks all workers and runners how they stand, and waits for AnswerTime.
// errors.ErrUnsupported where the bus carries no answers.
func QueryFleet(ctx context.Context, bus domain.EventBus) (FleetStatus, error) {
	var f fleet
	runs := map[domain.RunID]domain.RunEvent{}
	waitForAll := func(listening context.Context) { _ = pause(listening, AnswerTime) }
	err := question(ctx, bus, []domain.Subject{domain.SubjectWorkers, domain.SubjectRuns}, waitForAll, func(e domain.Event) {
		switch e := e.(type) {
		case domain.WorkerHeartbeat:
			f.observe(e)
		case domain.RunEvent:
			if delete(runs, e.RunID); e.State == domain.StateRunning {
				runs[e.RunID] = e
			}
		}
	})
	seen := FleetStatus{Workers: ask(&f, (*domain.Fleet).Alive)}
	for _, id := range slices.Sorted(maps.Keys(runs)) {
		seen.Runs = append(seen.Runs, runs[id])
	}
	return seen, err
}

// question sends a status request, and hands the events about the subjects to the
// function until wait, which begins once the request is out, has returned.
func question(ctx context.Context, bus domain.EventBus, subjects []domain.Subject, wait func(context.Context), each func(domain.Event)) error {
	listening, stop := context.WithTimeout(ctx, AnswerTime+askPatience)
	defer stop()
	var asked error
	var asking sync.WaitGroup
	err := bus.Watch(listening, subjects, func() {
		asking.Go(func() {
			defer stop()
			if asked = bus.Announce(listening, domain.StatusRequest{Schema: domain.SchemaStatusRequest, At: utc()}); asked == nil {
				wait(listening)
			}
		})
	}, each)
	asking.Wait()
	return errors.Join(err, asked, ctx.Err())
}
