package sqlite_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/sqlite"
	"github.com/benchbus/benchbus/domain"
)

// A store that an earlier version has written stays readable.
func TestAnEarlierStoreIsBroughtUpToDate(t *testing.T) {
	path := newStore(t, 3)
	store, err := sqlite.Open(t.Context(), path, sqlite.Config{})
	require.NoError(t, err)
	_, err = store.Record(t.Context(), runID, results(runID, 1, 2))
	require.NoError(t, err)
	require.NoError(t, store.Close())
	execute(t, path, `UPDATE runs SET state = 'pending'; ALTER TABLE runs DROP COLUMN updated_at; ALTER TABLE samples DROP COLUMN notices_json;
		DELETE FROM goose_db_version WHERE version_id > 1`)
	store, err = sqlite.Open(t.Context(), path, sqlite.Config{})
	require.NoError(t, err)
	defer store.Close()
	run, err := store.Run(t.Context(), runID)
	require.NoError(t, err)
	require.Equal(t, domain.StateInterrupted, run.State)
	require.True(t, run.Updated.IsZero())
	require.Equal(t, 3, run.Planned)
	requireIterations(t, store, runID, 2)
	_, err = store.Record(t.Context(), runID, results(runID, 3, 3))
	require.NoError(t, err)
	requireIterations(t, store, runID, 3)
}
