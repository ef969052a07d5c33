package report

import (
	"math"
	"strconv"

	"github.com/benchbus/benchbus/domain/stats"
)

// comparisonTable sets each cell against the fastest of its family, family by
// family. It has no row where nothing was compared.
func comparisonTable(families []family, names labels) Table {
	t := Table{Columns: []Column{
		{Title: "Benchmark", Width: nameWidth}, {Title: "Runtime", Width: runtimeWidth},
		{Title: "Time", Right: true}, {Title: "95 % interval"}, {Title: "Verdict"},
		{Title: "Detects", Right: true, Verbose: true}, {Title: "Needs", Verbose: true}, {Title: "Group", Width: nameWidth, Verbose: true},
	}}
	if len(families) > 0 && families[0].group == "" {
		t.Columns = t.Columns[:len(t.Columns)-1]
	}
	for _, f := range families {
		for _, m := range f.members {
			t.Rows = append(t.Rows, []any{names.of(m.cell.Benchmark), m.cell.Runtime,
				times(m.Ratio), ratioInterval(m.Relative), verdict(m.Relative), detectable(m.Relative), needs(m.Relative), f.group})
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

// verdict says in a word what the comparison found. That a difference is not
// significant never reads as if there were none.
func verdict(r *stats.Relative) painted {
	switch {
	case r.Fastest:
		return painted{text: "reference"}
	case r.Verdict == stats.Regressed:
		return painted{"slower", red}
	case r.Verdict == stats.Improved:
		return painted{"faster", green}
	case r.Verdict == stats.Unchanged:
		return painted{"same " + margin(r), green}
	}
	return painted{"undecided", yellow}
}

// needs tells what would probably decide where these data do not.
func needs(r *stats.Relative) string {
	switch {
	case r.Fastest || r.Verdict != stats.Inconclusive:
		return ""
	case r.MoreIterations > 0:
		return "about " + count(r.MoreIterations, "more iteration")
	}
	return "a quieter machine"
}

// margin shows how far apart counts as the same.
func margin(r *stats.Relative) string {
	return "±" + strconv.FormatFloat(100*r.Margin, 'g', 3, 64) + " %"
}
