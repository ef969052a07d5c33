package report

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// family is what is compared with each other: the runtimes of a benchmark, or
// the benchmarks of a group on one runtime.
type family struct {
	benchmark *domain.Benchmark // nil for a group
	group     string
	runtime   domain.RuntimeName
}

func (f family) String() string {
	if f.benchmark != nil {
		return "runtimes"
	}
	return "group " + f.group
}

// relation is a cell and how it stands within a family.
type relation struct {
	*stats.Relative
	cell *stats.Cell
}

// comparisonTable sets each cell against the fastest of its family, family by
// family, in order of the ratios. It has no row where nothing was compared.
func comparisonTable(r *stats.Report, names labels) Table {
	t := Table{Columns: []Column{
		{Title: "Among", Width: familyWidth}, {Title: "Benchmark", Width: nameWidth}, {Title: "Runtime", Width: runtimeWidth},
		{Title: "Time", Right: true}, {Title: "95 % interval"}, {Title: "Detects", Right: true}, {Title: "Verdict", Width: verdictWidth},
	}}
	var order []family
	members := map[family][]relation{}
	add := func(f family, c *stats.Cell, rel *stats.Relative) {
		if rel == nil {
			return
		}
		if members[f] == nil {
			order = append(order, f)
		}
		members[f] = append(members[f], relation{rel, c})
	}
	for i := range r.Cells {
		c := &r.Cells[i]
		add(family{benchmark: c.Benchmark}, c, c.AmongRuntimes)
	}
	for i := range r.Cells {
		c := &r.Cells[i]
		add(family{group: c.Benchmark.Group, runtime: c.Runtime}, c, c.AmongGroup)
	}
	for _, f := range order {
		slices.SortStableFunc(members[f], func(x, y relation) int { return cmp.Compare(x.Ratio, y.Ratio) })
		for _, m := range members[f] {
			t.Rows = append(t.Rows, []any{f, names.of(m.cell.Benchmark), m.cell.Runtime,
				times(m.Ratio), ratioInterval(m.Relative), detectable(m.Relative), verdict(m.Relative)})
		}
	}
	return t
}

func times(ratio float64) string {
	if math.IsNaN(ratio) {
		return none
	}
	return factor(ratio) + "×"
}

func ratioInterval(r *stats.Relative) string {
	switch {
	case r.Fastest:
		return ""
	case !r.Interval.Known():
		return "none"
	}
	return factor(r.Interval.Low) + " … " + times(r.Interval.High)
}

func detectable(r *stats.Relative) string {
	if math.IsNaN(r.Detectable) {
		return ""
	}
	return "±" + percent(r.Detectable-1)
}

// verdict says in words what the comparison found. That a difference is not
// significant never reads as if there were none.
func verdict(r *stats.Relative) painted {
	switch {
	case r.Fastest:
		return painted{text: "reference: smallest median"}
	case r.Verdict == stats.Regressed:
		return painted{"slower", red}
	case r.Verdict == stats.Improved:
		return painted{"faster", green}
	case r.Verdict == stats.Unchanged:
		return painted{"same within " + margin(r), green}
	case r.MoreIterations > 0:
		return painted{"undecided: needs about " + count(r.MoreIterations, "more iteration"), yellow}
	}
	return painted{"undecided: more iterations will hardly tell", yellow}
}

// margin shows how far apart counts as the same.
func margin(r *stats.Relative) string {
	return "±" + strconv.FormatFloat(100*r.Margin, 'g', 3, 64) + " %"
}
