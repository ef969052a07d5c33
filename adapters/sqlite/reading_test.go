package sqlite_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/sqlite"
)

func names(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// A user who may not write can read, and leaves no file behind.
func TestReadingWhatCannotBeWritten(t *testing.T) {
	check := func(name string, folder, file os.FileMode) {
		t.Run(name, func(t *testing.T) {
			path := threeRecorded(t)
			dir := protect(t, path, folder, file)
			asNobody(t, func() {
				store, err := sqlite.OpenForReading(t.Context(), path, sqlite.Config{})
				require.NoError(t, err)
				requireIterations(t, store, runID, 3)
				_, err = store.Record(t.Context(), runID, results(runID, 4, 4))
				require.ErrorIs(t, err, sqlite.ErrAccess)
				require.ErrorIs(t, store.UpdateRun(t.Context(), newRun(t, 9).RunStatus), sqlite.ErrAccess)
				requireIterations(t, store, runID, 3)
				require.NoError(t, store.Close())
			})
			require.Equal(t, []string{"store.db"}, names(t, dir))
		})
	}
	check("file", 0o777, 0o444)
	check("folder", 0o555, 0o666)
	check("both", 0o555, 0o444)
}

// Reading also finds what the writer has not yet moved into the main file.
func TestReadingBesideAWriter(t *testing.T) {
	path := threeRecorded(t)
	writer, err := sqlite.Open(t.Context(), path, sqlite.Config{})
	require.NoError(t, err)
	defer writer.Close()
	_, err = writer.Record(t.Context(), runID, results(runID, 4, 9))
	require.NoError(t, err)
	dir := filepath.Dir(path)
	for _, name := range names(t, dir) {
		require.NoError(t, os.Chmod(filepath.Join(dir, name), 0o444))
	}
	protect(t, path, 0o555, 0o444)
	asNobody(t, func() {
		store, err := sqlite.OpenForReading(t.Context(), path, sqlite.Config{})
		require.NoError(t, err)
		defer store.Close()
		requireIterations(t, store, runID, 9)
	})
}

func TestReadingMakesNothing(t *testing.T) {
	dir := t.TempDir()
	for _, open := range []func(string) error{
		func(path string) error {
			_, err := sqlite.OpenForReading(t.Context(), path, sqlite.Config{})
			return err
		},
		func(path string) error {
			_, err := sqlite.Open(t.Context(), path, sqlite.Config{MustExist: true})
			return err
		},
	} {
		for _, name := range []string{"typo.db", "no/such/typo.db"} {
			require.ErrorIs(t, open(filepath.Join(dir, name)), sqlite.ErrMissing)
		}
	}
	require.Empty(t, names(t, dir))
}

func TestReadingWhatIsNoStore(t *testing.T) {
	check := func(reason error, change func(path string)) {
		t.Helper()
		path := threeRecorded(t)
		change(path)
		protect(t, path, 0o555, 0o444)
		asNobody(t, func() {
			_, err := sqlite.OpenForReading(t.Context(), path, sqlite.Config{})
			require.ErrorIs(t, err, reason)
		})
	}
	check(sqlite.ErrNotStore, func(path string) { require.NoError(t, os.WriteFile(path, []byte("text"), 0o444)) })
	check(sqlite.ErrNewer, func(path string) {
		execute(t, path, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`)
	})
	check(sqlite.ErrOlder, func(path string) { execute(t, path, `DELETE FROM goose_db_version`) })

	path := threeRecorded(t)
	protect(t, path, 0o555, 0o000)
	asNobody(t, func() {
		_, err := sqlite.OpenForReading(t.Context(), path, sqlite.Config{})
		require.ErrorIs(t, err, sqlite.ErrUnread)
	})
}

// threeRecorded makes a store with a run of nine iterations, three of them recorded.
func threeRecorded(t *testing.T) string {
	path := newStore(t, 9)
	store, err := sqlite.Open(t.Context(), path, sqlite.Config{})
	require.NoError(t, err)
	_, err = store.Record(t.Context(), runID, results(runID, 1, 3))
	require.NoError(t, err)
	require.NoError(t, store.Close())
	return path
}

// protect gives the store and its folder those modes until the test ends.
func protect(t *testing.T, path string, folder, file os.FileMode) (dir string) {
	dir = filepath.Dir(path)
	require.NoError(t, os.Chmod(filepath.Dir(dir), 0o755))
	require.NoError(t, os.Chmod(path, file))
	require.NoError(t, os.Chmod(dir, folder))
	t.Cleanup(func() { require.NoError(t, os.Chmod(dir, 0o700)) })
	return dir
}
