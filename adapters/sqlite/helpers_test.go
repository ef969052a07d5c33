package sqlite_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/sqlite"
	"github.com/benchbus/benchbus/domain"
)

const runID domain.RunID = "20260102-030405-0000002a"

var at = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// newRun returns a run with the id runID.
func newRun(t testing.TB, iterations int) domain.Run {
	run, err := planned(iterations)
	require.NoError(t, err)
	return run
}

func planned(iterations int) (domain.Run, error) {
	loop := &domain.Benchmark{Slug: "loop", Name: "Loop", Category: "loops", Code: "$i++;", Runtimes: []domain.RuntimeName{"php84"}}
	return domain.NewRun(runID, domain.Plan{
		Entries:    []domain.Entry{domain.NewEntry(loop, "php84")},
		Iterations: iterations, Samples: 1,
	}, at)
}

// newStore makes a store and closes it. The store holds a run of that many iterations,
// or none for 0.
func newStore(t testing.TB, iterations int) string {
	path := filepath.Join(t.TempDir(), "store.db")
	store, err := sqlite.Open(t.Context(), path, sqlite.Config{})
	require.NoError(t, err)
	if iterations > 0 {
		require.NoError(t, store.CreateRun(t.Context(), newRun(t, iterations)))
	}
	require.NoError(t, store.Close())
	return path
}

// results returns the results of the iterations from to to, with one sample each.
func results(run domain.RunID, from, to int) []domain.IterationExecuted {
	cpu := 1
	all := make([]domain.IterationExecuted, 0, to-from+1)
	for n := from; n <= to; n++ {
		all = append(all, domain.IterationExecuted{
			Schema: domain.SchemaExecuted, RunID: run, Iteration: n, Entry: "loop", Attempt: 1, Worker: "worker-1",
			Host: domain.Host{Key: "5d41402a", Name: "box", OS: "linux", Arch: "amd64", Kernel: "6.1", CPUModel: "A CPU", Cores: 2, MemoryGiB: 4},
			Load: domain.Load{Load1: 0.53}, Started: at.Add(time.Duration(n) * 1_234_567), Took: 123_456_789,
			Samples: []domain.Sample{{
				Position: 1, Revolutions: 1000, Warmup: 10, Batch: 100_123_456, Wall: 113_456_789,
				UserCPU: 100_000_000, SystemCPU: 10_000_000, PeakMemory: 23_456_789, RuntimePeakMemory: 2_345_678, Timer: "hrtime", CPU: &cpu,
			}},
		})
	}
	return all
}

// requireIterations requires that exactly the iterations 1 to n are recorded, by every
// count.
func requireIterations(t *testing.T, store domain.Store, run domain.RunID, n int) {
	t.Helper()
	want := results(run, 1, n)
	for r, err := range store.Results(t.Context(), run) {
		require.NoError(t, err)
		require.NotEmpty(t, want)
		require.Equal(t, want[0], r)
		want = want[1:]
	}
	require.Empty(t, want)
	got, err := store.Run(t.Context(), run)
	require.NoError(t, err)
	require.Equal(t, n, got.Done)
}
