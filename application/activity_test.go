package application_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// command returns iteration n of a run, of which lost attempts got no answer.
func command(t testing.TB, n, lost int) domain.ExecuteBenchmark {
	cmd := newRun(t, 99).Plan.Message("r", n, repliesOf("r"))
	cmd.Attempt, cmd.Redeliveries = lost+1, lost
	cmd.IterationTimeout = domain.MaxIterationTime // bounds its wait to 3 minutes
	return cmd
}

// timed is an executor that notes when each iteration begins.
type timed struct {
	mu     sync.Mutex
	from   time.Time
	lasts  time.Duration
	begins map[int]time.Duration // by iteration
}

func newTimed(lasts time.Duration) *timed {
	return &timed{from: time.Now(), lasts: lasts, begins: map[int]time.Duration{}}
}

func (e *timed) Execute(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
	e.mu.Lock()
	e.begins[it.Number] = time.Since(e.from)
	e.mu.Unlock()
	time.Sleep(e.lasts)
	return measured(it), nil
}

// handled gives a command to the worker in the background, and waits a second so that
// other goroutines can run.
func (b bubble) handled(worker *application.Worker, cmd domain.ExecuteBenchmark) <-chan error {
	ended := make(chan error, 1)
	go func() { ended <- worker.Handle(b.Context(), cmd) }()
	time.Sleep(time.Second)
	return ended
}

// requireRequeued requires that the command goes back for that reason.
func requireRequeued(t require.TestingT, err error, reason string) domain.RequeueError {
	var requeued *domain.RequeueError
	require.ErrorAs(t, err, &requeued)
	require.Contains(t, requeued.Reason, reason)
	return *requeued
}

func TestASuspectBeginsWhenAllOthersHaveEnded(t *testing.T) {
	inBubble(t, func(b bubble) {
		executor := newTimed(time.Minute)
		worker, err := application.NewWorker(b.bus, executor, application.WorkerConfig{})
		require.NoError(b, err)
		first, oneLoss := b.handled(worker, command(b, 1, 0)), b.handled(worker, command(b, 2, 1))
		suspect := b.handled(worker, command(b, 3, 2))
		behind := b.handled(worker, command(b, 4, 0))
		requireRequeued(b, <-b.handled(worker, command(b, 5, 2)), "another one is executed alone")
		for _, ended := range []<-chan error{first, oneLoss, suspect, behind} {
			require.NoError(b, <-ended)
		}
		alone := time.Minute + time.Second + 200*time.Millisecond
		require.Equal(b, map[int]time.Duration{1: 0, 2: time.Second, 3: alone, 4: alone + time.Minute}, executor.begins)
		require.NoError(b, <-b.handled(worker, command(b, 6, 2)), "nobody is alone any more")
	})
}

// A queue may hold thousands of suspects, so they follow each other without a pause.
func TestASuspectBeginsAtOnceAfterAnother(t *testing.T) {
	inBubble(t, func(b bubble) {
		executor := newTimed(time.Minute)
		worker, err := application.NewWorker(b.bus, executor, application.WorkerConfig{})
		require.NoError(b, err)
		for i := range 3 {
			require.NoError(b, worker.Handle(b.Context(), command(b, i+1, 2)))
		}
		require.Equal(b, map[int]time.Duration{1: 0, 2: time.Minute, 3: 2 * time.Minute}, executor.begins)
	})
}

func TestALimitCountsWhatBegins(t *testing.T) {
	inBubble(t, func(b bubble) {
		executor := newTimed(10 * time.Minute)
		worker, err := application.NewWorker(b.bus, executor, application.WorkerConfig{Limit: 2})
		require.NoError(b, err)
		long := b.handled(worker, command(b, 1, 0))
		requireRequeued(b, <-b.handled(worker, command(b, 2, 2)), "it waited too long for its turn")
		require.NoError(b, <-long)
		require.NoError(b, <-b.handled(worker, command(b, 3, 0)), "the suspect never ran")
		requireRequeued(b, <-b.handled(worker, command(b, 4, 0)), "this worker has reached its limit")
		require.Len(b, executor.begins, 2)
	})
}

func TestWhatWaitsWhileTheLimitIsReachedGoesBack(t *testing.T) {
	inBubble(t, func(b bubble) {
		executor := newTimed(time.Minute)
		worker, err := application.NewWorker(b.bus, executor, application.WorkerConfig{Limit: 2})
		require.NoError(b, err)
		first := b.handled(worker, command(b, 1, 0))
		suspect := b.handled(worker, command(b, 2, 2))
		behind := b.handled(worker, command(b, 3, 0))
		require.NoError(b, <-first)
		require.NoError(b, <-suspect)
		requireRequeued(b, <-behind, "this worker has reached its limit")
		require.Len(b, executor.begins, 2)
	})
}
