package application_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

func TestACancellationThatNobodyHeardEndsTheRun(t *testing.T) {
	inBubble(t, func(b bubble) {
		run := newRun(b, 20)
		ended := b.run(b.Context(), run)
		time.Sleep(time.Second)
		b.bus.deaf.Store(true)
		_, err := application.Cancel(b.Context(), b.bus, b.store, run.ID)
		require.NoError(b, err)
		b.bus.deaf.Store(false)
		stop := b.work(domain.ExecutorFunc(wellBehaved), application.WorkerConfig{})
		end := within(b, time.Minute, ended)
		require.ErrorIs(b, end.err, application.ErrCancelled)
		require.Equal(b, domain.Counts{Planned: 20, Cancelled: 20}, end.Counts)
		require.Equal(b, domain.StateCancelled, b.stored(run.ID).State)
		stop()
	})
}

func TestACancellationWhileARunIsTakenUp(t *testing.T) {
	inBubble(t, func(b bubble) {
		run := newRun(b, 20)
		_, err := newRunner(b, b.bus, application.RunnerConfig{Store: b.store}).Detach(b.Context(), run)
		require.NoError(b, err)
		ended := b.wait(b.Context(), run.ID)
		time.Sleep(100 * time.Millisecond) // lets the runner take the results that are there
		_, err = application.Cancel(b.Context(), b.bus, b.store, run.ID)
		require.NoError(b, err)
		require.ErrorIs(b, within(b, time.Second, ended).err, application.ErrCancelled)
	})
}

// If somebody else has cancelled a run, an interruption leaves it cancelled.
func TestAnInterruptionLeavesACancelledRunCancelled(t *testing.T) {
	inBubble(t, func(b bubble) {
		run := newRun(b, 20)
		ctx, interrupt := context.WithCancel(b.Context())
		ended := b.run(ctx, run)
		time.Sleep(time.Second)
		b.bus.deaf.Store(true)
		_, err := application.Cancel(b.Context(), b.bus, b.store, run.ID)
		require.NoError(b, err)
		interrupt()
		require.ErrorIs(b, within(b, time.Minute, ended).err, application.ErrCancelled)
		require.Equal(b, domain.StateCancelled, b.stored(run.ID).State)
	})
}

func TestTheFailuresOfACancelledRunStayWhereTheyAre(t *testing.T) {
	inBubble(t, func(b bubble) {
		run := newRun(b, 20)
		stop := b.work(domain.ExecutorFunc(func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
			if it.Number == 1 {
				return domain.Measurement{}, domain.Fail(domain.ClassCode, "no")
			}
			time.Sleep(time.Minute)
			return measured(it), nil
		}), application.WorkerConfig{Slots: 1})
		ended := b.run(b.Context(), run)
		time.Sleep(5 * time.Second)
		_, err := application.Cancel(b.Context(), b.bus, b.store, run.ID)
		require.NoError(b, err)
		<-ended
		retried, err := application.RetryFailed(b.Context(), b.bus, b.store, application.FailedFilter{})
		require.ErrorIs(b, err, domain.ErrRunOver)
		require.ErrorContains(b, err, string(run.ID))
		require.Empty(b, retried)
		require.Equal(b, domain.StateCancelled, b.stored(run.ID).State)
		require.Equal(b, 1, b.stored(run.ID).Failed)
		require.Equal(b, 1, failedMessages(b.T, b.bus))
		stop()
	})
}

func TestWhatCanBeRetriedIs(t *testing.T) {
	inBubble(t, func(b bubble) {
		stop := b.work(domain.ExecutorFunc(func(context.Context, domain.Iteration) (domain.Measurement, error) {
			return domain.Measurement{}, domain.Fail(domain.ClassCode, "no")
		}), application.WorkerConfig{})
		for _, id := range []domain.RunID{"a", "b", "c"} {
			run := newRun(b, 2)
			run.ID = id
			require.NoError(b, within(b, time.Minute, b.run(b.Context(), run)).err)
		}
		stop()
		collecting, err := b.bus.OpenReplies(b.Context(), "b")
		require.NoError(b, err)
		retried, err := application.RetryFailed(b.Context(), b.bus, b.store, application.FailedFilter{})
		require.ErrorIs(b, err, domain.ErrRunTaken)
		require.ErrorContains(b, err, "run b")
		require.Equal(b, []domain.RunID{"a", "c"}, retried.Reopened)
		require.Len(b, retried.Messages, 4)
		require.Equal(b, 2, b.stored("a").Outstanding)
		require.Equal(b, 2, b.stored("b").Failed)
		require.Equal(b, 2, failedMessages(b.T, b.bus))
		require.NoError(b, collecting.Close())
	})
}

// The runner has counted the failure. A second result of the iteration would be a
// duplicate, and the failed message would be gone.
func TestTheFailuresOfARunThatIsCollectedStayWhereTheyAre(t *testing.T) {
	inBubble(t, func(b bubble) {
		var broken atomic.Bool
		broken.Store(true)
		stop := b.work(domain.ExecutorFunc(func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
			if broken.Load() && it.Number == 1 {
				return domain.Measurement{}, domain.Fail(domain.ClassCode, "no")
			}
			time.Sleep(time.Minute)
			return measured(it), nil
		}), application.WorkerConfig{Slots: 1})
		run := newRun(b, 5)
		ended := b.run(b.Context(), run)
		time.Sleep(90 * time.Second)
		broken.Store(false)
		retried, err := application.RetryFailed(b.Context(), b.bus, b.store, application.FailedFilter{})
		require.ErrorIs(b, err, domain.ErrRunTaken)
		require.ErrorContains(b, err, "retry what failed when it is over")
		require.Empty(b, retried.Messages)
		require.Equal(b, domain.Counts{Planned: 5, Done: 4, Failed: 1}, within(b, time.Hour, ended).Counts)
		retried, err = application.RetryFailed(b.Context(), b.bus, b.store, application.FailedFilter{})
		require.NoError(b, err)
		require.Len(b, retried.Messages, 1)
		require.Equal(b, domain.Counts{Planned: 5, Done: 5}, within(b, time.Hour, b.wait(b.Context(), run.ID)).Counts)
		stop()
	})
}

// A run that completes before the store hears of its cancellation gets no tombstone.
// Otherwise workers would drop its retried iterations for a day.
func TestACancellationThatComesTooLateMarksNothing(t *testing.T) {
	inBubble(t, func(b bubble) {
		run := newRun(b, 2)
		stop := b.work(domain.ExecutorFunc(wellBehaved), application.WorkerConfig{})
		store := &lastMoment{Store: b.store, complete: func() {
			require.NoError(b, within(b, time.Minute, b.run(b.Context(), run)).err)
		}}
		_, err := application.Cancel(b.Context(), b.bus, store, run.ID)
		require.ErrorIs(b, err, domain.ErrRunOver)
		stop()
		executed := make(chan domain.RunID, 1)
		again := b.work(domain.ExecutorFunc(func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
			executed <- it.Run
			return measured(it), nil
		}), application.WorkerConfig{})
		require.NoError(b, b.bus.Dispatch(b.Context(), run.Plan.Message(run.ID, 1, repliesOf(run.ID))))
		require.Equal(b, run.ID, within(b, time.Minute, executed), "its commands are executed")
		again()
	})
}

// lastMoment is a store in which a run completes just after Run has read it.
type lastMoment struct {
	domain.Store
	complete func()
}

func (s *lastMoment) Run(ctx context.Context, id domain.RunID) (domain.Run, error) {
	s.complete()
	run, err := s.Store.Run(ctx, id)
	run.State = domain.StateRunning // as it was before it completed
	return run, err
}
