package application_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// worker returns the heartbeat of a worker with those runtimes.
func worker(name string, runtimes ...domain.RuntimeName) domain.WorkerHeartbeat {
	return domain.WorkerHeartbeat{
		Schema: domain.SchemaHeartbeat, Worker: name, Interval: time.Second, Slots: 1, Runtimes: runtimes, Accepts: []string{domain.SchemaExecute},
	}
}

// old turns the heartbeat into one of a worker that reads the commands of an earlier
// version.
func old(w domain.WorkerHeartbeat) domain.WorkerHeartbeat {
	w.Accepts = []string{"benchmark.execute.v0"}
	return w
}

// standIn answers each status request as those workers would, until gone is called. It
// takes no command.
func (b bubble) standIn(workers ...domain.WorkerHeartbeat) (gone func()) {
	return answering(b.T, b.bus, workers...)
}

func answering(t *testing.T, bus domain.Bus, workers ...domain.WorkerHeartbeat) (gone func()) {
	ctx, cancel := context.WithCancel(context.Background())
	watching, watched := make(chan struct{}), make(chan error, 1)
	go func() {
		watched <- bus.Watch(ctx, []domain.Subject{domain.SubjectRequests}, func() { close(watching) }, func(e domain.Event) {
			if _, asked := e.(domain.StatusRequest); !asked {
				return
			}
			for _, w := range workers {
				w.At, w.Started = time.Now(), time.Now()
				_ = bus.Announce(ctx, w)
			}
		})
	}()
	<-watching
	return func() {
		cancel()
		require.NoError(t, <-watched)
	}
}

func TestWhatCanBeHadOfTheWorkersOfAQueue(t *testing.T) {
	inBubble(t, func(b bubble) {
		elsewhere := worker("there", "c")
		elsewhere.Queue = "gpu"
		defer b.standIn(worker("w1", "a"), worker("w2", "b", "a"), elsewhere)()
		workers, err := application.Available(b.Context(), b.bus, "b", "a")
		require.NoError(b, err)
		require.Equal(b, [][]domain.RuntimeName{{"a"}, {"b", "a"}}, workers.Available("b", "a"))
		require.Equal(b, 2, workers.Slots())

		workers, err = application.Available(b.Context(), b.bus, "a", "c")
		var missing *application.MissingRuntimeError
		require.ErrorAs(b, err, &missing)
		require.Equal(b, application.MissingRuntimeError{Runtime: "c", Have: both}, *missing)
		require.Len(b, workers, 2, "those that answered")
	})
}

func TestWhereNobodyAnswersNothingCanBeHad(t *testing.T) {
	inBubble(t, func(b bubble) {
		workers, err := application.Available(b.Context(), b.bus, "a")
		require.ErrorIs(b, err, application.ErrNoWorker)
		require.Empty(b, workers)
	})
}

func TestWorkersThatAreTooOldAreNamed(t *testing.T) {
	inBubble(t, func(b bubble) {
		defer b.standIn(old(worker("w3", "a")), worker("w2", "a"), old(worker("w1", "a")))()
		workers, err := application.QueryWorkers(b.Context(), b.bus)
		require.NoError(b, err, "asking refuses nobody")
		require.Len(b, workers.Outdated(), 2)
		_, err = application.Available(b.Context(), b.bus)
		var outdated *application.OutdatedError
		require.ErrorAs(b, err, &outdated)
		require.Equal(b, application.OutdatedError{Workers: []string{"w1", "w3"}, Lacks: domain.SchemaExecute}, *outdated)
	})
}

func TestASentenceNamesTenWorkersThatAreTooOld(t *testing.T) {
	one := &application.OutdatedError{Workers: []string{"lab-9"}, Lacks: "x.v2"}
	require.EqualError(t, one, "worker lab-9 is too old for this version: it does not accept x.v2; update it, or stop it")
	var many application.OutdatedError
	for i := range 12 {
		many.Workers = append(many.Workers, fmt.Sprint("w", i))
	}
	many.Lacks = "x.v2"
	require.EqualError(t, &many, "workers w0, w1, w2, w3, w4, w5, w6, w7, w8, w9 and 2 more are too old for this version: they do not accept x.v2; update them, or stop them")
}

// Such a worker takes every command.
func TestAWorkerThatCannotTellCountsAsHavingWhatIsWanted(t *testing.T) {
	inBubble(t, func(b bubble) {
		stop := b.work(domain.ExecutorFunc(wellBehaved), application.WorkerConfig{})
		workers, err := application.Available(b.Context(), b.bus, "a", "b")
		require.NoError(b, err)
		require.Equal(b, [][]domain.RuntimeName{{"a", "b"}}, workers.Available("a", "b"))
		stop()
	})
}

func TestABrokerThatDoesNotAnswerIsNoAbsenceOfWorkers(t *testing.T) {
	inBubble(t, func(b bubble) {
		ctx, cancel := context.WithCancelCause(b.Context())
		cancel(errors.New("enough"))
		_, err := application.Available(ctx, b.bus, "a")
		require.ErrorIs(b, err, context.Canceled)
		require.NotErrorIs(b, err, application.ErrNoWorker)
	})
}

func TestWhatCanBeHadOfAnExecutor(t *testing.T) {
	here, err := application.AvailableHere(having{wellBehaved, both}, "b")
	require.NoError(t, err)
	require.Equal(t, both, here)
	here, err = application.AvailableHere(having{wellBehaved, both}, "a", "php84")
	var missing *application.MissingRuntimeError
	require.ErrorAs(t, err, &missing)
	require.Equal(t, application.MissingRuntimeError{Runtime: "php84", Have: both}, *missing)
	require.EqualError(t, err, "runtime php84 is not available; there are: [a b]")
	require.Equal(t, both, here)
	_, err = application.AvailableHere(having{wellBehaved, nil})
	require.NoError(t, err)
}
