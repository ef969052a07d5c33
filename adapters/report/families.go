package report

import (
	"cmp"
	"slices"

	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// family is what is compared with each other: the runtimes of a benchmark, or
// the benchmarks of a group on one runtime.
type family struct {
	group   string // empty where runtimes are compared
	fastest *stats.Cell
	members []relation // in order of their ratios
}

// relation is a cell and how it stands within a family.
type relation struct {
	*stats.Relative
	cell *stats.Cell
}

// runtimeFamilies returns the benchmarks that several runtimes measured.
func runtimeFamilies(r *stats.Report) []family {
	return families(r, func(c *stats.Cell) (string, *stats.Relative) { return c.Benchmark.Slug, c.AmongRuntimes })
}

// groupFamilies returns the groups of which a runtime measured several benchmarks.
func groupFamilies(r *stats.Report) []family {
	type key struct {
		group   string
		runtime domain.RuntimeName
	}
	found := families(r, func(c *stats.Cell) (key, *stats.Relative) { return key{c.Benchmark.Group, c.Runtime}, c.AmongGroup })
	for i := range found {
		found[i].group = found[i].members[0].cell.Benchmark.Group
	}
	return found
}

// families puts the cells that were compared with each other together, in order
// of their first cells.
func families[K comparable](r *stats.Report, place func(*stats.Cell) (K, *stats.Relative)) []family {
	var all []family
	index := map[K]int{}
	for i := range r.Cells {
		c := &r.Cells[i]
		key, relative := place(c)
		if relative == nil {
			continue
		}
		at, ok := index[key]
		if !ok {
			at = len(all)
			index[key], all = at, append(all, family{})
		}
		all[at].members = append(all[at].members, relation{relative, c})
		if relative.Fastest {
			all[at].fastest = c
		}
	}
	for _, f := range all {
		slices.SortStableFunc(f.members, func(x, y relation) int { return cmp.Compare(x.Ratio, y.Ratio) })
	}
	return all
}

// others yields the members that were compared with the fastest.
func (f family) others(yield func(relation) bool) {
	for _, m := range f.members {
		if !m.Fastest && !yield(m) {
			return
		}
	}
}
