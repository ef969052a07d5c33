package application_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// slowly takes a minute, so that other workers get the next iteration.
func slowly(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
	time.Sleep(time.Minute)
	return measured(it), nil
}

var onlyA, both = []domain.RuntimeName{"a"}, []domain.RuntimeName{"a", "b"}

// In a rolling restart the only worker that has a runtime is away for a while.
func TestAnIterationWaitsForAWorkerThatComesBack(t *testing.T) {
	inBubble(t, func(b bubble) {
		stop := b.work(having{wellBehaved, onlyA}, application.WorkerConfig{Name: "lacks b"})
		var l log
		config, ended := l.config(b.store), make(chan ending, 1)
		runner := newRunner(b, b.bus, config)
		go func() {
			status, err := runner.Run(b.Context(), newRun(b, 100))
			ended <- ending{status, err}
		}()
		time.Sleep(4 * time.Minute)
		require.Equal(b, domain.Counts{Planned: 100, Outstanding: 100}, b.stored(newRun(b, 1).ID).Counts)
		require.Equal(b, []domain.RuntimeName{"b"}, l.waitsFor(), "the run says what it waits for")
		seen, err := application.QueryFleet(b.Context(), b.bus)
		require.NoError(b, err)
		require.Equal(b, []domain.RuntimeName{"b"}, seen.Runs[0].WaitsFor, "to whoever asks, too")

		back := b.work(having{wellBehaved, both}, application.WorkerConfig{Name: "has both"})
		end := within(b, time.Minute, ended)
		require.NoError(b, end.err)
		require.Equal(b, domain.Counts{Planned: 100, Done: 100}, end.Counts)
		for _, r := range l.results {
			require.Equal(b, 1, r.Attempt, "it cost no attempt")
		}
		require.Empty(b, l.waitsFor())
		stop()
		back()
	})
}

// Two workers each lack the runtime of one of two iterations. At an even pace each
// iteration would come back to the wrong worker for ever.
func TestWhatLacksARuntimeComesBackAtAnUnevenPace(t *testing.T) {
	inBubble(t, func(b bubble) {
		worker, err := application.NewWorker(b.bus, having{wellBehaved, onlyA}, application.WorkerConfig{})
		require.NoError(b, err)
		run := newRun(b, 1)
		delays := map[time.Duration]bool{}
		for range 100 {
			var requeued *domain.RequeueError
			require.ErrorAs(b, worker.Handle(b.Context(), run.Plan.Message(run.ID, 1, "x")), &requeued)
			delays[requeued.Delay] = true
		}
		require.Equal(b, map[time.Duration]bool{time.Second: true, 2 * time.Second: true}, delays)
	})
}

func TestAnIterationFailsWhenNobodyHasHadItsRuntimes(t *testing.T) {
	inBubble(t, func(b bubble) {
		stop := b.work(having{wellBehaved, onlyA}, application.WorkerConfig{Name: "lacks b", RuntimeWait: time.Hour})
		var l log
		began := time.Now()
		status, err := newRunner(b, b.bus, l.config(nil)).Run(b.Context(), newRun(b, 1))
		require.NoError(b, err)
		require.Equal(b, 1, status.Failed)
		require.Equal(b, domain.ClassRuntime, l.results[0].Failure.Class)
		require.Contains(b, l.results[0].Failure.Message, "no worker had all of [a b] for 1h0m0s: this one, lacks b, lacks [b]")
		require.GreaterOrEqual(b, time.Since(began), time.Hour)
		require.Less(b, time.Since(began), time.Hour+5*time.Second)
		stop()
	})
}

// The only worker that has the runtime is busy for longer than others wait.
func TestAnIterationWaitsForABusyWorker(t *testing.T) {
	inBubble(t, func(b bubble) {
		lacks := b.work(having{wellBehaved, onlyA}, application.WorkerConfig{Name: "lacks b"})
		has := b.work(having{slowly, both}, application.WorkerConfig{Name: "has both", Slots: 1})
		end := within(b, time.Hour, b.run(b.Context(), newRun(b, 12)))
		require.NoError(b, end.err)
		require.Equal(b, domain.Counts{Planned: 12, Done: 12}, end.Counts)
		lacks()
		has()
	})
}

func TestHowLongAnIterationWaitsForItsRuntimes(t *testing.T) {
	inBubble(t, func(b bubble) {
		worker, err := application.NewWorker(b.bus, having{wellBehaved, onlyA}, application.WorkerConfig{RuntimeWait: time.Minute})
		require.NoError(b, err)
		waited := func(since time.Time) error {
			cmd := command(b, 1, 0)
			cmd.WaitingSince = since
			return worker.Handle(b.Context(), cmd)
		}
		now := time.Now().UTC()
		requeued := requireRequeued(b, waited(time.Time{}), "this worker lacks [b]")
		require.Equal(b, now, requeued.Again.WaitingSince)
		since := now.Add(1 - time.Minute)
		requeued = requireRequeued(b, waited(since), "this worker lacks [b]")
		require.Equal(b, since, requeued.Again.WaitingSince, "since the first time")
		require.Equal(b, domain.ClassRuntime, domain.FailureOf(waited(now.Add(-time.Minute)), 1).Class)
	})
}

