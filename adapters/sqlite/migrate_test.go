package sqlite_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/sqlite"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// earlier makes a store in the format of an earlier program.
func earlier(t *testing.T, format string) (path string) {
	t.Helper()
	script, err := os.ReadFile(filepath.Join("testdata", format+".sql"))
	require.NoError(t, err)
	path = filepath.Join(t.TempDir(), "store.db")
	execute(t, path, string(script))
	return path
}

// The program must read a store of an earlier version. The variants of its runs are
// their runtimes.
func TestAnEarlierStoreIsBroughtUpToDate(t *testing.T) {
	store, err := sqlite.Open(t.Context(), earlier(t, "format-3"), sqlite.Config{})
	require.NoError(t, err)
	defer store.Close()
	const id domain.RunID = "20260102-030405-00000001"
	run, err := store.Run(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, domain.StateCompleted, run.State)
	require.Equal(t, domain.Counts{Planned: 4, Done: 2, Failed: 2}, run.Counts)
	require.NoError(t, run.Validate())
	require.Len(t, run.Plan.Entries, 2)
	for i, slug := range []string{"loop", "fails-on-74"} {
		variants := run.Plan.Entries[i].Variants
		require.Len(t, variants, 2)
		require.Equal(t, []domain.RuntimeName{"php74", "php84"}, run.Plan.Entries[i].Runtimes())
		require.Equal(t, slug, variants[0].Benchmark.Slug)
		require.Same(t, variants[0].Benchmark, variants[1].Benchmark)
		require.Empty(t, variants[0].Settings)
	}
	// Each result still belongs to its iteration, with every sample in its place.
	n := 0
	for result, err := range store.Results(t.Context(), id) {
		require.NoError(t, err)
		n++
		require.NoError(t, result.Check())
		if result.Failure == nil {
			work := run.Plan.Message(id, result.Iteration, "").Work()
			require.NoError(t, domain.Measurement{Samples: result.Samples}.Check(work))
		} else {
			require.Equal(t, "fails-on-74", result.Entry)
		}
	}
	require.Equal(t, 4, n)
	report, err := application.Report(t.Context(), store, id, stats.Options{})
	require.NoError(t, err)
	require.Len(t, report.Families, 1)
	require.Equal(t, stats.ByRuntime, report.Families[0].Factor)
	require.Len(t, report.Cells[0].Samples, 4)

	// The run can go on.
	require.NoError(t, store.Reopen(t.Context(), id, []int{2}))
	fresh, err := store.Record(t.Context(), id, results(id, 2, 2))
	require.NoError(t, err)
	require.Equal(t, []bool{true}, fresh)
}

// The first format knew neither runners nor notices.
func TestTheFirstFormatIsBroughtUpToDate(t *testing.T) {
	path := earlier(t, "format-3")
	execute(t, path, `UPDATE runs SET state = 'pending'; ALTER TABLE runs DROP COLUMN updated_at; ALTER TABLE samples DROP COLUMN notices_json;
		DELETE FROM goose_db_version WHERE version_id > 1`)
	store, err := sqlite.Open(t.Context(), path, sqlite.Config{})
	require.NoError(t, err)
	defer store.Close()
	run, err := store.Run(t.Context(), "20260102-030405-00000001")
	require.NoError(t, err)
	require.Equal(t, domain.StateInterrupted, run.State)
	require.True(t, run.Updated.IsZero())
}

// One odd run must not keep people from the others.
func TestOddRunsAreBroughtUpToDate(t *testing.T) {
	path := earlier(t, "format-3")
	execute(t, path, `INSERT INTO runs (run, id, state, planned, benchmarks_json, runtimes_json, plan_json) VALUES (7, 'odd', 'failed', 0, '[]', '[]', '{}');
		UPDATE samples SET runtime = 'another' WHERE iteration = 1 AND sample = 1`)
	store, err := sqlite.Open(t.Context(), path, sqlite.Config{})
	require.NoError(t, err)
	defer store.Close()
	runs, err := store.Runs(t.Context(), "", 0)
	require.NoError(t, err)
	require.Len(t, runs, 2)
	_, err = store.Run(t.Context(), "odd")
	require.NoError(t, err)
}
