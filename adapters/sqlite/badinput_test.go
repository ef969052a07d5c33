package sqlite_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/sqlite"
	"github.com/benchbus/benchbus/domain"
)

// refused opens the path, which must fail for that reason, in a sentence that
// begins with the path and says what to do next.
func refused(t *testing.T, path string, reason error, advice string) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), path, sqlite.Config{})
	require.Nil(t, store)
	require.ErrorIs(t, err, reason)
	require.True(t, strings.HasPrefix(err.Error(), "the store "+path+" "), err.Error())
	require.ErrorContains(t, err, advice)
	require.NotContains(t, err.Error(), "\n")
}

// contents are the bytes of everything in the folder, by name.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	all := map[string]string{}
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		require.NoError(t, err)
		all[entry.Name()] = string(text)
	}
	return all
}

// execute runs SQL on the file past the store.
func execute(t *testing.T, path, statements string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	_, err = db.Exec(statements)
	require.NoError(t, err)
	require.NoError(t, db.Close())
}

func TestAFolderIsNoStore(t *testing.T) {
	dir := t.TempDir()
	refused(t, dir, sqlite.ErrFolder, filepath.Join(dir, "benchbus.db"))
	_, err := sqlite.Open(t.Context(), "", sqlite.Config{})
	require.ErrorContains(t, err, "name one")
}

func TestFilesThatAreNoStore(t *testing.T) {
	for name, text := range map[string]string{
		"short":  "hello",
		"long":   strings.Repeat("slug: loop\n", 2000),
		"binary": "SQLite format 2\x00" + strings.Repeat("\xff", 5000),
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.yaml")
			require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
			refused(t, path, sqlite.ErrNotStore, "name another file")
			require.Equal(t, map[string]string{"x.yaml": text}, contents(t, filepath.Dir(path)), "it is left alone")
		})
	}
}

func TestTheDatabaseOfAnotherProgramIsLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "places.sqlite")
	execute(t, path, `CREATE TABLE goose_db_version (version_id INTEGER); INSERT INTO goose_db_version VALUES (1)`)
	before := contents(t, filepath.Dir(path))
	refused(t, path, sqlite.ErrNotStore, "name another file")
	require.Equal(t, before, contents(t, filepath.Dir(path)))
}