// Many waiting iterations do not ask the fleet more often, and an answer is not valid
// for ever.
func TestWhoHasTheRuntimesIsAskedEveryTenSeconds(t *testing.T) {
	inBubble(t, func(b bubble) {
		stop := b.work(having{wellBehaved, both}, application.WorkerConfig{Name: "has both"})
		worker, err := application.NewWorker(b.bus, having{wellBehaved, onlyA}, application.WorkerConfig{Name: "lacks b"})
		require.NoError(b, err)
		asked := func(after time.Duration) error {
			b.Helper()
			cmd, began := command(b, 1, 0), time.Now()
			cmd.WaitingSince = began.Add(-time.Hour)
			err := worker.Handle(b.Context(), cmd)
			require.Equal(b, after, time.Since(began))
			return err
		}
		requireRequeued(b, asked(application.AnswerTime), "lacks")
		stop()
		time.Sleep(10 * time.Second)
		requireRequeued(b, asked(0), "lacks")
		time.Sleep(time.Nanosecond)
		require.Equal(b, domain.ClassRuntime, domain.FailureOf(asked(application.AnswerTime), 1).Class)
	})
}

// elsewhere answers each status request as a worker of another queue does, until gone
// is called.
func (b bubble) elsewhere() (gone func()) {
	answers := func(e domain.Event) {
		if _, asked := e.(domain.StatusRequest); asked {
			_ = b.bus.Announce(b.Context(), domain.WorkerHeartbeat{
				Schema: domain.SchemaHeartbeat, At: time.Now(), Worker: "there", Started: time.Now(), Queue: "gpu", Interval: time.Second, Slots: 1, Runtimes: both,
			})
		}
	}
	ctx, cancel := context.WithCancel(b.Context())
	watching, watched := make(chan struct{}), make(chan error, 1)
	go func() {
		watched <- b.bus.Watch(ctx, []domain.Subject{domain.SubjectRequests}, func() { close(watching) }, answers)
	}()
	<-watching
	return func() {
		cancel()
		require.NoError(b, <-watched)
	}
}

func TestWorkersOfAnotherQueueDoNotCount(t *testing.T) {
	inBubble(t, func(b bubble) {
		here := b.work(having{wellBehaved, onlyA}, application.WorkerConfig{Name: "here"})
		gone := b.elsewhere()
		seen, err := application.QueryFleet(b.Context(), b.bus)
		require.NoError(b, err)
		require.Len(b, seen.Workers, 2)
		require.Equal(b, onlyA, seen.Workers.On("").Runtimes())
		require.Equal(b, both, seen.Workers.On("gpu").Runtimes())
		var l log
		within, cancel := context.WithTimeout(b.Context(), time.Hour)
		defer cancel()
		status, err := newRunner(b, b.bus, l.config(nil)).Run(within, newRun(b, 2))
		require.NoError(b, err)
		require.Equal(b, domain.Counts{Planned: 2, Failed: 2}, status.Counts)
		require.Equal(b, domain.ClassRuntime, l.results[0].Failure.Class)
		require.True(b, l.waited("b"))
		gone()
		here()
	})
}

func TestWhatAWorkerLacksDoesNotCountForItsLimit(t *testing.T) {
	inBubble(t, func(b bubble) {
		has := b.work(having{slowly, both}, application.WorkerConfig{Name: "has both", Slots: 1})
		lacks := b.work(having{wellBehaved, onlyA}, application.WorkerConfig{Name: "lacks b", Limit: 2})
		time.Sleep(3 * time.Second)
		require.NoError(b, within(b, time.Hour, b.run(b.Context(), newRun(b, 10))).err)
		seen, err := application.QueryFleet(b.Context(), b.bus)
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
		seen, err := application.QueryFleet(b.Context(), b.bus)
		require.NoError(b, err)
		require.Empty(b, seen.Workers[0].Running)
		require.EqualValues(b, 4, seen.Workers[0].Errors)
		// A quarantined iteration waits for no other worker.
		cmd := newRun(b, 5).Plan.Message("other", 2, repliesOf("other"))
		cmd.Redeliveries, cmd.Attempt = 2, 3
		require.NoError(b, b.bus.Dispatch(b.Context(), cmd))
		time.Sleep(time.Minute)
		seen, err = application.QueryFleet(b.Context(), b.bus)
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
