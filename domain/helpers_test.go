package domain_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)

func benchmark(slug string) *domain.Benchmark {
	return &domain.Benchmark{
		Slug: slug, Name: slug, Category: "tests", Code: "$a = 1;", Runtimes: []domain.RuntimeName{"php74", "php84"},
	}
}

// newRun returns a run of the benchmarks with that many iterations each.
func newRun(t require.TestingT, iterations int, slugs ...string) domain.Run {
	plan := domain.Plan{Iterations: iterations, Samples: 1, Seed: 7}
	for _, slug := range slugs {
		plan.Entries = append(plan.Entries, domain.NewEntry(benchmark(slug), "php84"))
	}
	run, err := domain.NewRun("20260102-030405-00000007", plan, epoch)
	require.NoError(t, err)
	return run
}

func done(run domain.RunID, n int) domain.IterationExecuted {
	return domain.IterationExecuted{
		Schema: domain.SchemaExecuted, RunID: run, Iteration: n, Attempt: 1, Worker: "w",
		Started: epoch, Took: time.Second,
		Samples: []domain.Sample{{Position: 1, Revolutions: 10, Batch: time.Millisecond}},
	}
}

func failed(run domain.RunID, n int) domain.IterationExecuted {
	r := done(run, n)
	r.Samples, r.Failure = nil, &domain.Failure{Class: domain.ClassCode, Message: "no", Attempts: 1}
	return r
}

func requireSum(t testing.TB, c domain.Counts) {
	t.Helper()
	require.Equal(t, c.Planned, c.Done+c.Failed+c.Cancelled+c.Outstanding, c.String())
	for _, n := range []int{c.Planned, c.Done, c.Failed, c.Cancelled, c.Outstanding, c.Duplicates} {
		require.GreaterOrEqual(t, n, 0, c.String())
	}
}

// accept treats a result as a runner does whose store records it.
func accept(o *domain.Orchestrator, result domain.IterationExecuted) (domain.IterationExecuted, domain.Verdict) {
	result, verdict := o.Judge(result)
	switch verdict {
	case domain.Accepted:
		o.Count(result, true)
	case domain.Duplicate:
		o.Ignore()
	}
	return result, verdict
}
