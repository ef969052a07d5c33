package domain_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func TestPlanDefaults(t *testing.T) {
	entry := domain.NewEntry(benchmark("a"), "php74", "php84")
	plan := domain.Plan{Entries: []domain.Entry{entry}}.WithDefaults()
	require.NoError(t, plan.Validate())
	require.Equal(t, domain.Plan{
		Entries: []domain.Entry{entry}, Iterations: 10, Samples: 3, TargetBatch: domain.DefaultTargetBatch,
		SampleTimeout: time.Minute, IterationTimeout: 8 * time.Minute,
	}, plan)
	long := domain.Plan{Entries: []domain.Entry{entry}, Samples: 100}.WithDefaults()
	require.Equal(t, domain.MaxIterationTime, long.IterationTimeout)
}

func TestPlanNamesEveryProblem(t *testing.T) {
	bad := benchmark("a")
	bad.Code = ""
	err := domain.Plan{
		Entries: []domain.Entry{
			domain.NewEntry(bad, "php99"),
			domain.NewEntry(benchmark("b"), "php84", "php84"),
			domain.NewEntry(benchmark("c")),
			{Variants: make([]domain.Variant, 1)},
		},
		Iterations: 3_000_000, Samples: 1001, Seed: -1, TargetBatch: time.Hour, SampleTimeout: time.Hour, IterationTimeout: -1,
	}.Validate()
	for _, sentence := range []string{
		"iterations: 3000000 is outside 1 to 2500000", "samples: 1001 is outside 1 to 1000", "seed: -1", "target batch time: 1h0m0s",
		"timeout: 1h0m0s", "iteration timeout: -1ns", `"a": code: is missing`, `"a" does not support runtime "php99"`,
		`entry 2: benchmark "b" has a variant twice: php84`, "entry 3: there is nothing to execute", "entry 4: variant 1 has no benchmark",
	} {
		require.ErrorContains(t, err, sentence)
	}
	require.ErrorContains(t, domain.Plan{}.WithDefaults().Validate(), "no benchmark")
}

func TestIterationsTakeTheBenchmarksInTurn(t *testing.T) {
	run := newRun(t, 3, "a", "b")
	require.Equal(t, 6, run.Plan.Total())
	var slugs string
	seeds := map[int64]bool{}
	for n := 1; n <= 6; n++ {
		m := run.Plan.Message(run.ID, n, "replies")
		require.NoError(t, m.Check())
		require.Equal(t, n, m.Iteration)
		require.Equal(t, "20260102-030405-00000007/"+string(rune('0'+n)), m.MessageID())
		require.GreaterOrEqual(t, m.Seed, int64(0))
		require.Less(t, m.Seed, int64(1)<<53)
		slugs += m.Entry.Name()
		seeds[m.Seed] = true
		require.Equal(t, m, run.Plan.Message(run.ID, n, "replies"), "a message depends on its number alone")
	}
	require.Equal(t, "ababab", slugs)
	require.Len(t, seeds, 6)
}

func TestARunsIDFitsIntoItsMessages(t *testing.T) {
	plan := domain.Plan{Entries: []domain.Entry{
		domain.NewEntry(&domain.Benchmark{Slug: "a", Name: "A", Category: "c", Code: "x", Runtimes: []domain.RuntimeName{"r"}}, "r"),
	}}
	check := func(length int, problem string) {
		t.Helper()
		_, err := domain.NewRun(domain.RunID(strings.Repeat("r", length)), plan, time.Now())
		if problem == "" {
			require.NoError(t, err)
			return
		}
		require.ErrorContains(t, err, problem)
	}
	check(0, "needs an id")
	check(1, "")
	check(domain.MaxRunID, "")
	check(domain.MaxRunID+1, "at most 235 are allowed")
}

func TestRunIDsSortByTime(t *testing.T) {
	first := domain.NewRunID(epoch, 0xffffffff)
	require.Equal(t, domain.RunID("20260102-030405-ffffffff"), first)
	require.Less(t, first, domain.NewRunID(epoch.Add(time.Second), 0))
}
