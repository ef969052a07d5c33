package application_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/memstore"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

func TestWhatFailedIsRetriedAndCollected(t *testing.T) {
	bus, store, run := newBus(t), memstore.New(), newRun(t, 6)
	var broken atomic.Bool
	broken.Store(true)
	worker := newWorker(t, bus, func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
		if broken.Load() && it.Number%2 == 0 {
			return domain.Measurement{}, domain.Fail(domain.ClassCode, "broken")
		}
		return measured(it), nil
	}, application.WorkerConfig{})
	runner := newRunner(t, bus, application.RunnerConfig{Store: store})
	// A failure reaches its run before the failed queue: the worker must have ended.
	status, err := embed(t.Context(), worker, runner, run)
	require.NoError(t, err)
	require.Equal(t, domain.Counts{Planned: 6, Done: 3, Failed: 3}, status.Counts)

	listed := func(filter application.FailedFilter) (ids []string) {
		messages, err := application.ListFailed(t.Context(), bus, filter)
		require.NoError(t, err)
		for _, m := range messages {
			ids = append(ids, m.ID)
		}
		return ids
	}
	id := func(n int) string { return domain.MessageID(run.ID, n) }
	require.ElementsMatch(t, []string{id(2), id(4), id(6)}, listed(application.FailedFilter{}))
	require.Equal(t, []string{id(4)}, listed(application.FailedFilter{IDs: []string{id(4)}}))
	require.Empty(t, listed(application.FailedFilter{Run: "another"}))
	require.Empty(t, listed(application.FailedFilter{Class: domain.ClassTimeout}))
	require.Len(t, listed(application.FailedFilter{Run: run.ID, Class: domain.ClassCode}), 3)

	removed, err := application.RemoveFailed(t.Context(), bus, application.FailedFilter{IDs: []string{id(2)}})
	require.NoError(t, err)
	require.Len(t, removed, 1)

	broken.Store(false)
	retried, err := application.RetryFailed(t.Context(), bus, store, application.FailedFilter{})
	require.NoError(t, err)
	require.Len(t, retried.Messages, 2)
	require.Equal(t, []domain.RunID{run.ID}, retried.Reopened)
	require.Empty(t, listed(application.FailedFilter{}))
	status, err = application.Embed(t.Context(), worker, func(ctx context.Context) (domain.RunStatus, error) { return runner.Wait(ctx, run.ID) })
	require.NoError(t, err)
	require.Equal(t, domain.Counts{Planned: 6, Done: 5, Failed: 1}, status.Counts)
}

func TestAFailedMessageOfAnUnknownRunIsRetried(t *testing.T) {
	bus, given := newBus(t), make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	consumed := make(chan error, 1)
	go func() { consumed <- bus.Consume(ctx, domain.Consumer{}, quiet{given}) }()
	require.NoError(t, bus.Dispatch(t.Context(), newRun(t, 1).Plan.Message("r", 1, repliesOf("r"))))
	<-given
	cancel()
	require.NoError(t, <-consumed)
	retried, err := application.RetryFailed(t.Context(), bus, memstore.New(), application.FailedFilter{})
	require.NoError(t, err)
	require.Len(t, retried.Messages, 1)
	require.Empty(t, retried.Reopened)
	require.Equal(t, 1, backlog(t, bus))
}

// browsing is a bus on which something happens before each look at the failed queue.
type browsing struct {
	domain.Bus
	before func()
}

func (b browsing) BrowseFailed(ctx context.Context, each func(domain.FailedMessage) domain.FailedAction) error {
	b.before()
	return b.Bus.BrowseFailed(ctx, each)
}

// A runner that took the run up meanwhile would count the failure that is retried.
func TestNobodyCollectsARunWhileItsFailuresAreRetried(t *testing.T) {
	bus, store, run := newBus(t), memstore.New(), newRun(t, 1)
	worker := newWorker(t, bus, func(context.Context, domain.Iteration) (domain.Measurement, error) {
		return domain.Measurement{}, domain.Fail(domain.ClassCode, "no")
	}, application.WorkerConfig{})
	_, err := embed(t.Context(), worker, newRunner(t, bus, application.RunnerConfig{Store: store}), run)
	require.NoError(t, err)
	taken := func() bool {
		replies, err := bus.OpenReplies(t.Context(), run.ID)
		if err == nil {
			require.NoError(t, replies.Close())
			return false
		}
		require.ErrorIs(t, err, domain.ErrRunTaken)
		return true
	}
	var looks []bool
	retried, err := application.RetryFailed(t.Context(), browsing{bus, func() { looks = append(looks, taken()) }}, store, application.FailedFilter{})
	require.NoError(t, err)
	require.Len(t, retried.Messages, 1)
	require.Equal(t, []bool{false, true}, looks, "listed first, and then retried")
	require.False(t, taken(), "it is released in the end")
}
