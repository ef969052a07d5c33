package sqlite_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/sqlite"
	"github.com/benchbus/benchbus/domain"
)

// intruding is a context that does something whenever another context is derived from
// it. database/sql derives one before each transaction and each query.
type intruding struct {
	context.Context
	intrude func()
}

func (c intruding) Value(key any) any {
	c.intrude()
	return c.Context.Value(key)
}

// Two queries read iterations and their samples. If a failure becomes a result between
// them, the reader sees the one or the other, and not half of both.
func TestAPageIsReadInOneView(t *testing.T) {
	const iterations = 200
	store, err := sqlite.Open(t.Context(), newStore(t, iterations), sqlite.Config{})
	require.NoError(t, err)
	defer store.Close()
	failed := results(runID, 1, iterations)
	for i := range failed {
		failed[i].Samples, failed[i].Failure = nil, &domain.Failure{Class: domain.ClassKilled, Message: "killed", Attempts: 1}
	}
	_, err = store.Record(t.Context(), runID, failed)
	require.NoError(t, err)

	replaced := 0
	ctx := intruding{t.Context(), func() {
		if replaced < iterations {
			replaced++
			require.NoError(t, store.Reopen(t.Context(), runID, []int{replaced}))
			_, err := store.Record(t.Context(), runID, results(runID, replaced, replaced))
			require.NoError(t, err)
		}
	}}
	read := 0
	for r, err := range store.Results(ctx, runID) {
		require.NoError(t, err)
		require.NoError(t, r.Check(), "iteration %d", r.Iteration)
		read++
	}
	require.Equal(t, iterations, read)
	require.NotZero(t, replaced, "nothing happened while the results were read")
}
