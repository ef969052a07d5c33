package sqlite_test

import (
	"database/sql"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/sqlite"
	"github.com/benchbus/benchbus/domain"
)

const page = "../../docs/store.md"

// filled is a store with two runs of one definition on one host, opened by hand.
func filled(t *testing.T) *sql.DB {
	path := newStore(t, 9)
	store, err := sqlite.Open(t.Context(), path, sqlite.Config{})
	require.NoError(t, err)
	again := newRun(t, 9)
	again.ID = "again"
	require.NoError(t, store.CreateRun(t.Context(), again))
	failed := results("again", 3, 3)
	failed[0].Samples, failed[0].Failure = nil, &domain.Failure{Class: domain.ClassCode, Message: "no such function", Attempts: 1}
	for _, batch := range [][]domain.IterationExecuted{results(runID, 1, 2), results(runID, 3, 3)} {
		_, err = store.Record(t.Context(), runID, batch)
		require.NoError(t, err)
	}
	_, err = store.Record(t.Context(), "again", failed)
	require.NoError(t, err)
	require.NoError(t, store.Close())
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// rows are what a query gives, columns joined by a bar.
func rows(t *testing.T, db *sql.DB, query string) (all []string) {
	t.Helper()
	found, err := db.Query(query)
	require.NoError(t, err, query)
	defer found.Close()
	columns, err := found.Columns()
	require.NoError(t, err)
	for found.Next() {
		texts, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
		for i := range texts {
			into[i] = &texts[i]
		}
		require.NoError(t, found.Scan(into...))
		line := make([]string, len(columns))
		for i, text := range texts {
			line[i] = text.String
		}
		all = append(all, strings.Join(line, "|"))
	}
	require.NoError(t, found.Err())
	return all
}

func TestThePageKnowsEveryTableAndColumn(t *testing.T) {
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	described := map[string]string{}
	for _, line := range regexp.MustCompile("(?m)^\\| `(\\w+)` .*$").FindAllStringSubmatch(string(text), -1) {
		described[line[1]] = line[0]
	}
	db := filled(t)
	tables := rows(t, db, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'goose_%'`)
	require.Len(t, described, len(tables))
	for _, table := range tables {
		for _, column := range rows(t, db, `SELECT name FROM pragma_table_info('`+table+`')`) {
			require.Contains(t, described[table], "`"+column+"`", table)
		}
	}
	for _, column := range rows(t, db, `SELECT name FROM pragma_table_info('sample_values')`) {
		require.Contains(t, string(text), "`"+column+"`")
	}
}

func TestThePagesQueriesWork(t *testing.T) {
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	db := filled(t)
	queries := regexp.MustCompile("(?s)```sql\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	require.NotEmpty(t, queries)
	for _, query := range queries {
		require.NotEmpty(t, rows(t, db, strings.ReplaceAll(query[1], "20261123-142501-0000002a", string(runID))), query[1])
	}
}

func TestEqualDefinitionsAndHostsAreStoredOnce(t *testing.T) {
	db := filled(t)
	require.Equal(t, []string{"2|1|1|2"}, rows(t, db, `SELECT (SELECT count(*) FROM runs), (SELECT count(*) FROM definitions),
		(SELECT count(*) FROM hosts), (SELECT count(*) FROM variants)`))
	require.Equal(t, []string{string(runID) + "|loop|php84|{}||||3|1|100123.456|||worker-1|box|2026-01-02T03:04:05.003703701Z"},
		rows(t, db, `SELECT * FROM sample_values WHERE iteration = 3`))
	require.Empty(t, rows(t, db, `PRAGMA foreign_key_check`))
	require.Equal(t, []string{"ok"}, rows(t, db, `PRAGMA integrity_check`))
}