func TestAStoreOfANewerVersionIsLeftAlone(t *testing.T) {
	path := newStore(t, 3)
	execute(t, path, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`)
	before := contents(t, filepath.Dir(path))
	refused(t, path, sqlite.ErrNewer, "its format is 99, this version knows 8")
	refused(t, path, sqlite.ErrNewer, "update benchbus")
	require.Equal(t, before, contents(t, filepath.Dir(path)))
}

func TestFilesAndFoldersAreMade(t *testing.T) {
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty.db")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	odd := filepath.Join(dir, "a?b", "c%20d#e", "store é.db")
	for _, path := range []string{empty, odd} {
		store, err := sqlite.Open(t.Context(), path, sqlite.Config{})
		require.NoError(t, err)
		require.NoError(t, store.CreateRun(t.Context(), newRun(t, 1)))
		require.NoError(t, store.Close())
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.NotZero(t, info.Size())
	}
	info, err := os.Stat(filepath.Join(dir, "a?b"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())

	_, err = sqlite.Open(t.Context(), filepath.Join(empty, "store.db"), sqlite.Config{})
	require.ErrorContains(t, err, "the folder of the store")
	require.ErrorContains(t, err, "name another file")
}

func TestReadOnly(t *testing.T) {
	const advice = "make the file and its folder writable, or name another file"
	check := func(name string, folder, file os.FileMode, in string) {
		t.Run(name, func(t *testing.T) {
			path := newStore(t, 3)
			dir := filepath.Dir(path)
			before := contents(t, dir)
			require.NoError(t, os.Chmod(filepath.Dir(dir), 0o755))
			require.NoError(t, os.Chmod(path, file))
			require.NoError(t, os.Chmod(dir, folder))
			t.Cleanup(func() { require.NoError(t, os.Chmod(dir, 0o700)) })
			asNobody(t, func() { refused(t, filepath.Join(dir, in), sqlite.ErrAccess, advice) })
			require.NoError(t, os.Chmod(dir, 0o700))
			require.NoError(t, os.Chmod(path, 0o600))
			after := contents(t, dir)
			require.Equal(t, before["store.db"], after["store.db"])
		})
	}
	check("file", 0o777, 0o444, "store.db")
	check("folder", 0o555, 0o666, "store.db")
	check("file in it", 0o555, 0o444, "store.db")
	check("folder without the file", 0o555, 0o444, "other.db")
	check("file not even readable", 0o777, 0o000, "store.db")
}

// A disk that is full fails a call as a whole; with room again, all goes on.
func TestAFullDisk(t *testing.T) {
	store, err := sqlite.Open(t.Context(), newStore(t, 0), sqlite.Config{})
	require.NoError(t, err)
	defer store.Close()
	run := newRun(t, 100_000)
	run.ID = "big"
	require.NoError(t, store.CreateRun(t.Context(), run))
	pages, err := store.Pages()
	require.NoError(t, err)
	require.NoError(t, store.LimitPages(pages+20))
	recorded := 0
	for err == nil {
		_, err = store.Record(t.Context(), "big", results("big", recorded+1, recorded+100))
		recorded += 100
	}
	recorded -= 100
	require.ErrorIs(t, err, sqlite.ErrFull)
	require.ErrorContains(t, err, "make room, and go on with: benchbus resume")
	require.Positive(t, recorded)
	requireIterations(t, store, "big", recorded)
	again := newRun(t, 1)
	again.ID, again.Plan.Entries[0].Variants[0].Benchmark.Code = "another", strings.Repeat("x", 1<<19)
	require.ErrorIs(t, store.CreateRun(t.Context(), again), sqlite.ErrFull)
	_, err = store.Run(t.Context(), "another")
	require.ErrorIs(t, err, domain.ErrRunNotFound)

	require.NoError(t, store.LimitPages(1<<30))
	fresh, err := store.Record(t.Context(), "big", results("big", recorded, recorded+100))
	require.NoError(t, err)
	require.False(t, fresh[0])
	requireIterations(t, store, "big", recorded+100)
}

func TestLockedByAnotherProcess(t *testing.T) {
	path := newStore(t, 9)
	other, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	defer other.Close()
	lock, err := other.Conn(t.Context())
	require.NoError(t, err)
	defer lock.Close()
	_, err = lock.ExecContext(t.Context(), `BEGIN IMMEDIATE`)
	require.NoError(t, err)

	store, err := sqlite.Open(t.Context(), path, sqlite.Config{BusyTimeout: 20 * time.Millisecond})
	require.NoError(t, err, "to look is allowed")
	defer store.Close()
	requireIterations(t, store, runID, 0)
	_, err = store.Record(t.Context(), runID, results(runID, 1, 3))
	require.ErrorIs(t, err, sqlite.ErrBusy)
	require.ErrorContains(t, err, "try again when that one is done")

	patient, err := sqlite.Open(t.Context(), path, sqlite.Config{BusyTimeout: time.Hour})
	require.NoError(t, err)
	defer patient.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err = patient.Record(ctx, runID, results(runID, 1, 3))
	require.ErrorIs(t, err, context.DeadlineExceeded, "the context ends the wait")

	_, err = lock.ExecContext(t.Context(), `COMMIT`)
	require.NoError(t, err)
	_, err = patient.Record(t.Context(), runID, results(runID, 1, 3))
	require.NoError(t, err)
	requireIterations(t, store, runID, 3)
}

// Whatever is destroyed, the answer is a sentence and never a made-up result.
func TestDamage(t *testing.T) {
	const kept = 5000
	path := newStore(t, kept)
	store, err := sqlite.Open(t.Context(), path, sqlite.Config{})
	require.NoError(t, err)
	_, err = store.Record(t.Context(), runID, results(runID, 1, kept))
	require.NoError(t, err)
	require.NoError(t, store.Close())
	whole, err := os.ReadFile(path)
	require.NoError(t, err)

	check := func(name string, damaged []byte) {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "store.db")
			require.NoError(t, os.WriteFile(path, damaged, 0o600))
			err := use(t, path)
			require.ErrorIs(t, err, sqlite.ErrDamaged)
			require.ErrorContains(t, err, "the store "+path+" is damaged; move it away")
		})
	}
	middle := append([]byte(nil), whole...)
	for i := len(middle) / 3; i < len(middle)*2/3; i++ {
		middle[i] = 0xa5
	}
	check("garbage in the middle", middle)
	check("cut off in the middle", whole[:len(whole)/2])
	check("only the first page", whole[:4096])
}

// use reads and writes the store and returns the first error.
func use(t *testing.T, path string) error {
	store, err := sqlite.Open(t.Context(), path, sqlite.Config{})
	if err != nil {
		return err
	}
	defer store.Close()
	for _, err := range store.Results(t.Context(), runID) {
		if err != nil {
			return err
		}
	}
	_, err = store.Record(t.Context(), runID, results(runID, 1, 9))
	return err
}
