package application

import (
	"context"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// followEvery is how often Follow looks into the store.
const followEvery = 500 * time.Millisecond

// Follow waits until the process that collects a run's results has no more to do,
// and returns how the run stands then. It is for whoever got domain.ErrRunTaken from
// Runner.Wait. A process that was killed has no more to do either: Follow returns
// once it has been silent for domain.RunnerSilence, and the run is interrupted then.
// Any run that nobody works at is returned at once. When ctx ends, the error is
// ErrInterrupted, and the run goes on. domain.ErrRunNotFound.
func Follow(ctx context.Context, store domain.Store, id domain.RunID) (domain.RunStatus, error) {
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for {
		run, err := store.Run(context.WithoutCancel(ctx), id)
		if err != nil {
			return domain.RunStatus{ID: id}, err
		}
		status := run.RunStatus.At(utc())
		switch {
		case status.State != domain.StateRunning:
			return status, nil
		case ctx.Err() != nil:
			return status, ErrInterrupted
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}
