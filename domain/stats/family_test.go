package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// group makes an entry that has each member of a group on each of the runtimes.
func group(slugs []string, runtimes ...domain.RuntimeName) (e domain.Entry) {
	for _, slug := range slugs {
		e.Variants = append(e.Variants, benchmark(slug, "g", runtimes...).Variants...)
	}
	return e
}

// relative returns the cell's place in its family of that factor, or nil if it has none.
func relative(r Report, factor Factor, cell int) *Relative {
	for _, f := range r.Families {
		for i := range f.Members {
			if f.Factor == factor && f.Members[i].Cell == &r.Cells[cell] {
				return &f.Members[i]
			}
		}
	}
	return nil
}

// testDigest identifies a source.
const testDigest = domain.Digest("sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")

// bitOf maps each factor to its bit in the variants' indexes of the crossed entry.
var bitOf = map[Factor]int{ByBenchmark: 8, ByRuntime: 4, BySettings: 2, BySource: 1}

// crossed makes an entry of all combinations of two levels of each factor.
func crossed() (e domain.Entry) {
	for _, b := range []*domain.Benchmark{{Slug: "array-map", Name: "Mapping"}, {Slug: "foreach", Name: "A loop"}} {
		b.Category, b.Code, b.Group, b.Runtimes = "test", "x", "g", []domain.RuntimeName{"php84", "php82"}
		for _, runtime := range b.Runtimes {
			for _, settings := range []domain.Settings{nil, {{Name: "opcache.enable_cli", Value: "1"}, {Name: "opcache.jit", Value: "tracing"}}} {
				for _, source := range []domain.Source{{Name: "v1", Digest: testDigest}, {Name: "v2", Digest: testDigest}} {
					e.Variants = append(e.Variants, domain.Variant{Benchmark: b, Runtime: runtime, Settings: settings, Source: source})
				}
			}
		}
	}
	return e
}

// places returns the sorted indexes of a family's cells in their entry.
func places(f Family) (all []int) {
	for _, m := range f.Members {
		all = append(all, m.Index)
	}
	slices.Sort(all)
	return all
}

func TestFamiliesDifferInOneFactor(t *testing.T) {
	t.Parallel()
	run := newRun(t, 2, crossed(), benchmark("array-map", "g", "php84", "php82"))
	r := build(t, run, execute(run, func(_ int, s domain.Sample) float64 { return 1e5 - float64(100*s.Variant+s.Position) }))
	require.Len(t, bitOf, len(Factors()))
	var want, got [][]int
	for _, factor := range Factors() {
		for first := range 16 {
			if first&bitOf[factor] == 0 {
				want = append(want, []int{int(factor), 0, first, first | bitOf[factor]})
			}
		}
		if factor == ByRuntime {
			want = append(want, []int{int(factor), 1, 0, 1})
		}
	}
	for _, f := range r.Families {
		got = append(got, append([]int{int(f.Factor), f.Baseline.Entry}, places(f)...))
		require.Len(t, f.Members, 2)
		for _, m := range f.Members {
			require.Equal(t, f.Baseline.Entry, m.Entry, "cells of different entries share no iteration")
			require.True(t, m.IsBaseline || m.Blocks == 2)
		}
	}
	require.Equal(t, want, got, "in order of the factors, then of the first cells")
}

func TestCellsThatDifferInTwoFactorsAreNotCompared(t *testing.T) {
	t.Parallel()
	all := crossed().Variants
	check := func(factors []Factor, variants ...int) {
		t.Helper()
		var e domain.Entry
		for _, v := range variants {
			e.Variants = append(e.Variants, all[v])
		}
		run := newRun(t, 2, e)
		r := build(t, run, execute(run, func(_ int, s domain.Sample) float64 { return 1e5 + float64(s.Position) }))
		found := []Factor{}
		for _, f := range r.Families {
			found = append(found, f.Factor)
		}
		require.Equal(t, factors, found, "%v", variants)
	}
	for _, v := range []int{3, 5, 6, 9, 10, 12, 7, 11, 13, 14, 15} { // all that have more than one bit
		check([]Factor{}, 0, v)
	}
	check([]Factor{BySource}, 0, 1)
	check([]Factor{BySettings}, 0, 2)
	check([]Factor{ByRuntime}, 0, 4)
	check([]Factor{ByBenchmark}, 0, 8)
	check([]Factor{ByRuntime, BySettings}, 0, 2, 6) // the second with both of the others
}

// TestSettingsThatReadAlikeAreNotTheSame: a value with a space looks like two settings.
func TestSettingsThatReadAlikeAreNotTheSame(t *testing.T) {
	t.Parallel()
	e := benchmark("a", "", "php84", "php82")
	e.Variants[0].Settings = domain.Settings{{Name: "a", Value: "1 b=2"}}
	e.Variants[1].Settings = domain.Settings{{Name: "a", Value: "1"}, {Name: "b", Value: "2"}}
	run := newRun(t, 2, e)
	r := build(t, run, execute(run, func(_ int, s domain.Sample) float64 { return 1e5 + float64(s.Position) }))
	require.Empty(t, r.Families, "they differ in the runtime, too")
}

func TestFactorsHaveNames(t *testing.T) {
	t.Parallel()
	names := ""
	for _, f := range Factors() {
		names += f.String() + " "
	}
	require.Equal(t, "source runtime benchmark settings ", names)
}

