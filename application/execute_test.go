package application_test

import (
	"context"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// stuck returns an executor that ignores its context in its first call, until release
// is closed.
func stuck(release <-chan struct{}) domain.ExecutorFunc {
	var calls atomic.Int64
	return func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
		if calls.Add(1) == 1 {
			<-release
		}
		return measured(it), nil
	}
}

func TestAnExecutorThatIgnoresItsContextHoldsUpNoRun(t *testing.T) {
	inBubble(t, func(b bubble) {
		release := make(chan struct{})
		stop := b.work(stuck(release), application.WorkerConfig{Slots: 1})
		end := within(b, time.Hour, b.run(b.Context(), newRun(b, 5)))
		require.NoError(b, end.err)
		require.Equal(b, []int{4, 1}, []int{end.Done, end.Failed})
		for result, err := range b.store.Results(b.Context(), end.ID) {
			require.NoError(b, err)
			if result.Failure != nil {
				require.Equal(b, domain.ClassPermanent, result.Failure.Class)
				require.Equal(b, 1, result.Failure.Attempts, "another try would leave another executor behind")
				require.Contains(b, result.Failure.Message, "an executor has to end with its context")
			}
		}
		close(release)
		stop()
	})
}

func TestAnExecutorThatIsLeftBehindKeepsItsCore(t *testing.T) {
	inBubble(t, func(b bubble) {
		release, core := make(chan struct{}), newOneCore()
		stop := b.work(stuck(release), application.WorkerConfig{Slots: 2, CPU: core})
		ended := b.run(b.Context(), newRun(b, 5))
		time.Sleep(10 * time.Minute)
		require.EqualValues(b, 0, core.used.Load(), "nobody measures beside it")
		close(release)
		end := within(b, time.Minute, ended)
		require.Equal(b, []int{4, 1}, []int{end.Done, end.Failed})
		require.EqualValues(b, 5, core.used.Load())
		stop()
	})
}

// t.FailNow ends its goroutine in a service's test.
func TestAnExecutorThatEndsItsGoroutineCostsNoSlot(t *testing.T) {
	inBubble(t, func(b bubble) {
		stop := b.work(domain.ExecutorFunc(func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
			if it.Number == 1 {
				runtime.Goexit()
			}
			return measured(it), nil
		}), application.WorkerConfig{Slots: 2})
		end := within(b, time.Hour, b.run(b.Context(), newRun(b, 5)))
		require.NoError(b, end.err)
		require.Equal(b, domain.Counts{Planned: 5, Done: 4, Failed: 1}, end.Counts)
		stop()
	})
}

// A variable of type *domain.ExecutionError that was never set is such an error.
func TestAnErrorThatCannotBeReadIsAFailure(t *testing.T) {
	bus := newBus(t)
	var l log
	worker := newWorker(t, bus, func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
		if it.Number == 1 {
			var unset *domain.ExecutionError
			return measured(it), unset
		}
		if it.Number == 2 {
			return domain.Measurement{}, &domain.ExecutionError{Class: domain.ClassCode}
		}
		return domain.Measurement{}, &domain.ExecutionError{}
	}, application.WorkerConfig{Slots: 1})
	status, err := embed(t.Context(), worker, newRunner(t, bus, l.config(nil)), newRun(t, 3))
	require.NoError(t, err)
	require.Equal(t, 3, status.Failed)
	slices.SortFunc(l.results, func(a, b domain.IterationExecuted) int { return a.Iteration - b.Iteration })
	require.Equal(t, domain.ClassPanic, l.results[0].Failure.Class)
	require.Equal(t, domain.Failure{Class: domain.ClassCode, Message: "code_error", Attempts: 1}, *l.results[1].Failure)
	require.Equal(t, domain.ClassUnknown, l.results[2].Failure.Class)
}
