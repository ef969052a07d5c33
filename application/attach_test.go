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

// A busy fleet always sends one more result.
func TestAnInterruptionEndsWhileTheFleetWorksOn(t *testing.T) {
	inBubble(t, func(b bubble) {
		run := newRun(b, 1000)
		stop := b.work(domain.ExecutorFunc(func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
			time.Sleep(time.Duration(700+it.Number%7*30) * time.Millisecond)
			return measured(it), nil
		}), application.WorkerConfig{Slots: 16})
		ctx, interrupt := context.WithCancel(b.Context())
		ended := b.run(ctx, run)
		time.Sleep(10 * time.Second)
		interrupt()
		end := within(b, 2*time.Second, ended)
		require.ErrorIs(b, end.err, application.ErrInterrupted)
		require.Equal(b, domain.StateInterrupted, end.State)
		require.Equal(b, end.Counts, b.stored(run.ID).Counts)
		require.NoError(b, within(b, time.Hour, b.wait(b.Context(), run.ID)).err)
		stop()
	})
}

// The former runner may still be recording when another resumes the run.
func TestARunThatIsCompletedWhileItIsTakenUp(t *testing.T) {
	inBubble(t, func(b bubble) {
		run := newRun(b, 10)
		run.State, run.Started = domain.StateRunning, time.Now()
		require.NoError(b, b.store.CreateRun(b.Context(), run))
		b.bus.opening = func() {
			var results []domain.IterationExecuted
			for n := 1; n <= 10; n++ {
				it := domain.Iteration{Variants: run.Plan.EntryOf(1).Variants, Samples: 2}
				results = append(results, domain.IterationExecuted{
					Schema: domain.SchemaExecuted, RunID: run.ID, Iteration: n, Attempt: 1, Samples: measured(it).Samples,
				})
			}
			_, err := b.store.Record(b.Context(), run.ID, results)
			require.NoError(b, err)
			over := run.RunStatus
			over.State = domain.StateCompleted
			require.NoError(b, b.store.UpdateRun(b.Context(), over))
		}
		var executed atomic.Int64
		stop := b.work(domain.ExecutorFunc(func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
			executed.Add(1)
			return measured(it), nil
		}), application.WorkerConfig{})
		var l log
		status, err := newRunner(b, b.bus, l.config(b.store)).Resume(b.Context(), run.ID)
		require.NoError(b, err)
		require.Equal(b, domain.Counts{Planned: 10, Done: 10}, status.Counts)
		stop()
		require.Zero(b, executed.Load())
		require.Empty(b, l.schemas(), "the other one has announced its end")
	})
}

// The queues cannot take that many, so one goroutine must send while another collects.
func TestManyLostIterationsAreSentAgain(t *testing.T) {
	inBubble(t, func(b bubble) {
		run := newRun(b, 10_000)
		run.State, run.Started = domain.StateRunning, time.Now()
		require.NoError(b, b.store.CreateRun(b.Context(), run))
		stop := b.work(domain.ExecutorFunc(wellBehaved), application.WorkerConfig{})
		end := within(b, time.Hour, b.wait(b.Context(), run.ID))
		require.NoError(b, end.err)
		require.Equal(b, domain.Counts{Planned: 10_000, Done: 10_000}, end.Counts)
		stop()
	})
}

func TestABrokerInTroubleEndsNoRescue(t *testing.T) {
	inBubble(t, func(b bubble) {
		trouble := errors.New("the connection is lost")
		b.bus.browse.Store(&trouble)
		b.bus.lose.Store(1)
		stop := b.work(domain.ExecutorFunc(wellBehaved), application.WorkerConfig{})
		end := within(b, time.Hour, b.run(b.Context(), newRun(b, 5)))
		require.NoError(b, end.err)
		require.Equal(b, 5, end.Done)
		stop()
	})
}

// The broker itself gives up a command that no worker takes before its deadline.
func TestADeadlineEndsARunWithoutAWorker(t *testing.T) {
	inBubble(t, func(b bubble) {
		run := newRun(b, 1)
		run.Plan.Deadline = time.Now().Add(time.Hour)
		b.bus.lose.Store(1)
		ended := b.run(b.Context(), run)
		time.Sleep(2 * time.Hour)
		// The test plays the broker, because there is no worker, and no retry.
		cmd := run.Plan.Message(run.ID, 1, repliesOf(run.ID))
		require.NoError(b, b.bus.Dispatch(b.Context(), cmd))
		given, consuming := make(chan struct{}), make(chan error, 1)
		ctx, cancel := context.WithCancel(b.Context())
		go func() { consuming <- b.bus.Consume(ctx, domain.Consumer{}, quiet{given}) }()
		<-given
		cancel()
		require.NoError(b, <-consuming)
		end := within(b, time.Minute, ended)
		require.NoError(b, end.err)
		require.Equal(b, domain.Counts{Planned: 1, Failed: 1}, end.Counts)
	})
}
