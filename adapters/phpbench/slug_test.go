package phpbench

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func TestSlugs(t *testing.T) {
	long := strings.Repeat("long ", 100)
	all := []named{
		{class: `Acme\HashBench`, method: "benchSha256"},
		{class: `Acme\HTTPServerBench`, method: "benchURL"},
		{class: `Acme\HashBench`, method: "measure_this", set: "10 Items (ä)", hasSet: true},
		{class: `Acme\HashBench`, method: "benchSet", set: "a b", hasSet: true},
		{class: `Acme\HashBench`, method: "benchSet", set: "a-b", hasSet: true},
		{class: `Acme\HashBench`, method: "benchSet", set: "日本", hasSet: true},
		{class: `Acme\HashBench`, method: "benchSet", set: "", hasSet: true},
		{class: `Acme\HashBench`, method: "benchSet", set: long, hasSet: true},
		{class: `Acme\HashBench`, method: "benchSet", set: long + "x", hasSet: true},
		{class: `Acme\A\SameBench`, method: "benchX"},
		{class: `Acme\B\SameBench`, method: "benchX"},
		{class: `Acme\Bench`, method: "bench", variant: "revs-10"},
		{class: `日本`, method: "日本"},
		{class: `Acme\HashBench`, method: "benchSet", set: "a,b,c", hasSet: true},
		{class: `Acme\HashBench`, method: "benchSet", set: "a,b,c", hasSet: true},
	}
	got := slugs(all)
	require.Equal(t, []string{"hash.sha256", "http-server.url", "hash.measure-this.10-items"}, got[:3])
	require.Regexp(t, `^hash.set.a-b-[0-9a-f]{8}$`, got[3])
	require.Regexp(t, `^hash.set.[0-9a-f]{8}$`, got[5])
	require.Regexp(t, `^hash.set.long-.*-[0-9a-f]{8}$`, got[7])
	require.Regexp(t, `^same.x-[0-9a-f]{8}$`, got[9])
	require.Equal(t, "bench.bench.revs-10", got[11])
	seen := map[string]bool{}
	for i, slug := range got {
		b := domain.Benchmark{Slug: slug}
		for _, problem := range b.Validate() {
			require.NotEqual(t, "slug", problem.Field, "%s: %v", slug, problem)
		}
		require.False(t, seen[slug], "%d: %s", i, slug)
		seen[slug] = true
	}
	// Others change nothing, unless they take the same slug.
	require.Equal(t, got[:3], slugs(all[:3]))
}

func FuzzSlugs(f *testing.F) {
	f.Add(`Acme\HashBench`, "benchSha", "a b")
	f.Add("A", "b", strings.Repeat("x.", 200))
	f.Fuzz(func(t *testing.T, class, method, set string) {
		for _, slug := range slugs([]named{{class: class, method: method, set: set, hasSet: true}, {class: class, method: method}}) {
			b := domain.Benchmark{Slug: slug}
			for _, problem := range b.Validate() {
				require.NotEqual(t, "slug", problem.Field, "%s: %v", slug, problem)
			}
		}
	})
}
