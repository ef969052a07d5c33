package application_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// hardOfHearing is a bus whose first watches fail.
type hardOfHearing struct {
	domain.Bus
	fails atomic.Int64
}

func (h *hardOfHearing) Watch(ctx context.Context, subjects []domain.Subject, ready func(), each func(domain.Event)) error {
	if h.fails.Add(-1) >= 0 {
		return errors.New("the broker is away")
	}
	return h.Bus.Watch(ctx, subjects, ready, each)
}

func TestAWorkerWhoseFirstWatchFailsIsSeenLater(t *testing.T) {
	inBubble(t, func(b bubble) {
		bus := &hardOfHearing{Bus: b.bus}
		bus.fails.Store(3)
		worker, err := application.NewWorker(bus, domain.ExecutorFunc(wellBehaved), application.WorkerConfig{Name: "w"})
		require.NoError(b, err)
		ctx, cancel := context.WithCancel(b.Context())
		ended := make(chan error, 1)
		go func() { ended <- worker.Run(ctx) }()
		time.Sleep(2 * time.Second)
		require.False(b, worker.Ready(), "nobody can ask it")
		time.Sleep(3 * time.Second)
		require.True(b, worker.Ready())
		seen, err := application.QueryFleet(b.Context(), b.bus)
		require.NoError(b, err)
		require.Len(b, seen.Workers, 1)
		cancel()
		require.NoError(b, <-ended)
	})
}

// A runner that hears no events at first begins all the same, and hears them later.
func TestARunnerWhoseFirstWatchFailsHearsTheCancellation(t *testing.T) {
	inBubble(t, func(b bubble) {
		bus := &hardOfHearing{Bus: b.bus}
		bus.fails.Store(2)
		run, ended := newRun(b, 5), make(chan error, 1)
		go func() {
			_, err := newRunner(b, bus, application.RunnerConfig{Store: b.store, StallAfter: time.Hour}).Run(b.Context(), run)
			ended <- err
		}()
		time.Sleep(5 * time.Second)
		_, err := application.Cancel(b.Context(), b.bus, b.store, run.ID)
		require.NoError(b, err)
		require.ErrorIs(b, within(b, time.Second, ended), application.ErrCancelled)
	})
}
