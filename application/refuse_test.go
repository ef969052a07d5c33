package application_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// counting is a bus that reports a number of consumers, or an error.
type counting struct {
	domain.Bus
	takers int
	err    error
}

func (c counting) Queues(context.Context, ...domain.RunID) ([]domain.Queue, error) {
	return []domain.Queue{{Name: "q", Kind: domain.QueueCommands, Consumers: c.takers}, {Name: "f", Kind: domain.QueueFailed, Consumers: 7}}, c.err
}

// mute is a bus over which no event reaches anybody.
type mute struct{ domain.Bus }

func (mute) Watch(context.Context, []domain.Subject, func(), func(domain.Event)) error {
	return errors.ErrUnsupported
}

// begins begins a run in each possible way, and calls each with how it ended and how
// long it took.
func (b bubble) begins(bus domain.Bus, each func(way string, err error, took time.Duration)) {
	runner := newRunner(b, bus, application.RunnerConfig{Store: b.store})
	timed := func(way string, begin func(context.Context) (domain.RunStatus, error)) {
		ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
		defer cancel()
		began := time.Now()
		_, err := begin(ctx)
		each(way, err, time.Since(began))
	}
	run, detached, stored := newRun(b, 1), newRun(b, 1), newRun(b, 1)
	run.ID, detached.ID, stored.ID = "run", "detached", "stored"
	require.NoError(b, b.store.CreateRun(b.Context(), stored))
	timed("Run", func(ctx context.Context) (domain.RunStatus, error) { return runner.Run(ctx, run) })
	timed("Detach", func(ctx context.Context) (domain.RunStatus, error) { return runner.Detach(ctx, detached) })
	timed("Resume", func(ctx context.Context) (domain.RunStatus, error) { return runner.Resume(ctx, stored.ID) })
}

func TestARunnerDispatchesNothingThatAWorkerWouldRefuse(t *testing.T) {
	inBubble(t, func(b bubble) {
		defer b.standIn(old(worker("w2")), worker("w1"))()
		b.begins(counting{Bus: b.bus, takers: 2}, func(way string, err error, took time.Duration) {
			var outdated *application.OutdatedError
			require.ErrorAs(b, err, &outdated, way)
			require.Equal(b, []string{"w2"}, outdated.Workers)
			require.Zero(b, took, "%s waits no longer than until both have answered", way)
		})
		require.Zero(b, backlog(b.T, b.bus.Bus), "nothing was dispatched")
		for _, id := range []domain.RunID{"run", "detached"} {
			_, err := b.store.Run(b.Context(), id)
			require.ErrorIs(b, err, domain.ErrRunNotFound, "nothing was recorded")
		}
		require.Equal(b, domain.StateInterrupted, b.stored("stored").State)
	})
}

// One of the workers does not answer, or the broker does not say how many there are.
func TestARunnerWaitsForTheAnswersOfAllWhoTakeCommands(t *testing.T) {
	for _, bus := range []counting{{takers: 3}, {err: errors.ErrUnsupported}, {err: errors.New("the connection is lost")}} {
		inBubble(t, func(b bubble) {
			bus.Bus = b.bus
			defer b.standIn(worker("w1"), old(worker("w2")))()
			b.begins(bus, func(way string, err error, took time.Duration) {
				var outdated *application.OutdatedError
				require.ErrorAs(b, err, &outdated, way)
				require.Equal(b, application.AnswerTime, took)
			})
		})
	}
}

func TestAWorkerOfAnotherQueueIsNotRefused(t *testing.T) {
	inBubble(t, func(b bubble) {
		elsewhere := old(worker("there"))
		elsewhere.Queue = "gpu"
		defer b.standIn(elsewhere)()
		_, err := newRunner(b, counting{Bus: b.bus, takers: 1}, application.RunnerConfig{Store: b.store}).Detach(b.Context(), newRun(b, 1))
		require.NoError(b, err)
	})
}

// A worker that has announced its end takes no more commands.
func TestAWorkerThatHasStoppedIsNotRefused(t *testing.T) {
	inBubble(t, func(b bubble) {
		gone := old(worker("w1"))
		gone.Stopped = true
		defer b.standIn(gone)()
		_, err := newRunner(b, counting{Bus: b.bus, takers: 1}, application.RunnerConfig{Store: b.store}).Detach(b.Context(), newRun(b, 1))
		require.NoError(b, err)
	})
}

func TestWhereNobodyCanTellARunBegins(t *testing.T) {
	inBubble(t, func(b bubble) {
		defer b.standIn(old(worker("w1")))()
		began := time.Now()
		_, err := newRunner(b, mute{counting{Bus: b.bus, takers: 1}}, application.RunnerConfig{Store: b.store}).Detach(b.Context(), newRun(b, 1))
		require.NoError(b, err)
		require.Equal(b, began, time.Now())
	})
}

// A runner that only collects dispatches nothing.
func TestWhoWaitsForARunRefusesNoWorker(t *testing.T) {
	inBubble(t, func(b bubble) {
		run := newRun(b, 1)
		_, err := newRunner(b, b.bus, application.RunnerConfig{Store: b.store}).Detach(b.Context(), run)
		require.NoError(b, err)
		gone := b.standIn(old(worker("w1")))
		stop := b.work(domain.ExecutorFunc(wellBehaved), application.WorkerConfig{Name: "w2"})
		require.NoError(b, within(b, time.Minute, b.wait(b.Context(), run.ID)).err)
		stop()
		gone()
	})
}

// Neither a run beside its worker nor one without a worker waits for answers.
func TestARunWithinAProcessBeginsAtOnce(t *testing.T) {
	inBubble(t, func(b bubble) {
		began := time.Now()
		_, err := newRunner(b, b.bus, application.RunnerConfig{Store: b.store}).Detach(b.Context(), newRun(b, 1))
		require.NoError(b, err)
		require.Equal(b, began, time.Now(), "nobody takes anything yet")

		run := newRun(b, 5)
		run.ID = "beside"
		end := within(b, time.Minute, b.embedded(newWorker(b, b.bus, wellBehaved, application.WorkerConfig{}), b.store, run))
		require.NoError(b, end.err)
		require.Less(b, time.Since(began), time.Millisecond)

		stop := b.work(domain.ExecutorFunc(wellBehaved), application.WorkerConfig{})
		time.Sleep(time.Minute)
		began, run.ID = time.Now(), "after"
		require.NoError(b, within(b, time.Minute, b.run(b.Context(), run)).err)
		require.Less(b, time.Since(began), time.Millisecond)
		stop()
	})
}
