package sqlite_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/sqlite"
	"github.com/benchbus/benchbus/domain"
)

// BenchmarkRecord records results of one sample each, in calls of several sizes; a busy
// runner records up to 256 in a call. It reports time and rate per iteration. x-bare
// says how many times longer that takes than adding the same values, in the same calls,
// to a table without keys or references.
func BenchmarkRecord(b *testing.B) {
	for _, size := range []int{1, 16, 64, 256} {
		b.Run(fmt.Sprintf("calls of %d", size), func(b *testing.B) { benchmarkRecord(b, size) })
	}
}

func benchmarkRecord(b *testing.B, callSize int) {
	store, err := sqlite.Open(b.Context(), newStore(b, 0), sqlite.Config{})
	require.NoError(b, err)
	defer store.Close()
	run := newRun(b, 1)
	run.Planned = b.N
	require.NoError(b, store.CreateRun(b.Context(), run))
	_, err = store.Record(b.Context(), runID, nil) // prepares the statements
	require.NoError(b, err)
	b.ReportAllocs()
	b.ResetTimer()
	var took time.Duration
	for n := 0; n < b.N; n += callSize {
		b.StopTimer()
		all := results(runID, n+1, min(b.N, n+callSize))
		b.StartTimer()
		start := time.Now()
		_, err := store.Record(b.Context(), runID, all)
		took += time.Since(start)
		require.NoError(b, err)
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/took.Seconds(), "iterations/s")
	b.ReportMetric(took.Seconds()/bare(b, b.N, callSize).Seconds(), "x-bare")
}

// bare measures the same work with nothing but SQLite.
func bare(b *testing.B, n, callSize int) (took time.Duration) {
	db, err := sql.Open("sqlite", filepath.Join(b.TempDir(), "bare.db")+"?_journal_mode=WAL&_synchronous=NORMAL")
	require.NoError(b, err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	columns := len(bareValues(results(runID, 1, 1)[0]))
	names := make([]string, columns)
	for i := range names {
		names[i] = fmt.Sprintf("c%d", i)
	}
	_, err = db.Exec(`CREATE TABLE bare (` + strings.Join(names, ", ") + `)`)
	require.NoError(b, err)
	row := "(?" + strings.Repeat(", ?", columns-1) + ")"
	insert, err := db.Prepare(`INSERT INTO bare VALUES ` + row + strings.Repeat(", "+row, callSize-1))
	require.NoError(b, err)
	for done := 0; done < n; done += callSize {
		var values []any
		for _, r := range results(runID, done+1, done+callSize) {
			values = append(values, bareValues(r)...)
		}
		start := time.Now()
		_, err := insert.Exec(values...)
		took += time.Since(start)
		require.NoError(b, err)
	}
	return took
}

func bareValues(r domain.IterationExecuted) []any {
	s := r.Samples[0]
	return []any{
		1, r.Iteration, r.Entry, r.Attempt, r.Worker, 1, r.Load.Load1, r.Load.Steal, r.Started.Format(time.RFC3339Nano), int64(r.Took), 0,
		1, r.Iteration, 1, s.Position, s.Variant, s.Revolutions, s.Warmup, int64(s.Batch), int64(s.Wall), int64(s.UserCPU),
		int64(s.SystemCPU), s.PeakMemory, s.RuntimePeakMemory, s.Timer, *s.CPU,
	}
}

// BenchmarkResults reads results of one sample each.
func BenchmarkResults(b *testing.B) {
	const kept = 20_000
	store, err := sqlite.Open(b.Context(), newStore(b, kept), sqlite.Config{})
	require.NoError(b, err)
	defer store.Close()
	_, err = store.Record(b.Context(), runID, results(runID, 1, kept))
	require.NoError(b, err)
	b.ReportAllocs()
	b.ResetTimer()
	for n := 0; n < b.N; {
		for _, err := range store.Results(b.Context(), runID) {
			require.NoError(b, err)
			if n++; n == b.N {
				break
			}
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "iterations/s")
}

// BenchmarkOpen opens and closes a store that is up to date.
func BenchmarkOpen(b *testing.B) {
	path := newStore(b, 1)
	for b.Loop() {
		store, err := sqlite.Open(b.Context(), path, sqlite.Config{})
		require.NoError(b, err)
		_, err = store.Runs(b.Context(), "", 0)
		require.NoError(b, err)
		require.NoError(b, store.Close())
	}
}
