package stats

import (
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func TestNamedBaseline(t *testing.T) {
	t.Parallel()
	run := newRun(t, 10, benchmark("a", "", "php82", "php84", "php74", "php83"))
	results := execute(run, func(_ int, s domain.Sample) float64 {
		return []float64{1.3e5, 1e5, 2.6e5, 1.01e5}[s.Variant] + float64(s.Position)
	})
	order := []int{1, 3, 0, 2} // the cells by their times
	// check expects the verdicts and ratios of the cells in that order.
	check := func(baseline, family int, named bool, verdicts []Verdict, ratios []float64, baselines ...string) {
		t.Helper()
		r := build(t, run, results, baselines...)
		require.Len(t, r.Families, 1)
		f := r.Families[0]
		require.Equal(t, named, f.Named)
		require.Same(t, &r.Cells[order[baseline]], f.Baseline)
		require.Len(t, f.Members, 4)
		for i, m := range f.Members {
			require.Same(t, &r.Cells[order[i]], m.Cell)
			require.InDelta(t, ratios[i], m.Ratio, 0.001)
			require.Equal(t, i == baseline, m.IsBaseline)
			if !m.IsBaseline {
				require.Equal(t, verdicts[i], m.Verdict)
				require.Equal(t, family, m.Family)
				require.Equal(t, 10, m.Blocks)
			}
		}
	}
	check(0, 6, false, []Verdict{"", Unchanged, Regressed, Regressed}, []float64{1, 1.01, 1.3, 2.6})
	check(0, 3, true, []Verdict{"", Unchanged, Regressed, Regressed}, []float64{1, 1.01, 1.3, 2.6}, "php84")
	check(2, 3, true, []Verdict{Improved, Improved, "", Regressed}, []float64{1 / 1.3, 1.01 / 1.3, 1, 2}, "php82")
	check(3, 3, true, []Verdict{Improved, Improved, Improved, ""}, []float64{1 / 2.6, 1.01 / 2.6, 0.5, 1}, "php74")
	check(0, 6, false, []Verdict{"", Unchanged, Regressed, Regressed}, []float64{1, 1.01, 1.3, 2.6}, "a") // of another factor
}

// TestANamedBaselineTakesFewerProcesses: two iterations can reach p = 2/400. That is
// enough for five comparisons, but not for all fifteen pairs of six.
func TestANamedBaselineTakesFewerProcesses(t *testing.T) {
	t.Parallel()
	run := newRun(t, 2, benchmark("a", "", "php80", "php81", "php82", "php83", "php84", "php85"))
	results := execute(run, func(_ int, s domain.Sample) float64 { return 1e5*(1+float64(s.Variant)/10) + float64(s.Position) })
	check := func(adjusted float64, verdict Verdict, baselines ...string) {
		t.Helper()
		r := build(t, run, results, baselines...)
		require.Same(t, &r.Cells[0], r.Families[0].Baseline)
		for m := range r.Families[0].Others {
			require.InDelta(t, 0.005, m.P, 1e-12)
			require.InDelta(t, adjusted, m.AdjustedP, 1e-12)
			require.Equal(t, verdict, m.Verdict)
			require.Equal(t, verdict == Regressed, m.Decidable())
		}
	}
	check(0.075, Inconclusive)
	check(0.025, Regressed, "php80")
}

func TestWhatABaselineMayBeCalled(t *testing.T) {
	t.Parallel()
	run := newRun(t, 2, crossed())
	results := execute(run, func(_ int, s domain.Sample) float64 { return 1e5 + float64(s.Position) })
	// want has the bit of the baseline for each factor that has one.
	check := func(want map[Factor]int, baselines ...string) {
		t.Helper()
		for _, f := range build(t, run, results, baselines...).Families {
			bit, named := want[f.Factor]
			require.Equal(t, named, f.Named, "%v by %v", baselines, f.Factor)
			if named {
				require.Equal(t, bit, f.Baseline.Index&bitOf[f.Factor], "%v by %v", baselines, f.Factor)
			}
		}
	}
	check(nil)
	for name, bit := range map[string]int{"php84": 0, "php82": 4, "PHP82": 4, "8.2": 4, "82": 4, "php8.2": 4} {
		check(map[Factor]int{ByRuntime: bit}, name)
	}
	for name, bit := range map[string]int{"array-map": 0, "foreach": 8, "ForEach": 8, "Mapping": 0, "A loop": 8, "a LOOP": 8} {
		check(map[Factor]int{ByBenchmark: bit}, name)
	}
	for name, bit := range map[string]int{"default": 0, "Default": 0, "opcache.jit=tracing": 2, "Opcache.JIT=Tracing": 2,
		"opcache.enable_cli=1": 2, "opcache.enable_cli=1 opcache.jit=tracing": 2} {
		check(map[Factor]int{BySettings: bit}, name)
	}
	check(map[Factor]int{BySource: 1}, "v2")
	check(map[Factor]int{ByRuntime: 4, BySettings: 2, ByBenchmark: 8}, "php82", "opcache.jit=tracing", "foreach") // one of each
}

func TestUnknownBaseline(t *testing.T) {
	t.Parallel()
	run := newRun(t, 2, crossed(), benchmark("other", "", "php81"))
	var unread iter.Seq2[domain.IterationExecuted, error] = func(func(domain.IterationExecuted, error) bool) { t.Error("the results are not looked at") }
	for _, name := range []string{"php99", "php8", "", " ", "opcache.jit", "opcache.jit=off", "g", "runtime"} {
		_, err := Build(run, unread, Options{Baselines: []string{"php82", name}})
		require.ErrorIs(t, err, ErrBaseline, "%q", name)
	}
	require.NoError(t, CheckBaselines(run.Plan, nil))
	require.NoError(t, CheckBaselines(run.Plan, []string{"php82", "8.1", "FOREACH", "other", "opcache.jit=tracing", NoSettings, "v1"}))
	require.ErrorIs(t, CheckBaselines(run.Plan, []string{"php82", "8.5"}), ErrBaseline)
	_, err := Build(run, unread, Options{Baselines: []string{"php99"}})
	require.EqualError(t, err, `no such baseline in the run: "php99"; there are `+
		"array-map, default, foreach, opcache.enable_cli=1 opcache.jit=tracing, other, php81, php82, php84, v1, v2")

	// A baseline may name something that only another entry has.
	results := execute(run, func(_ int, s domain.Sample) float64 { return 1e5 + float64(s.Position) })
	for _, f := range build(t, run, results, "php81").Families {
		require.False(t, f.Named)
	}
}

// TestABaselineWithoutSamples: a cell without samples cannot be the baseline. The
// other cells are compared with the fastest of them.
func TestABaselineWithoutSamples(t *testing.T) {
	t.Parallel()
	run := newRun(t, 10, benchmark("a", "", "php84", "php82", "php74"))
	results := execute(run, func(_ int, s domain.Sample) float64 { return 1e5*float64(1+s.Variant) + float64(s.Position) })
	for i := range results {
		results[i] = withFailures(results[i], domain.Failure{Class: domain.ClassRuntime, Message: "m"}, 2)
	}
	f := build(t, run, results, "php74").Families[0]
	require.False(t, f.Named)
	require.Equal(t, []int{0, 1}, places(f))
	require.Equal(t, 0, f.Baseline.Index)
	require.Equal(t, 1, f.Members[1].Family)
}
