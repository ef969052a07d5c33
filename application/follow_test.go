package application_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// follow follows the run in the background.
func (b bubble) follow(ctx context.Context, id domain.RunID) <-chan ending {
	ended := make(chan ending, 1)
	go func() {
		status, err := application.Follow(ctx, b.store, id)
		ended <- ending{status, err}
	}()
	return ended
}

func TestWhoFollowsARunSeesItsEnd(t *testing.T) {
	inBubble(t, func(b bubble) {
		run := newRun(b, 3)
		collected := b.run(b.Context(), run)
		time.Sleep(time.Second)
		followed := b.follow(b.Context(), run.ID)
		time.Sleep(time.Hour)
		require.Empty(b, followed, "its runner lives, and waits for a worker")
		stop := b.work(domain.ExecutorFunc(wellBehaved), application.WorkerConfig{})
		end := within(b, time.Minute, followed)
		require.NoError(b, end.err)
		require.Equal(b, domain.StateCompleted, end.State)
		require.Equal(b, domain.Counts{Planned: 3, Done: 3}, end.Counts)
		require.NoError(b, (<-collected).err)
		stop()
	})
}

// A process that was killed does not write the end of its run.
func TestWhoFollowsARunIsToldThatItsRunnerIsSilent(t *testing.T) {
	inBubble(t, func(b bubble) {
		run := newRun(b, 3)
		run.State, run.Updated = domain.StateRunning, time.Now().UTC()
		require.NoError(b, b.store.CreateRun(b.Context(), run))
		began := time.Now()
		end := within(b, time.Minute, b.follow(b.Context(), run.ID))
		require.NoError(b, end.err)
		require.Equal(b, domain.StateInterrupted, end.State)
		require.Greater(b, time.Since(began), domain.RunnerSilence)
	})
}

func TestWhoFollowsARunCanLeaveIt(t *testing.T) {
	inBubble(t, func(b bubble) {
		run := newRun(b, 3)
		run.State, run.Updated = domain.StateRunning, time.Now().UTC()
		require.NoError(b, b.store.CreateRun(b.Context(), run))
		ctx, leave := context.WithCancel(b.Context())
		followed := b.follow(ctx, run.ID)
		time.Sleep(time.Second)
		leave()
		end := within(b, time.Nanosecond, followed)
		require.ErrorIs(b, end.err, application.ErrInterrupted)
		require.Equal(b, domain.StateRunning, end.State)
	})
}

func TestARunThatNobodyKnowsCannotBeFollowed(t *testing.T) {
	inBubble(t, func(b bubble) {
		end := <-b.follow(b.Context(), "x")
		require.ErrorIs(b, end.err, domain.ErrRunNotFound)
		require.Equal(b, domain.RunID("x"), end.ID)
	})
}
