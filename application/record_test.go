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

// forgetful is a store that refuses to record one iteration while the test tells it to.
type forgetful struct {
	domain.Store
	iteration int
	full      atomic.Bool
	failed    chan struct{} // gets a token for each refusal
}

func (f *forgetful) Record(ctx context.Context, run domain.RunID, results []domain.IterationExecuted) ([]bool, error) {
	for _, r := range results {
		if f.full.Load() && r.Iteration == f.iteration {
			f.failed <- struct{}{}
			return nil, errors.New("disk full")
		}
	}
	return f.Store.Record(ctx, run, results)
}

// The last result cannot be recorded, and the user presses Ctrl-C. The run is not
// complete, whatever the runner has in memory, and can be resumed.
func TestARunIsCompleteOnlyWhereTheStoreSaysSo(t *testing.T) {
	inBubble(t, func(b bubble) {
		store := &forgetful{Store: b.store, iteration: 4, failed: make(chan struct{}, 9)}
		store.full.Store(true)
		stop := b.work(domain.ExecutorFunc(wellBehaved), application.WorkerConfig{Slots: 1})
		ctx, interrupt := context.WithCancel(b.Context())
		run, ended := newRun(b, 4), make(chan ending, 1)
		go func() {
			status, err := newRunner(b, b.bus, application.RunnerConfig{Store: store}).Run(ctx, run)
			ended <- ending{status, err}
		}()
		<-store.failed
		interrupt()
		end := <-ended
		require.Error(b, end.err)
		require.Contains(b, []domain.State{domain.StateFailed, domain.StateInterrupted}, end.State)
		require.Positive(b, end.Outstanding)
		stored := b.stored(run.ID)
		require.Equal(b, end.State, stored.State)
		require.Equal(b, end.Counts, stored.Counts)

		store.full.Store(false)
		again, err := newRunner(b, b.bus, application.RunnerConfig{Store: store}).Resume(b.Context(), run.ID)
		require.NoError(b, err)
		require.Equal(b, domain.StateCompleted, again.State)
		require.Equal(b, 4, again.Done)
		stop()
	})
}

// lying is a store that reports one result as recorded without recording it.
type lying struct {
	domain.Store
	iteration int
}

func (l lying) Record(ctx context.Context, run domain.RunID, results []domain.IterationExecuted) ([]bool, error) {
	fresh := make([]bool, len(results))
	for i, r := range results {
		fresh[i] = true
		if r.Iteration != l.iteration {
			if _, err := l.Store.Record(ctx, run, []domain.IterationExecuted{r}); err != nil {
				return nil, err
			}
		}
	}
	return fresh, nil
}

func TestARunWhoseRecordDoesNotAddUpFails(t *testing.T) {
	inBubble(t, func(b bubble) {
		stop := b.work(domain.ExecutorFunc(wellBehaved), application.WorkerConfig{})
		run := newRun(b, 4)
		status, err := newRunner(b, b.bus, application.RunnerConfig{Store: lying{b.store, 2}}).Run(b.Context(), run)
		require.ErrorIs(b, err, domain.ErrRunIncomplete)
		require.Equal(b, domain.StateFailed, status.State)
		require.Equal(b, domain.Counts{Planned: 4, Done: 3, Outstanding: 1}, status.Counts)
		end := within(b, time.Minute, b.drive(func(r *application.Runner) (domain.RunStatus, error) { return r.Resume(b.Context(), run.ID) }))
		require.NoError(b, end.err)
		require.Equal(b, domain.Counts{Planned: 4, Done: 4}, end.Counts)
		stop()
	})
}

// gone is a store that fails from the first result on.
type gone struct {
	domain.Store
	since atomic.Bool
}

var errGone = errors.New("the disk is gone")

func (g *gone) Record(context.Context, domain.RunID, []domain.IterationExecuted) ([]bool, error) {
	g.since.Store(true)
	return nil, errGone
}

func (g *gone) UpdateRun(ctx context.Context, status domain.RunStatus) error {
	if g.since.Load() {
		return errGone
	}
	return g.Store.UpdateRun(ctx, status)
}

func TestWhatIsNotRecordedIsNotCounted(t *testing.T) {
	inBubble(t, func(b bubble) {
		stop := b.work(domain.ExecutorFunc(wellBehaved), application.WorkerConfig{})
		var l log
		status, err := newRunner(b, b.bus, l.config(&gone{Store: b.store})).Run(b.Context(), newRun(b, 3))
		require.ErrorIs(b, err, errGone)
		require.Equal(b, domain.Counts{Planned: 3, Outstanding: 3}, status.Counts)
		require.Empty(b, l.iterations())
		stop()
	})
}

// Anybody who looks at a run can see whether a runner works at it.
func TestARunnerSaysThatItWorks(t *testing.T) {
	inBubble(t, func(b bubble) {
		stop := b.work(domain.ExecutorFunc(slowly), application.WorkerConfig{Slots: 1})
		ctx, kill := context.WithCancel(b.Context())
		run := newRun(b, 5)
		ended := b.run(ctx, run)
		for range 10 {
			time.Sleep(25 * time.Second)
			require.Equal(b, domain.StateRunning, b.stored(run.ID).At(time.Now()).State)
		}
		running := b.stored(run.ID).RunStatus
		require.Equal(b, domain.StateInterrupted, running.At(time.Now().Add(time.Minute)).State, "had it been killed")
		kill()
		<-ended
		stop()
	})
}
