package catalog

import (
	"cmp"
	"maps"
	"slices"

	"github.com/benchbus/benchbus/domain"
)

// Catalog is a set of benchmarks with different slugs. It never changes, and may be
// used by several goroutines at once. Callers share its benchmarks and must not change
// them.
type Catalog struct {
	sorted []*domain.Benchmark
	// parameters has an element for each benchmark that has parameters.
	parameters map[*domain.Benchmark]*parameters
}

// Of returns a catalogue of these benchmarks, whose slugs must be different.
func Of(benchmarks ...*domain.Benchmark) *Catalog {
	return newCatalog(slices.Clone(benchmarks), map[*domain.Benchmark]*parameters{})
}

func newCatalog(benchmarks []*domain.Benchmark, parameters map[*domain.Benchmark]*parameters) *Catalog {
	slices.SortFunc(benchmarks, func(a, b *domain.Benchmark) int {
		return cmp.Or(cmp.Compare(a.Category, b.Category), cmp.Compare(a.Group, b.Group), cmp.Compare(a.Slug, b.Slug))
	})
	return &Catalog{benchmarks, parameters}
}

// All returns the benchmarks sorted by category, then group, then slug.
func (c *Catalog) All() []*domain.Benchmark { return slices.Clone(c.sorted) }

// Merge returns a catalogue with the benchmarks of both. If both have a slug, the
// other's benchmark is taken.
func (c *Catalog) Merge(other *Catalog) *Catalog {
	bySlug := make(map[string]*domain.Benchmark, len(c.sorted)+len(other.sorted))
	for _, b := range c.sorted {
		bySlug[b.Slug] = b
	}
	for _, b := range other.sorted {
		bySlug[b.Slug] = b
	}
	parameters := maps.Clone(c.parameters)
	maps.Copy(parameters, other.parameters)
	return newCatalog(slices.Collect(maps.Values(bySlug)), parameters)
}
