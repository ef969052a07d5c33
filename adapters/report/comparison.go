package report

import (
	"math"
	"strconv"

	"github.com/benchbus/benchbus/domain/stats"
)

// comparisonTitles are the headings of the tables of each factor's families.
var comparisonTitles = map[stats.Factor]string{
	stats.ByRuntime: "Runtimes", stats.ByBenchmark: "Groups", stats.BySettings: "Settings", stats.BySource: "Sources",
}

// comparison makes the table that compares the members of the families of one factor
// with their baselines, by what readers see first. What stands beside it has a column. It
// has no rows if nothing was compared.
func comparison(factor stats.Factor, r *stats.Report, names labels, verbose bool) section {
	first, beside := measures(r)
	families := by(factor, first.families(r))
	baseline, but := baselineOf(families, first.best)
	whose := " in multiples of " + baseline + "'s" + but + "."
	if first == byInstructions {
		whose = " in multiples of those of " + baseline + but + "."
	}
	s := section{title: comparisonTitles[factor] + ", relative to " + baseline, note: first.noun + ":" + whose}
	var others map[place]relation
	if beside != nil {
		others = relations(beside.families(r))
		s.note = first.noun + ", " + beside.noun + ":" + whose
	}
	if verbose {
		s.note += " Detects: a smaller difference would probably have gone unnoticed."
	}
	s.Columns = append(names.columns(), Column{Title: first.noun, Right: true}, Column{Title: "95 % interval"}, Column{Title: "Verdict"},
		Column{Title: "Detects", Right: true, Verbose: true}, Column{Title: "Needs", Verbose: true})
	if beside != nil {
		s.Columns = append(s.Columns, Column{Title: beside.noun})
	}
	if factor == stats.ByBenchmark {
		s.Columns = append(s.Columns, Column{Title: "Group", Width: nameWidth, Verbose: true})
	}
	for _, f := range families {
		for _, m := range f.Members {
			row := append(names.values(m.Variant), timesOf(m.Comparison), ratioInterval(m), first.verdict(m), detectable(m), first.needs(m))
			if beside != nil {
				row = append(row, beside.brief(others[place{m.Entry, m.Index, factor}].Relative))
			}
			if factor == stats.ByBenchmark {
				row = append(row, m.Benchmark.Group)
			}
			s.Rows = append(s.Rows, row)
		}
	}
	return s
}

// times shows a ratio that has no interval.
func times(ratio float64) string {
	if math.IsNaN(ratio) {
		return none
	}
	return factor(ratio) + "×"
}

// timesOf shows the ratio of a comparison, in as many digits as its interval lets stand.
func timesOf(c stats.Comparison) string {
	if math.IsNaN(c.Ratio) {
		return none
	}
	return ratioScale(c.Ratio, c.Interval).number(c.Ratio) + "×"
}

func ratioInterval(r stats.Relative) string {
	switch {
	case r.IsBaseline:
		return ""
	case r.Exact:
		return "exact"
	case !r.Interval.Known():
		return "none"
	}
	return ratioScale(r.Ratio, r.Interval).interval(r.Interval) + "×"
}

func detectable(r stats.Relative) string {
	if math.IsNaN(r.Detectable) {
		return ""
	}
	return "±" + percent(r.Detectable-1)
}

// verdict returns the outcome of the comparison in a word. A difference that is not
// significant is never shown as no difference.
func (w *measure) verdict(r stats.Relative) painted {
	switch {
	case r.IsBaseline:
		return painted{text: "reference"}
	case r.Verdict == stats.Regressed:
		return painted{w.more, red}
	case r.Verdict == stats.Improved:
		return painted{w.fewer, green}
	case r.Verdict == stats.Unchanged:
		return painted{"same " + margin(r), green}
	}
	switch r.Reason {
	case stats.NearMargin:
		return painted{"near " + margin(r), yellow}
	case stats.OneOfMany:
		return painted{"chance?", yellow}
	}
	return painted{"undecided", yellow}
}

// brief shows the ratio and the outcome of a comparison in one column.
func (w *measure) brief(r stats.Relative) any {
	switch {
	case r.Cell == nil:
		return nil
	case r.IsBaseline:
		return timesOf(r.Comparison)
	}
	v := w.verdict(r)
	return painted{timesOf(r.Comparison) + ", " + v.text, v.colour}
}

// needs says what would probably decide an undecided comparison.
func (w *measure) needs(r stats.Relative) string {
	switch {
	case r.IsBaseline || r.Verdict != stats.Inconclusive:
		return ""
	case r.NeededIterations > 0:
		return "about " + count(r.NeededIterations, "iteration")
	case r.Reason == stats.NearMargin:
		return "another margin"
	}
	return w.remedy
}

// margin shows the equivalence margin of the comparison.
func margin(r stats.Relative) string {
	return "±" + strconv.FormatFloat(100*r.Margin, 'g', 3, 64) + " %"
}
