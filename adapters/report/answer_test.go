package report

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

func TestAComparisonInASentence(t *testing.T) {
	t.Parallel()
	strrev, loop := &domain.Benchmark{Slug: "strrev", Name: "strrev"}, &domain.Benchmark{Slug: "loop", Name: "a loop"}
	fast := &stats.Cell{Variant: domain.Variant{Benchmark: strrev, Runtime: "php84"}}
	slow := &stats.Cell{Variant: domain.Variant{Benchmark: loop, Runtime: "php84"}, Summary: stats.Summary{Median: 1}}
	older := &stats.Cell{Variant: domain.Variant{Benchmark: strrev, Runtime: "php74"}, Summary: stats.Summary{Median: 1}}
	names := labels{names: map[string]string{"strrev": "strrev", "loop": "a loop"}}
	family := stats.Family{Baseline: fast}
	check := func(want string, by stats.Factor, other *stats.Cell, c stats.Comparison, more int) {
		t.Helper()
		c.Margin, family.Factor = 0.03, by
		require.Equal(t, want, byTime.sentence(names, family, stats.Relative{Cell: other, Comparison: c, NeededIterations: more}))
	}
	slower := stats.Comparison{Ratio: 41.6, Interval: stats.Interval{Low: 41.2, High: 42}, Verdict: stats.Regressed}
	check("strrev is 41.60 times as fast as a loop on php84 (95 % interval 41.20 … 42.00×).", stats.ByBenchmark, slow, slower, 0)
	check("strrev on php84 is 41.60 times as fast as on php74 (95 % interval 41.20 … 42.00×).", stats.ByRuntime, older, slower, 0)

	same := stats.Comparison{Ratio: 1.01, Interval: stats.Interval{Low: 0.99, High: 1.02}, Verdict: stats.Unchanged}
	check("strrev and a loop take the same time on php84 within ±3 % (95 % interval 0.990 … 1.020×).", stats.ByBenchmark, slow, same, 0)
	check("strrev takes the same time on php84 and on php74 within ±3 % (95 % interval 0.990 … 1.020×).", stats.ByRuntime, older, same, 0)

	unknown := stats.Comparison{Ratio: 1.1, Interval: stats.Interval{Low: 0.9, High: 1.3}, Verdict: stats.Inconclusive}
	check("Whether strrev or a loop is faster on php84 is undecided (95 % interval 0.90 … 1.30×): a run of about 40 iterations would probably tell.",
		stats.ByBenchmark, slow, unknown, 40)
	check("Whether strrev is faster on php84 or on php74 is undecided (95 % interval 0.90 … 1.30×): more iterations will hardly tell, a quieter machine might.",
		stats.ByRuntime, older, unknown, 0)
	unknown.Interval = stats.Interval{Low: math.NaN(), High: math.NaN()}
	check("Whether strrev is faster on php84 or on php74 is undecided (too few samples for an interval): a run of about 2 iterations would probably tell.",
		stats.ByRuntime, older, unknown, 2)

	near := stats.Comparison{Ratio: 1.02, Interval: stats.Interval{Low: 1.01, High: 1.04}, Verdict: stats.Inconclusive, Reason: stats.NearMargin}
	check("Whether strrev is faster on php84 or on php74 is undecided (95 % interval 1.010 … 1.040×): they differ, perhaps by less than ±3 %; a run of about 60 iterations would probably tell.",
		stats.ByRuntime, older, near, 60)
	check("Whether strrev is faster on php84 or on php74 is undecided (95 % interval 1.010 … 1.040×): they differ, perhaps by less than ±3 %; more iterations will hardly tell, another --margin would.",
		stats.ByRuntime, older, near, 0)
	near.Reason, near.Family = stats.OneOfMany, 15
	check("Whether strrev is faster on php84 or on php74 is undecided (95 % interval 1.010 … 1.040×): one of 15 comparisons may look like that by chance; a run of about 60 iterations would probably tell.",
		stats.ByRuntime, older, near, 60)

	faster := stats.Comparison{Ratio: 0.8, Interval: stats.Interval{Low: 0.5, High: 0.8}, Verdict: stats.Improved}
	check("strrev on php74 is 1.25 times as fast as on php84 (95 % interval 1.25 … 2.00×), though its median is larger.", stats.ByRuntime, older, faster, 0)
	check("a loop is 1.25 times as fast as strrev on php84 (95 % interval 1.25 … 2.00×), though its median is larger.", stats.ByBenchmark, slow, faster, 0)

	family.Named = true // then the baseline need not be the fastest
	check("strrev on php74 is 1.25 times as fast as on php84 (95 % interval 1.25 … 2.00×).", stats.ByRuntime, older, faster, 0)

	names.settings, names.sources = true, true
	main := domain.Source{Name: "main", Digest: "sha256:0", Revision: strings.Repeat("a", 40)}
	fast.Source, slow.Source, older.Source = main, main, main
	tuned := &stats.Cell{Variant: fast.Variant}
	tuned.Settings = domain.Settings{{Name: "opcache.jit", Value: "tracing"}, {Name: "precision", Value: "17"}}
	bare := &stats.Cell{Variant: fast.Variant}
	bare.Source = domain.Source{}
	check("strrev on php84 from main with default settings is 41.60 times as fast as with opcache.jit=tracing precision=17 (95 % interval 41.20 … 42.00×).",
		stats.BySettings, tuned, slower, 0)
	check("strrev on php84 with default settings takes the same time from main and without a source within ±3 % (95 % interval 0.990 … 1.020×).",
		stats.BySource, bare, same, 0)
	check("strrev with default settings from main on php84 is 41.60 times as fast as on php74 (95 % interval 41.20 … 42.00×).", stats.ByRuntime, older, slower, 0)
	check("strrev is 41.60 times as fast as a loop on php84 with default settings from main (95 % interval 41.20 … 42.00×).", stats.ByBenchmark, slow, slower, 0)
}

