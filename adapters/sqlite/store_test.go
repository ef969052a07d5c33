package sqlite_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/sqlite"
)

func TestSettings(t *testing.T) {
	store, err := sqlite.Open(t.Context(), newStore(t, 0), sqlite.Config{BusyTimeout: 1234 * time.Millisecond})
	require.NoError(t, err)
	defer store.Close()
	writer, reader, err := store.Settings()
	require.NoError(t, err)
	const common = "journal wal, synchronous 1, foreign keys 1, timeout 1234, query only "
	require.Equal(t, common+"0", writer)
	require.Equal(t, common+"1", reader)
}

func TestWhatFailsHalfWayIsUndone(t *testing.T) {
	store, err := sqlite.Open(t.Context(), newStore(t, 3), sqlite.Config{})
	require.NoError(t, err)
	defer store.Close()
	broken := errors.New("broken")
	require.ErrorIs(t, store.FailAfter(t.Context(), `UPDATE runs SET planned = 99`, broken), broken)
	run, err := store.Run(t.Context(), runID)
	require.NoError(t, err)
	require.Equal(t, 3, run.Planned)
}

func TestAfterClose(t *testing.T) {
	path := newStore(t, 1)
	store, err := sqlite.Open(t.Context(), path, sqlite.Config{})
	require.NoError(t, err)
	require.NoError(t, store.Close())
	_, err = store.Record(t.Context(), runID, results(runID, 1, 1))
	require.ErrorIs(t, err, sqlite.ErrClosed)
	require.EqualError(t, err, "the store "+path+" is closed; open it again")
}

// A program that died between the first two steps of making a store leaves a file,
// which the next program completes.
func TestAStoreThatWasBegun(t *testing.T) {
	path := t.TempDir() + "/store.db"
	execute(t, path, `PRAGMA application_id = 0x62627573; CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL, is_applied INTEGER NOT NULL, tstamp TIMESTAMP DEFAULT (datetime('now')));
		INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, 1)`)
	store, err := sqlite.Open(t.Context(), path, sqlite.Config{})
	require.NoError(t, err)
	defer store.Close()
	require.NoError(t, store.CreateRun(t.Context(), newRun(t, 1)))
}
