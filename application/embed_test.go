package application_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// embedded runs a run in the background with that worker.
func (b bubble) embedded(worker *application.Worker, store domain.Store, run domain.Run) <-chan ending {
	runner, ended := newRunner(b, b.bus, application.RunnerConfig{Store: store}), make(chan ending, 1)
	go func() {
		status, err := embed(b.Context(), worker, runner, run)
		ended <- ending{status, err}
	}()
	return ended
}

// Nobody needs the result of the iteration that the worker still executes.
func TestARunnerThatFailsCutsItsWorkerShort(t *testing.T) {
	inBubble(t, func(b bubble) {
		worker := newWorker(b, b.bus, func(ctx context.Context, it domain.Iteration) (domain.Measurement, error) {
			if it.Number > 1 {
				<-ctx.Done()
				return domain.Measurement{}, ctx.Err()
			}
			return measured(it), nil
		}, application.WorkerConfig{})
		end := within(b, time.Second, b.embedded(worker, full{b.store}, newRun(b, 2)))
		require.ErrorContains(b, end.err, "the disk is full")
		require.NotErrorIs(b, end.err, domain.ErrDrainTimeout)
	})
}

func TestARunnerIsInterruptedWhenItsWorkerHasReachedItsLimit(t *testing.T) {
	inBubble(t, func(b bubble) {
		worker := newWorker(b, b.bus, wellBehaved, application.WorkerConfig{Limit: 2})
		end := within(b, time.Minute, b.embedded(worker, b.store, newRun(b, 5)))
		require.ErrorIs(b, end.err, application.ErrInterrupted)
		require.Equal(b, domain.Counts{Planned: 5, Done: 2, Outstanding: 3}, end.Counts)
	})
}
