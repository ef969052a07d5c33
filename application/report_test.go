package application_test

import (
	"context"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/memstore"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// between is a store that calls happens after a run was read and before its results are
// read.
type between struct {
	domain.Store
	happens func()
}

func (b between) Results(ctx context.Context, id domain.RunID) iter.Seq2[domain.IterationExecuted, error] {
	b.happens()
	return b.Store.Results(ctx, id)
}

func TestReportAgreesWithItselfWhileTheRunGoesOn(t *testing.T) {
	t.Parallel()
	store, run := memstore.New(), newRun(t, 2)
	require.NoError(t, store.CreateRun(t.Context(), run))
	record := func(n int, failure *domain.Failure) {
		result := domain.IterationExecuted{Schema: domain.SchemaExecuted, RunID: run.ID, Iteration: n, Attempt: 1, Failure: failure}
		if failure == nil {
			result.Samples = measured(domain.Iteration{Variants: run.Plan.EntryOf(n).Variants, Samples: run.Plan.Samples}).Samples
		}
		_, err := store.Record(t.Context(), run.ID, []domain.IterationExecuted{result})
		require.NoError(t, err)
	}
	check := func(state domain.State, counts domain.Counts, happens func()) {
		t.Helper()
		r, err := application.Report(t.Context(), between{store, happens}, run.ID, stats.Options{})
		require.NoError(t, err)
		require.Equal(t, state, r.Run.State)
		require.Equal(t, counts, r.Run.Counts)
		require.Len(t, r.Failures, counts.Failed)
		require.Len(t, r.Cells[0].Samples, counts.Done*run.Plan.Samples)
	}
	check(domain.StateInterrupted, domain.Counts{Planned: 2, Done: 1, Outstanding: 1}, func() { record(1, nil) })
	check(domain.StateCompleted, domain.Counts{Planned: 2, Done: 1, Failed: 1}, func() {
		record(2, &domain.Failure{Class: domain.ClassCode, Message: "m", Attempts: 1})
	})
	status := run.RunStatus
	status.State = domain.StateCompleted
	require.NoError(t, store.UpdateRun(t.Context(), status))
	check(domain.StateInterrupted, domain.Counts{Planned: 2, Done: 1, Outstanding: 1}, func() {
		require.NoError(t, store.Reopen(t.Context(), run.ID, []int{2}))
	})

	_, err := application.Report(t.Context(), store, "no-such-run", stats.Options{})
	require.ErrorIs(t, err, domain.ErrRunNotFound)
}
