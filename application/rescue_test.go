package application_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// lossy is a bus that loses the first commands, and reports the queues and failed
// messages that the test sets.
type lossy struct {
	*unruly
	ready  []int                  // how many commands wait, look by look; none after the last one
	failed []domain.FailedMessage // the messages of the failed queue

	mu   sync.Mutex
	sent [][]int // the iterations of each dispatch
}

func (b bubble) lossy() *lossy {
	b.bus.lose.Store(1)
	return &lossy{unruly: b.bus}
}

func (l *lossy) Queues(context.Context, ...domain.RunID) ([]domain.Queue, error) {
	queue := domain.Queue{Kind: domain.QueueCommands}
	if len(l.ready) > 0 {
		queue.Ready, l.ready = l.ready[0], l.ready[1:]
	}
	return []domain.Queue{queue}, nil
}

func (l *lossy) BrowseFailed(_ context.Context, each func(domain.FailedMessage) domain.FailedAction) error {
	for _, m := range l.failed {
		each(m)
	}
	return nil
}

func (l *lossy) Dispatch(ctx context.Context, cmds ...domain.ExecuteBenchmark) error {
	var numbers []int
	for _, cmd := range cmds {
		numbers = append(numbers, cmd.Iteration)
	}
	l.mu.Lock()
	l.sent = append(l.sent, numbers)
	l.mu.Unlock()
	return l.unruly.Dispatch(ctx, cmds...)
}

// dispatched returns the iterations that were sent so far.
func (l *lossy) dispatched() [][]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.sent)
}

// collected runs the run over the bus in the background.
func (b bubble) collected(ctx context.Context, bus domain.Bus, run domain.Run) <-chan ending {
	runner, ended := newRunner(b, bus, application.RunnerConfig{Store: b.store}), make(chan ending, 1)
	go func() {
		status, err := runner.Run(ctx, run)
		ended <- ending{status, err}
	}()
	return ended
}

// A command may be on its way back to its queue while the runner asks the workers.
func TestWhatWaitsAfterTheStatusRequestIsNotLost(t *testing.T) {
	inBubble(t, func(b bubble) {
		stop := b.work(domain.ExecutorFunc(wellBehaved), application.WorkerConfig{})
		bus := b.lossy()
		bus.ready = []int{0, 1} // the second look follows the status request
		ended := b.collected(b.Context(), bus, newRun(b, 2))
		time.Sleep(15 * time.Second)
		require.Equal(b, [][]int{{1, 2}}, bus.dispatched())
		require.NoError(b, within(b, time.Minute, ended).err)
		require.Equal(b, [][]int{{1, 2}, {1, 2}}, bus.dispatched(), "it was lost all the same")
		stop()
	})
}

// An iteration that ends while the runner asks the workers is not executed again.
func TestWhatEndsDuringTheStatusRequestIsNotSentAgain(t *testing.T) {
	inBubble(t, func(b bubble) {
		stop := b.work(domain.ExecutorFunc(wellBehaved), application.WorkerConfig{})
		bus, run := b.lossy(), newRun(b, 2)
		ended := b.collected(b.Context(), bus, run)
		time.Sleep(10*time.Second + application.AnswerTime/2)
		require.NoError(b, b.bus.Reply(b.Context(), repliesOf(run.ID), domain.IterationExecuted{
			Schema: domain.SchemaExecuted, RunID: run.ID, Iteration: 1, Attempt: 1,
			Failure: &domain.Failure{Class: domain.ClassCode, Message: "no", Attempts: 1},
		}))
		require.NoError(b, within(b, time.Minute, ended).err)
		require.Equal(b, [][]int{{1, 2}, {2}}, bus.dispatched())
		stop()
	})
}

// Nobody can tell what a silent worker has, and workers of another queue have nothing
// of this run.
func TestNothingIsSentAgainWhileNoWorkerAnswers(t *testing.T) {
	inBubble(t, func(b bubble) {
		bus, gone := b.lossy(), b.elsewhere()
		ctx, cancel := context.WithCancel(b.Context())
		ended := b.collected(ctx, bus, newRun(b, 2))
		time.Sleep(5 * time.Minute)
		require.Len(b, bus.dispatched(), 1)
		cancel()
		require.ErrorIs(b, (<-ended).err, application.ErrInterrupted)
		gone()
	})
}

// A message without a reason says nothing about the iteration that it names.
func TestAFailedMessageWithoutAReasonIsNoFailure(t *testing.T) {
	inBubble(t, func(b bubble) {
		stop := b.work(domain.ExecutorFunc(wellBehaved), application.WorkerConfig{})
		bus, run := b.lossy(), newRun(b, 3)
		bus.failed = []domain.FailedMessage{
			{RunID: run.ID, Iteration: 1},
			{RunID: run.ID, Iteration: 2, Failure: domain.Failure{Class: domain.ClassWorkerLost}},
			{RunID: "other", Iteration: 3, Failure: domain.Failure{Class: domain.ClassWorkerLost}},
		}
		end := within(b, time.Minute, b.collected(b.Context(), bus, run))
		require.NoError(b, end.err)
		require.Equal(b, domain.Counts{Planned: 3, Done: 2, Failed: 1}, end.Counts)
		require.Equal(b, []int{1, 3}, slices.Concat(bus.dispatched()[1:]...))
		stop()
	})
}
