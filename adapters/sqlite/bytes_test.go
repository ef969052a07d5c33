package sqlite_test

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/sqlite"
	"github.com/benchbus/benchbus/domain"
)

// stored makes a store with a run and its results, and opens its file directly.
func stored(t *testing.T, run domain.Run, results ...domain.IterationExecuted) *sql.DB {
	t.Helper()
	path := newStore(t, 0)
	store, err := sqlite.Open(t.Context(), path, sqlite.Config{})
	require.NoError(t, err)
	require.NoError(t, store.CreateRun(t.Context(), run))
	_, err = store.Record(t.Context(), run.ID, results)
	require.NoError(t, err)
	require.NoError(t, store.Close())
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// sum returns the digest of a text as the tables hold it.
func sum(text string) string {
	digest := sha256.Sum256([]byte(text))
	return hex.EncodeToString(digest[:])
}

// Older programs and people's queries read these texts. Equal digests say that a
// definition, a machine or an environment is stored already.
func TestTheStoredBytesStayTheSame(t *testing.T) {
	benchmark := &domain.Benchmark{
		Slug: "loop", Name: "A <loop>", Category: "loops", Description: "counts", Icon: "🐘", Tags: []string{"a", "b"}, Group: "count-up",
		Runtimes: []domain.RuntimeName{"php74", "php84"}, Setup: "$n = 0;", Code: "$n++;", Teardown: "unset($n);",
		Settings: map[string]string{"opcache.jit": "off", "memory_limit": "1G"}, Warmup: new(0), Revolutions: 7,
	}
	settings := domain.Settings{{Name: "a", Value: "1"}, {Name: "b", Value: ""}}
	run := domain.Run{
		RunStatus: domain.RunStatus{ID: runID, Benchmarks: []string{"loop"}, Runtimes: []domain.RuntimeName{"php84", "php74"}},
		Plan: domain.Plan{
			Entries:    []domain.Entry{{Variants: []domain.Variant{{Benchmark: benchmark, Runtime: "php84", Settings: settings}}}},
			Iterations: 1, Samples: 2, Seed: 3, TargetBatch: 4, SampleTimeout: 5, IterationTimeout: 6, Deadline: at.Add(7),
		},
	}
	result := domain.IterationExecuted{
		Schema: domain.SchemaExecuted, RunID: runID, Iteration: 1, Attempt: 1,
		Host: domain.Host{
			Key: "5d41402a", Name: "box", OS: "linux", Arch: "amd64", Kernel: "6.1", CPUModel: "A CPU", Cores: 2, MemoryGiB: 4, Virtualisation: "container",
		},
		Samples: []domain.Sample{{
			Position: 1, Revolutions: 1, Batch: time.Microsecond, Notices: []domain.Notice{{Severity: "Deprecated", Count: 3, Message: "old"}},
		}},
		Environments: []domain.Environment{{{Name: "opcache", Value: "off"}, {Name: "version", Value: "8.4.2"}}, {}},
	}
	db := stored(t, run, result)
	const snapshot = `{"slug":"loop","name":"A \u003cloop\u003e","category":"loops","description":"counts","icon":"🐘",` +
		`"tags":["a","b"],"group":"count-up","runtimes":["php74","php84"],"setup":"$n = 0;","code":"$n++;","teardown":"unset($n);",` +
		`"settings":{"memory_limit":"1G","opcache.jit":"off"},"warmup":0,"revolutions":7}`
	const environments = `[{"opcache":"off","version":"8.4.2"},{}]`
	for query, want := range map[string]string{
		`SELECT benchmarks_json FROM runs`: `["loop"]`,
		`SELECT runtimes_json FROM runs`:   `["php84","php74"]`,
		`SELECT plan_json FROM runs`: `{"iterations":1,"samples":2,"seed":3,"target_batch_ns":4,"sample_timeout_ns":5,"iteration_timeout_ns":6,` +
			`"deadline":"2026-01-02T03:04:05.000000007Z"}`,
		`SELECT snapshot_json FROM definitions`: snapshot,
		`SELECT digest FROM definitions`:        sum(snapshot),
		`SELECT settings_json FROM variants`:    `{"a":"1","b":""}`,
		`SELECT digest FROM hosts`: sum(`{"key":"5d41402a","name":"box","os":"linux","arch":"amd64","kernel":"6.1","cpu_model":"A CPU",` +
			`"cores":2,"memory_gib":4,"virtualisation":"container"}`),
		`SELECT notices_json FROM samples`:           `[{"severity":"Deprecated","count":3,"message":"old"}]`,
		`SELECT environments_json FROM environments`: environments,
		`SELECT digest FROM environments`:            sum(environments),
	} {
		require.Equal(t, []string{want}, rows(t, db, query), query)
	}
}

// Empty values are left out, except those that every run has.
func TestTheLeastThatIsStored(t *testing.T) {
	run := domain.Run{
		RunStatus: domain.RunStatus{ID: runID},
		Plan:      domain.Plan{Entries: []domain.Entry{domain.NewEntry(&domain.Benchmark{}, "php84")}},
	}
	db := stored(t, run, domain.IterationExecuted{
		Schema: domain.SchemaExecuted, RunID: runID, Iteration: 1, Attempt: 1, Samples: []domain.Sample{{Position: 1, Revolutions: 1, Batch: 1}},
	})
	for query, want := range map[string]string{
		`SELECT benchmarks_json FROM runs`:            `null`,
		`SELECT runtimes_json FROM runs`:              `null`,
		`SELECT plan_json FROM runs`:                  `{"iterations":0,"samples":0,"seed":0,"target_batch_ns":0,"sample_timeout_ns":0,"iteration_timeout_ns":0}`,
		`SELECT snapshot_json FROM definitions`:       `{"slug":"","name":"","category":"","runtimes":null,"code":""}`,
		`SELECT settings_json FROM variants`:          `{}`,
		`SELECT digest FROM hosts`:                    sum(`{"key":"","name":"","os":"","arch":"","cores":0}`),
		`SELECT notices_json IS NULL FROM samples`:    `1`,
		`SELECT environments IS NULL FROM iterations`: `1`,
		`SELECT count(*) FROM environments`:           `0`,
	} {
		require.Equal(t, []string{want}, rows(t, db, query), query)
	}
}
