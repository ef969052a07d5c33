package application_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// slowly takes a minute, so that others get the next.
func slowly(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
	time.Sleep(time.Minute)
	return measured(it), nil
}

var onlyA, both = []domain.RuntimeName{"a"}, []domain.RuntimeName{"a", "b"}

// After a gap in the events the others are not gone, they were not heard.
func TestWorkersThatWereNotHeardForAWhileCount(t *testing.T) {
	inBubble(t, func(b bubble) {
		lacks := b.work(having{wellBehaved, onlyA}, application.WorkerConfig{Name: "lacks b"})
		time.Sleep(2500 * time.Millisecond) // so that their heartbeats do not coincide
		// It has one slot, which is busy for a while: the first gets the rest.
		has := b.work(having{slowly, both}, application.WorkerConfig{Name: "has both", Slots: 1})
		time.Sleep(500 * time.Millisecond)
		b.bus.deaf.Store(true)
		time.Sleep(21 * time.Second)
		b.bus.deaf.Store(false)
		time.Sleep(1200 * time.Millisecond) // the first is heard again, the second not yet
		end := within(b, time.Hour, b.run(b.Context(), newRun(b, 8)))
		require.NoError(b, end.err)
		require.Equal(b, domain.Counts{Planned: 8, Done: 8}, end.Counts)
		lacks()
		has()
	})
}

func TestWorkersOfAnotherQueueDoNotCount(t *testing.T) {
	inBubble(t, func(b bubble) {
		here := b.work(having{wellBehaved, onlyA}, application.WorkerConfig{Name: "here"})
		// Its heartbeats are heard by all.
		ctx, gone := context.WithCancel(b.Context())
		beating := make(chan struct{})
		go func() {
			defer close(beating)
			for ctx.Err() == nil {
				_ = b.bus.Announce(ctx, domain.WorkerHeartbeat{
					Schema: domain.SchemaHeartbeat, At: time.Now(), Worker: "there", Queue: "gpu", Interval: time.Second, Slots: 1, Runtimes: both,
				})
				select {
				case <-time.After(time.Second):
				case <-ctx.Done():
				}
			}
		}()
		time.Sleep(3*time.Second + 500*time.Millisecond) // between two of its heartbeats
		seen, err := application.Census(b.Context(), b.bus)
		require.NoError(b, err)
		require.Len(b, seen.Workers, 2)
		require.Equal(b, onlyA, application.Runtimes(seen.On("")))
		require.Equal(b, both, application.Runtimes(seen.On("gpu")))
		end := within(b, time.Minute, b.run(b.Context(), newRun(b, 2)))
		require.NoError(b, end.err)
		require.Equal(b, domain.Counts{Planned: 2, Failed: 2}, end.Counts)
		gone()
		<-beating
		here()
	})
}

func TestWhatAWorkerLacksDoesNotCountForItsLimit(t *testing.T) {
	inBubble(t, func(b bubble) {
		has := b.work(having{slowly, both}, application.WorkerConfig{Name: "has both", Slots: 1})
		lacks := b.work(having{wellBehaved, onlyA}, application.WorkerConfig{Name: "lacks b", Limit: 2})
		time.Sleep(3 * time.Second)
		require.NoError(b, within(b, time.Hour, b.run(b.Context(), newRun(b, 50))).err)
		seen, err := application.Census(b.Context(), b.bus)
		require.NoError(b, err)
		require.Len(b, seen.Workers, 2)
		has()
		lacks()
	})
}

func TestAPanicLeavesNothingBehind(t *testing.T) {
	inBubble(t, func(b bubble) {
		stop := b.work(domain.ExecutorFunc(func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
			if it.Number == 1 {
				panic("no")
			}
			return measured(it), nil
		}), application.WorkerConfig{})
		end := within(b, time.Hour, b.run(b.Context(), newRun(b, 5)))
		require.Equal(b, domain.Counts{Planned: 5, Done: 4, Failed: 1}, end.Counts)
		seen, err := application.Census(b.Context(), b.bus)
		require.NoError(b, err)
		require.Empty(b, seen.Workers[0].Running)
		require.EqualValues(b, 4, seen.Workers[0].Errors)
		// What has to run alone waits for nobody.
		cmd := newRun(b, 5).Plan.Message("other", 2, "somewhere")
		cmd.Lost, cmd.Attempt = 2, 3
		require.NoError(b, b.bus.Dispatch(b.Context(), cmd))
		time.Sleep(time.Minute)
		seen, err = application.Census(b.Context(), b.bus)
		require.NoError(b, err)
		require.EqualValues(b, 5, seen.Workers[0].Executed)
		stop()
	})
}

// A broker takes a command away from a worker that holds it for half an hour.
func TestAnIterationThatWaitsTooLongGoesBackAtTheCostOfNoAttempt(t *testing.T) {
	inBubble(t, func(b bubble) {
		var l log
		cores := &patientCore{free: make(chan struct{}, 1)}
		cores.free <- struct{}{}
		stop := b.work(domain.ExecutorFunc(func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
			time.Sleep(20 * time.Minute)
			return measured(it), nil
		}), application.WorkerConfig{Slots: 4, CPU: cores})
		run := newRun(b, 4)
		run.Plan.IterationTimeout = domain.MaxIterationTime
		cfg := l.config(b.store)
		status, err := newRunner(b, b.bus, cfg).Run(b.Context(), run)
		require.NoError(b, err)
		require.Equal(b, domain.Counts{Planned: 4, Done: 4}, status.Counts)
		require.LessOrEqual(b, cores.longest, 3*time.Minute)
		for _, r := range l.results {
			require.Equal(b, 1, r.Attempt)
		}
		stop()
	})
}

// patientCore grants one core, and remembers the longest wait.
type patientCore struct {
	free    chan struct{}
	longest time.Duration
}

func (c *patientCore) Acquire(ctx context.Context) (int, func(), error) {
	began := time.Now()
	select {
	case <-c.free:
		c.longest = max(c.longest, time.Since(began))
		return 0, func() { c.free <- struct{}{} }, nil
	case <-ctx.Done():
		return 0, nil, ctx.Err()
	}
}
