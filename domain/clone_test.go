package domain_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func TestARunSharesNothingWithWhatItWasMadeOf(t *testing.T) {
	t.Parallel()
	made := func() (domain.Plan, domain.Run) {
		loop := &domain.Benchmark{
			Slug: "loop", Name: "Loop", Category: "loops", Code: "x", Tags: []string{"tag"},
			Runtimes: []domain.RuntimeName{"a", "b"}, Warmup: new(7),
		}
		plan := domain.Plan{Entries: []domain.Entry{{Variants: []domain.Variant{
			{Benchmark: loop, Runtime: "a", Settings: domain.Settings{{Name: "s", Value: "v"}}, Source: domain.Source{Name: "main", Digest: "sha256:" + domain.Digest(strings.Repeat("0", 64)), Revision: strings.Repeat("a", 40)}}, {Benchmark: loop, Runtime: "b"},
		}}}}
		run, err := domain.NewRun("r", plan, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
		require.NoError(t, err)
		return plan, run
	}
	_, want := made()
	plan, run := made()
	require.Same(t, run.Plan.Entries[0].Variants[0].Benchmark, run.Plan.Entries[0].Variants[1].Benchmark, "one copy for all variants")
	b := plan.Entries[0].Variants[0].Benchmark
	b.Code, b.Tags[0], b.Runtimes[0], *b.Warmup = "changed", "changed", "changed", 99
	plan.Entries[0].Variants[0].Runtime, plan.Entries[0].Variants[0].Settings[0].Value = "changed", "changed"
	plan.Entries[0] = domain.Entry{}
	require.Equal(t, want, run)
}
