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

// counts counts instructions as well, unless its error says why not.
type counts struct {
	domain.ExecutorFunc
	err error
}

func (c counts) CanCount(context.Context) error { return c.err }

// countedToo takes a measurement that has instructions where they are asked for.
func countedToo(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
	m := measured(it)
	for i := range m.Samples {
		if it.CountInstructions {
			m.Samples[i].Instructions, m.Samples[i].CountedRevolutions = 1000, 10
		}
	}
	return m, nil
}

func newCountingRun(t testing.TB, iterations int) domain.Run {
	run := newRun(t, iterations)
	run.Plan.CountInstructions = true
	return run
}

func TestARunnerDispatchesNothingThatAWorkerCannotCount(t *testing.T) {
	inBubble(t, func(b bubble) {
		able := worker("w1")
		able.CountsInstructions = true
		defer b.standIn(able, worker("w3"), worker("w2"))()
		runner := newRunner(b, counting{Bus: b.bus, takers: 3}, application.RunnerConfig{Store: b.store})
		_, err := runner.Detach(b.Context(), newCountingRun(b, 1))
		var cannot *application.CannotCountError
		require.ErrorAs(b, err, &cannot)
		require.Equal(b, []string{"w2", "w3"}, cannot.Workers)
		require.EqualError(b, err, "workers w2, w3 cannot count instructions; install valgrind on their hosts and start them again, stop them, or leave out the instructions")
		require.Zero(b, backlog(b.T, b.bus.Bus), "nothing was dispatched")
		_, err = b.store.Run(b.Context(), newRun(b, 1).ID)
		require.ErrorIs(b, err, domain.ErrRunNotFound, "nothing was recorded")

		_, err = runner.Detach(b.Context(), newRun(b, 1))
		require.NoError(b, err, "a run without instructions goes to any worker")
	})
}

func TestAWorkerSaysWhetherItCounts(t *testing.T) {
	inBubble(t, func(b bubble) {
		for _, can := range []bool{true, false} {
			stop := b.work(domain.ExecutorFunc(countedToo), application.WorkerConfig{Name: "w", CountsInstructions: can})
			seen, err := application.QueryFleet(b.Context(), b.bus)
			require.NoError(b, err)
			require.Equal(b, can, seen.Workers[0].CountsInstructions)
			require.Equal(b, can, application.Workers{seen.Workers[0]}.CanCount() == nil)
			stop()
		}
	})
}

// A worker that comes later, and cannot count, leaves the iteration to others.
func TestAnIterationGoesToAWorkerThatCounts(t *testing.T) {
	inBubble(t, func(b bubble) {
		able := b.work(domain.ExecutorFunc(countedToo), application.WorkerConfig{Name: "able", CountsInstructions: true})
		end := within(b, time.Hour, b.run(b.Context(), newCountingRun(b, 4)))
		require.NoError(b, end.err)
		require.Equal(b, domain.Counts{Planned: 4, Done: 4}, end.Counts)
		able()

		unable, err := application.NewWorker(b.bus, domain.ExecutorFunc(countedToo), application.WorkerConfig{RuntimeWait: time.Minute})
		require.NoError(b, err)
		cmd := command(b, 1, 0)
		cmd.CountInstructions = true
		requireRequeued(b, unable.Handle(b.Context(), cmd), "this worker lacks [a counter of instructions]")
		cmd.WaitingSince = time.Now().UTC().Add(-time.Minute)
		err = unable.Handle(b.Context(), cmd)
		require.Equal(b, domain.ClassRuntime, domain.FailureOf(err, 1).Class)
		require.ErrorContains(b, err, "and a counter of instructions for 1m0s")
	})
}

func TestWhetherAnExecutorCounts(t *testing.T) {
	t.Parallel()
	require.NoError(t, application.CanCountHere(t.Context(), counts{wellBehaved, nil}))
	why := errors.New("there is no valgrind")
	require.ErrorIs(t, application.CanCountHere(t.Context(), counts{wellBehaved, why}), why)
	require.ErrorContains(t, application.CanCountHere(t.Context(), domain.ExecutorFunc(wellBehaved)), "this executor cannot count instructions")
}
