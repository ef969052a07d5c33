package application_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

func names(n ...domain.RuntimeName) []domain.RuntimeName { return n }

// labels returns what each entry compares, as slug, runtime and settings.
func labels(entries []domain.Entry) (all [][]string) {
	for _, e := range entries {
		var variants []string
		for _, v := range e.Variants {
			label := v.Benchmark.Slug + "/" + string(v.Runtime)
			if len(v.Settings) > 0 {
				label += "/" + v.Settings.String()
			}
			variants = append(variants, label)
		}
		all = append(all, variants)
	}
	return all
}

func TestSelectionPairsBenchmarksAndRuntimes(t *testing.T) {
	a := &domain.Benchmark{Slug: "a", Runtimes: names("php74", "php84")}
	b := &domain.Benchmark{Slug: "b", Runtimes: names("php84")}
	both := []*domain.Benchmark{a, b}
	check := func(wanted, available []domain.RuntimeName, want [][]string, left ...application.Skip) {
		t.Helper()
		entries, skipped := application.Selection{Benchmarks: both, Runtimes: wanted, Available: [][]domain.RuntimeName{available}}.Entries()
		require.Equal(t, want, labels(entries))
		require.Equal(t, left, skipped)
	}
	check(nil, names("php74", "php84"), [][]string{{"a/php74", "a/php84"}, {"b/php84"}})
	notHere := application.Skip{Benchmark: "a", Runtime: "php74"}
	check(nil, names("php84"), [][]string{{"a/php84"}, {"b/php84"}}, notHere)
	require.Equal(t, "a on php74: the runtime is not here", notHere.String())
	unsupported := application.Skip{Benchmark: "b", Runtime: "php74", Unsupported: true}
	check(names("php74"), names("php74", "php84"), [][]string{{"a/php74"}}, unsupported)
	require.Equal(t, "b does not support php74", unsupported.String())
	check(names("php99"), names("php84"), nil, application.Skip{Benchmark: "a", Runtime: "php99", Unsupported: true}, application.Skip{Benchmark: "b", Runtime: "php99", Unsupported: true})
}

// member returns a benchmark of the group g on php82 and php84.
func member(i int) *domain.Benchmark {
	return &domain.Benchmark{Slug: fmt.Sprintf("m%d", i), Group: "g", Runtimes: names("php82", "php84")}
}

func TestWhatIsComparedSharesAnEntry(t *testing.T) {
	alone := &domain.Benchmark{Slug: "alone", Runtimes: names("php84")}
	jit := domain.Settings{{Name: "opcache.jit", Value: "tracing"}}
	entries, skipped := application.Selection{
		Benchmarks: []*domain.Benchmark{member(1), alone, member(2)}, Runtimes: names("php84", "php82"),
		Settings: []domain.Settings{nil, jit}, Available: [][]domain.RuntimeName{names("php82", "php84")},
	}.Entries()
	require.Equal(t, [][]string{
		{
			"m1/php84", "m1/php84/opcache.jit=tracing", "m1/php82", "m1/php82/opcache.jit=tracing",
			"m2/php84", "m2/php84/opcache.jit=tracing", "m2/php82", "m2/php82/opcache.jit=tracing",
		},
		{"alone/php84", "alone/php84/opcache.jit=tracing"},
	}, labels(entries))
	require.Equal(t, []application.Skip{{Benchmark: "alone", Runtime: "php82", Unsupported: true}}, skipped)
	require.Equal(t, "g", entries[0].Name())
}

// A group that is too large for one iteration is split. Each part has the first member.
func TestALargeGroupIsSplit(t *testing.T) {
	var members []*domain.Benchmark
	for i := range 20 {
		members = append(members, member(i))
	}
	entries, _ := application.Selection{Benchmarks: members, Available: [][]domain.RuntimeName{names("php82", "php84")}}.Entries()
	require.Len(t, entries, 2)
	seen := map[string]int{}
	for _, variants := range labels(entries) {
		require.LessOrEqual(t, len(variants), domain.MaxVariants)
		require.Equal(t, []string{"m0/php82", "m0/php84"}, variants[:2])
		for _, v := range variants {
			seen[v]++
		}
	}
	require.Len(t, seen, 40, "nothing is left out")
	for label, n := range seen {
		require.Equal(t, label == "m0/php82" || label == "m0/php84", n == 2, label)
	}
	entries, _ = application.Selection{Benchmarks: members[:12], Available: [][]domain.RuntimeName{names("php82", "php84")}}.Entries()
	require.Len(t, entries, 1, "12 members on two runtimes are as many as fit")
}

// One benchmark with more settings than fit is split too. Each part has the first
// variant.
func TestManySettingsAreSplit(t *testing.T) {
	var settings []domain.Settings
	for i := range 30 {
		settings = append(settings, domain.Settings{{Name: "x", Value: fmt.Sprint(i)}})
	}
	entries, _ := application.Selection{Benchmarks: []*domain.Benchmark{member(1)}, Runtimes: names("php84"), Settings: settings, Available: [][]domain.RuntimeName{names("php84")}}.Entries()
	require.Len(t, entries, 2)
	require.Len(t, entries[0].Variants, domain.MaxVariants)
	require.Len(t, entries[1].Variants, 7)
	require.Equal(t, "m1/php84/x=0", labels(entries)[1][0])
}

// An iteration needs a worker with all of its runtimes.
func TestAnEntryIsSplitByWhatWorkersHave(t *testing.T) {
	b := &domain.Benchmark{Slug: "b", Runtimes: names("php74", "php82", "php84")}
	check := func(want [][]string, available ...[]domain.RuntimeName) {
		t.Helper()
		entries, skipped := application.Selection{Benchmarks: []*domain.Benchmark{b}, Available: available}.Entries()
		require.Equal(t, want, labels(entries))
		require.Empty(t, skipped)
	}
	check([][]string{{"b/php74", "b/php82", "b/php84"}}, names("php84"), names("php74", "php82", "php84"))
	check([][]string{{"b/php82", "b/php84"}, {"b/php74"}}, names("php74"), names("php82", "php84"))
	check([][]string{{"b/php74"}, {"b/php82"}, {"b/php84"}}, names("php74"), names("php82"), names("php84"))
}

func TestSelectionComparesSources(t *testing.T) {
	a, onlyHead := &domain.Benchmark{Slug: "a", Runtimes: names("php84")}, &domain.Benchmark{Slug: "b", Runtimes: names("php84")}
	base, head := domain.Source{Name: "main"}, domain.Source{Name: "HEAD"}
	selection := application.Selection{
		Benchmarks: []*domain.Benchmark{a, onlyHead}, Sources: []domain.Source{base, head}, Available: [][]domain.RuntimeName{names("php84")},
		Has: func(b *domain.Benchmark, s domain.Source) bool { return b == a || s == head },
	}
	entries, skipped := selection.Entries()
	require.Equal(t, []domain.Entry{
		{Variants: []domain.Variant{{Benchmark: a, Runtime: "php84", Source: base}, {Benchmark: a, Runtime: "php84", Source: head}}},
		{Variants: []domain.Variant{{Benchmark: onlyHead, Runtime: "php84", Source: head}}},
	}, entries)
	require.Equal(t, []application.Skip{{Benchmark: "b", Source: "main"}}, skipped)
	require.Equal(t, "b is not in main", skipped[0].String())

	selection.Has = func(*domain.Benchmark, domain.Source) bool { return false }
	entries, skipped = selection.Entries()
	require.Empty(t, entries)
	require.Len(t, skipped, 4)
}
