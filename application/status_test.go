package application_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

func TestTheStatusOfABusHasItsQueuesItsWorkersAndItsRuns(t *testing.T) {
	inBubble(t, func(b bubble) {
		detached, collected := newRun(b, 3), newRun(b, 2)
		collected.ID = "20260102-030405-00000002"
		_, err := newRunner(b, b.bus, application.RunnerConfig{Store: b.store}).Detach(b.Context(), detached)
		require.NoError(b, err)
		ctx, interrupt := context.WithCancel(b.Context())
		ended := b.run(ctx, collected)
		busy := worker("w1", "a")
		busy.PerSecond, busy.Running = 1.5, []domain.RunningIteration{{RunID: "r", Iteration: 1, Entry: "loop", Attempt: 1}}
		elsewhere := worker("there", "c")
		elsewhere.Queue, elsewhere.PerSecond = "gpu", 8
		gone := b.standIn(busy, worker("w2", "b"), elsewhere)

		status, err := application.Status(b.Context(), b.bus, b.store)
		require.NoError(b, err)
		require.Equal(b, domain.QueueCommands, status.Queues[0].Kind)
		require.Equal(b, 5, status.Queues[0].Ready)
		last := status.Queues[len(status.Queues)-1]
		require.Equal(b, domain.QueueReplies, last.Kind)
		require.Equal(b, detached.ID, last.RunID)
		require.Len(b, status.Workers, 3)
		own := status.Workers.On(status.Queue)
		require.Equal(b, 1, own.Running())
		require.InDelta(b, 1.5, own.PerSecond(), 0)
		require.Len(b, status.Runs, 2)
		require.Equal(b, collected.ID, status.Runs[0].RunID)
		require.Equal(b, domain.StateRunning, status.Runs[0].State)
		require.Equal(b, detached.ID, status.Runs[1].RunID)
		require.Equal(b, domain.StateDetached, status.Runs[1].State)
		require.Equal(b, domain.Counts{Planned: 3, Outstanding: 3}, status.Runs[1].Counts)
		require.NoError(b, status.Runs[1].Check())

		interrupt()
		<-ended
		gone()
	})
}

// unreadable is a store that cannot be read.
type unreadable struct{ domain.Store }

func (unreadable) Runs(context.Context, string, int) ([]domain.RunStatus, error) {
	return nil, errors.New("the file is damaged")
}

func TestAStoreThatCannotBeReadHidesNothingElse(t *testing.T) {
	inBubble(t, func(b bubble) {
		gone := b.standIn(worker("w1", "a"))
		status, err := application.Status(b.Context(), b.bus, unreadable{b.store})
		require.ErrorIs(b, err, application.ErrStoreUnread)
		require.ErrorContains(b, err, "the file is damaged")
		require.Len(b, status.Workers, 1)
		require.NotEmpty(b, status.Queues)

		status, err = application.Status(b.Context(), b.bus, nil)
		require.NoError(b, err, "there may be no store at all")
		require.Len(b, status.Workers, 1)
		gone()
	})
}

func TestABusThatCannotTellHowItsQueuesStandHasNoStatus(t *testing.T) {
	inBubble(t, func(b bubble) {
		_, err := application.Status(b.Context(), counting{Bus: b.bus, err: errors.ErrUnsupported}, nil)
		require.ErrorIs(b, err, errors.ErrUnsupported)
	})
}