func TestRuntimesAgainstTheFastest(t *testing.T) {
	t.Parallel()
	run := newRun(t, 10, benchmark("a", "", "php84", "php82", "php74"))
	random := rand.New(rand.NewPCG(1, 2))
	levels := []float64{1e5, 1.001e5, 1.3e5}
	r := build(t, run, execute(run, func(n int, s domain.Sample) float64 {
		return around(random, levels[s.Variant]) * math.Pow(1.1, float64(n%5)) // whole iterations are slower than others
	}))

	require.Len(t, r.Families, 1, "by runtime alone")
	f := r.Families[0]
	require.False(t, f.Named)
	fastest := 0
	if r.Cells[1].Summary.Median < r.Cells[0].Summary.Median {
		fastest = 1
	}
	require.Same(t, &r.Cells[fastest], f.Baseline)
	require.True(t, relative(r, ByRuntime, fastest).IsBaseline)
	require.Equal(t, 1.0, relative(r, ByRuntime, fastest).Ratio)

	slow := relative(r, ByRuntime, 2)
	require.False(t, slow.IsBaseline)
	require.Equal(t, Regressed, slow.Verdict)
	require.InDelta(t, 1.3, slow.Ratio, 0.02)
	require.Equal(t, 10, slow.Blocks)
	require.Zero(t, slow.Unpaired)
	require.Equal(t, 3, slow.Family) // all pairs of three
	require.Equal(t, Unchanged, relative(r, ByRuntime, 1-fastest).Verdict)

	require.Same(t, &r.Cells[2], f.Members[2].Cell, "members are in order of their ratios")
	others := 0
	for m := range f.Others {
		require.False(t, m.IsBaseline)
		others++
	}
	require.Equal(t, 2, others)
}

func TestGroupAgainstTheFastest(t *testing.T) {
	t.Parallel()
	e := group([]string{"slow"}, "php84", "php82")
	e.Variants = append(e.Variants, benchmark("fast", "g", "php84").Variants...)
	run := newRun(t, 10, e, benchmark("other", "g", "php84"))
	random := rand.New(rand.NewPCG(1, 2))
	r := build(t, run, execute(run, func(n int, s domain.Sample) float64 {
		if n%2 == 0 {
			return around(random, 5e4)
		}
		return around(random, []float64{1.2e5, 1.4e5, 1e5}[s.Variant]) * math.Pow(1.1, float64(n%5))
	}))
	slow, fast := relative(r, ByBenchmark, 0), relative(r, ByBenchmark, 2)
	require.True(t, fast.IsBaseline)
	require.Equal(t, "fast", fast.Benchmark.Slug)
	require.Equal(t, domain.RuntimeName("php84"), slow.Runtime)
	require.Equal(t, Regressed, slow.Verdict)
	require.Equal(t, 10, slow.Blocks) // members share iterations
	require.InDelta(t, 1.2, slow.Ratio, 0.02)
	require.Nil(t, relative(r, ByBenchmark, 1), "alone on its runtime")
	require.NotNil(t, relative(r, ByRuntime, 0))
	require.Nil(t, relative(r, ByRuntime, 2), "on one runtime")
	for _, factor := range Factors() {
		require.Nil(t, relative(r, factor, 3), "of another entry, although of the same group")
	}
}

// TestComparesOnOneKindOfMachine: if the members fail on different machines, their
// medians come from different machines. The comparison uses the iterations that both
// measured.
func TestComparesOnOneKindOfMachine(t *testing.T) {
	t.Parallel()
	run := newRun(t, 40, group([]string{"a", "b"}, "php84"))
	random := rand.New(rand.NewPCG(3, 4))
	results := execute(run, func(int, domain.Sample) float64 { return around(random, 1e5) })
	for i := range results {
		second := random.Float64() < 0.6
		if second { // takes twice as long
			results[i].Host.Key = "k2"
			for j := range results[i].Samples {
				results[i].Samples[j].Batch *= 2
			}
		}
		if second && random.Float64() < 0.7 {
			results[i] = withFailures(results[i], domain.Failure{Class: domain.ClassKilled, Message: "m"}, 0)
		}
	}
	r := build(t, run, results)
	require.Contains(t, codes(r.Warnings), MixedMachines)
	require.Greater(t, r.Cells[1].Summary.Median, 1.5*r.Cells[0].Summary.Median)
	b := relative(r, ByBenchmark, 1)
	require.False(t, b.IsBaseline)
	require.Equal(t, Unchanged, b.Verdict)
	require.Equal(t, 40, b.Blocks+b.Unpaired)
	require.Greater(t, b.Unpaired, 10)
}

func TestTooFewIterationsCannotDecide(t *testing.T) {
	t.Parallel()
	run := newRun(t, 1, group([]string{"a", "b"}, "php84", "php82"))
	r := build(t, run, execute(run, func(n int, s domain.Sample) float64 {
		return []float64{1e5, 2e5, 2e5, 4e5}[s.Variant] + float64(s.Position)
	}))
	slow := relative(r, ByRuntime, 1)
	require.Equal(t, Inconclusive, slow.Verdict)
	require.Equal(t, 2, slow.NeededIterations)
	require.Equal(t, TooFew, slow.Reason)
	require.InDelta(t, 2, slow.Ratio, 0.01)
	require.Equal(t, []WarningCode{FewSamples}, codes(r.Cells[0].Warnings), "it is the baseline by both factors")
	for _, c := range r.Cells[1:] { // the last one by both factors: to say it once is enough
		require.Equal(t, []WarningCode{FewSamples, FewForTests}, codes(c.Warnings))
	}
}

func TestIterationMedians(t *testing.T) {
	t.Parallel()
	run := newRun(t, 3, benchmark("a", "", "php84"))
	position := map[int]float64{}
	r := build(t, run, execute(run, func(n int, _ domain.Sample) float64 {
		position[n]++
		return 1000*float64(n) + []float64{0, 10, 500}[int(position[n])-1] // the median is the second of three
	}))
	require.InDeltaSlice(t, []float64{1010, 2010, 3010}, r.Cells[0].IterationMedians(), 1e-9)
	require.Empty(t, new(Cell).IterationMedians())
}