// A cell that is compared twice is named once, and the report says if no comparison
// found a difference.
func TestManyWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	f := many()
	f.iterations = 1
	r := f.report(t)
	var out bytes.Buffer
	require.NoError(t, Write(&out, FormatTable, r, Options{}))
	require.Contains(t, out.String(), "\nAnswer\nNone of the 11 comparisons found a difference.\n")
	require.Contains(t, out.String(), "\n! Member 9 on php84, Member 8 on php84, Member 8 on php82 and 5 more: too few samples to tell")
}

func TestOrders(t *testing.T) {
	t.Parallel()
	slugs := func(o Order, name string) (all []string) {
		r := fixtures[name].report(t)
		for _, c := range o.sorted(r).Cells {
			all = append(all, c.Benchmark.Slug+"/"+string(c.Runtime))
		}
		return all
	}
	require.Equal(t, []string{"loop/php84", "bad/php84"}, slugs(OrderPlan, "failures"))
	require.Equal(t, []string{"bad/php84", "loop/php84"}, slugs(OrderName, "failures"))
	require.Equal(t, []string{"loop/php84", "bad/php84"}, slugs(OrderTime, "failures"), "what was not measured is last")
	require.Equal(t, []string{"member-4/php84", "member-4/php82", "member-3/php84"}, slugs(OrderName, "many")[:3], "by name, not slug")
	require.Equal(t, []string{"member-0/php82", "member-0/php84", "member-1/php84"}, slugs(OrderTime, "many")[:3])
	for _, o := range []Order{OrderPlan, OrderName, OrderTime} {
		got, err := ParseOrder(" " + string(o))
		require.NoError(t, err)
		require.Equal(t, o, got)
	}
	_, err := ParseOrder("size")
	require.EqualError(t, err, `"size" is not an order: choose one of plan, name, time`)

	var plan, name bytes.Buffer
	r := fixtures["failures"].report(t)
	require.NoError(t, Write(&plan, FormatCSV, r, Options{}))
	require.NoError(t, Write(&name, FormatCSV, r, Options{Order: OrderName}))
	require.NotEqual(t, plan.String(), name.String())
	var families []string
	many := fixtures["many"].report(t)
	for _, f := range by(stats.ByRuntime, OrderName.sorted(many).Families) {
		families = append(families, f.Baseline.Benchmark.Name)
	}
	require.Equal(t, []string{"Member 5", "Member 7", "Member 8", "Member 9"}, families)
	require.Equal(t, "loop", r.Cells[0].Benchmark.Slug, "the caller's report is as it was")
}
