package application_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/benchbustest"
	"github.com/benchbus/benchbus/domain"
)

// lasting returns an executor whose iterations take that long.
func lasting(d time.Duration) domain.ExecutorFunc {
	return func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
		time.Sleep(d)
		return measured(it), nil
	}
}

// The last result comes after somebody else has cancelled the run, and the runner has
// not heard of it.
func TestARunThatWasCancelledIsNotCompleted(t *testing.T) {
	inBubble(t, func(b bubble) {
		run := newRun(b, 1)
		stop := b.work(lasting(5*time.Second), application.WorkerConfig{})
		ended := b.run(b.Context(), run)
		time.Sleep(time.Second)
		b.bus.deaf.Store(true)
		_, err := application.Cancel(b.Context(), b.bus, b.store, run.ID)
		require.NoError(b, err)
		b.bus.deaf.Store(false)
		end := within(b, time.Minute, ended)
		require.ErrorIs(b, end.err, application.ErrCancelled)
		require.Equal(b, domain.StateCancelled, end.State)
		require.Equal(b, domain.StateCancelled, b.stored(run.ID).State)
		stop()
	})
}

// A listener that hears of progress after the end would believe that the run goes on.
func TestProgressIsAnnouncedBeforeTheEndAlone(t *testing.T) {
	check := func(iterations int, want ...string) {
		t.Helper()
		inBubble(t, func(b bubble) {
			var journal benchbustest.Journal
			stop := b.work(lasting(time.Second), application.WorkerConfig{Slots: 1})
			runner := newRunner(b, journal.Bus(b.bus), application.RunnerConfig{ProgressEvery: 1})
			_, err := runner.Run(b.Context(), newRun(b, iterations))
			require.NoError(b, err)
			about := slices.DeleteFunc(journal.Entries("bus.Announce"), func(entry string) bool {
				return entry == "bus.Announce "+domain.SchemaStatusRequest // the worker takes commands by then
			})
			require.Equal(b, want, about)
			stop()
		})
	}
	const announce = "bus.Announce "
	check(1, announce+domain.SchemaRunStarted, announce+domain.SchemaRunCompleted)
	check(2, announce+domain.SchemaRunStarted, announce+domain.SchemaRunProgress, announce+domain.SchemaRunCompleted)
}

// A runner that always has results to take must also write that it works.
func TestABusyRunnerSaysThatItWorks(t *testing.T) {
	inBubble(t, func(b bubble) {
		stop := b.work(lasting(time.Second), application.WorkerConfig{Slots: 1})
		run := newRun(b, 60)
		ended := b.run(b.Context(), run)
		time.Sleep(500 * time.Millisecond)
		for range 5 {
			time.Sleep(11 * time.Second)
			require.LessOrEqual(b, time.Since(b.stored(run.ID).Updated), 11*time.Second)
		}
		require.NoError(b, (<-ended).err)
		stop()
	})
}
