package application

import (
	"context"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// followEvery is the time between two looks of Follow into the store.
const followEvery = 500 * time.Millisecond

// Follow waits until the process that collects a run's results has finished, and
// returns the status of the run. Call it after Runner.Wait has returned
// domain.ErrRunTaken. If that process was killed, Follow returns when it has been
// silent for domain.RunnerSilence, and the run is interrupted then. Follow returns at
// once if nobody works at the run. If ctx ends, the error is ErrInterrupted, and the
// run goes on. It returns domain.ErrRunNotFound if the store does not have the run.
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
