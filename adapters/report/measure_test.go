package report

import (
	"bytes"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

func TestAComparisonOfInstructionsInASentence(t *testing.T) {
	t.Parallel()
	strrev, loop := &domain.Benchmark{Slug: "strrev", Name: "strrev"}, &domain.Benchmark{Slug: "loop", Name: "a loop"}
	fewest := &stats.Cell{Variant: domain.Variant{Benchmark: strrev, Runtime: "php84"}}
	member := &stats.Cell{Variant: domain.Variant{Benchmark: loop, Runtime: "php84"}}
	older := &stats.Cell{Variant: domain.Variant{Benchmark: strrev, Runtime: "php74"}}
	names := labels{names: map[string]string{"strrev": "strrev", "loop": "a loop"}}
	check := func(c stats.Comparison, ofMembers, ofRuntimes string) {
		t.Helper()
		c.Margin = 0.03
		for factor, want := range map[stats.Factor]string{stats.ByBenchmark: ofMembers, stats.ByRuntime: ofRuntimes} {
			other := map[stats.Factor]*stats.Cell{stats.ByBenchmark: member, stats.ByRuntime: older}[factor]
			require.Equal(t, want, byInstructions.sentence(names, stats.Family{Baseline: fewest, Factor: factor}, stats.Relative{Cell: other, Comparison: c}))
		}
	}
	check(stats.Comparison{Ratio: 1.25, Interval: stats.Interval{Low: 1.25, High: 1.25}, Verdict: stats.Regressed},
		"a loop executes 1.250 times as many instructions as strrev on php84 (95 % interval 1.250 … 1.250×).",
		"strrev executes 1.250 times as many instructions on php74 as on php84 (95 % interval 1.250 … 1.250×).")
	check(stats.Comparison{Ratio: 0.8, Interval: stats.Interval{Low: 0.5, High: 0.8}, Verdict: stats.Improved},
		"strrev executes 1.25 times as many instructions as a loop on php84 (95 % interval 1.25 … 2.00×).",
		"strrev executes 1.25 times as many instructions on php84 as on php74 (95 % interval 1.25 … 2.00×).")
	check(stats.Comparison{Ratio: 1, Interval: stats.Interval{Low: 1, High: 1}, Verdict: stats.Unchanged},
		"strrev and a loop execute as many instructions on php84 within ±3 % (95 % interval 1.000 … 1.000×).",
		"strrev executes as many instructions on php84 and on php74 within ±3 % (95 % interval 1.000 … 1.000×).")
	check(stats.Comparison{Ratio: 1.1, Interval: stats.Interval{Low: 0.9, High: 1.3}, Verdict: stats.Inconclusive},
		"Whether strrev or a loop executes fewer instructions on php84 is undecided (95 % interval 0.90 … 1.30×): more iterations will hardly tell, code that does the same each time might.",
		"Whether strrev executes fewer instructions on php84 or on php74 is undecided (95 % interval 0.90 … 1.30×): more iterations will hardly tell, code that does the same each time might.")
}

func TestInstructionsAreGrouped(t *testing.T) {
	t.Parallel()
	for want, value := range map[string]float64{
		"7": 7, "999": 999, "6.500": 6.5, "999.5": 999.5, "1,000": 1000, "118,089": 118_089.4, "1,234,567": 1_234_567, none: math.NaN(),
	} {
		require.Equal(t, want, grouped(value, significant))
	}
}

// Whoever reads by instructions finds them in each place where times were.
func TestAReportOfManyComparisonsByInstructions(t *testing.T) {
	t.Parallel()
	f := many()
	f.counts, f.clock = map[string]int64{}, domain.ClockInstructions
	for name, level := range f.levels {
		f.counts[name] = int64(20 * level)
	}
	var out bytes.Buffer
	require.NoError(t, Write(&out, FormatTable, f.report(t), Options{}))
	for _, part := range []string{"RUNTIME  INSTRUCTIONS  FEWEST  MORE  FEWER  SAME  UNDECIDED", "with the one with the fewest",
		"relative to the one with the fewest", "times as many instructions"} {
		require.Contains(t, out.String(), part)
	}
	require.NotContains(t, out.String(), "times as fast")
}
