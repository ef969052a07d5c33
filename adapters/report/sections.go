package report

import (
	"fmt"

	"github.com/benchbus/benchbus/domain/stats"
)

// The least widths of names, with which the answer fits 60 columns.
const (
	nameWidth    = 9
	runtimeWidth = 7
)

// resultsTable makes the table of the time and memory that each cell takes.
func resultsTable(r *stats.Report, names labels) Table {
	t := Table{Columns: append(names.columns(), Column{Title: "Median", Right: true},
		Column{Title: "95 % interval"}, Column{Title: "Memory", Right: true}, Column{Title: "n", Right: true, Verbose: true},
		Column{Title: "CPU", Right: true, Verbose: true}, Column{Title: "Wall", Right: true, Verbose: true},
		Column{Title: "CV", Right: true, Verbose: true}, Column{Title: "Ops/s", Right: true, Verbose: true}, Column{Title: "Outliers", Right: true, Verbose: true})}
	for i := range r.Cells {
		c := &r.Cells[i]
		s := &c.Summary
		outliers := painted{text: fmt.Sprint(s.Outliers)}
		if s.Outliers > 0 {
			outliers.colour = yellow
		}
		digits := digitsOf(s.Median, s.Interval)
		t.Rows = append(t.Rows, append(names.values(c.Variant), quantity(s.Median, timeUnits, digits), intervalOf(s), memory(c.Memory.Peak), s.N,
			quantity(c.CPU, timeUnits, digits), quantity(c.Wall, timeUnits, digits), percent(s.CV), quantity(s.OpsPerSecond, countUnits, digits), outliers))
	}
	return t
}

// intervalOf shows the interval in the unit of the median, or says that there is none.
func intervalOf(s *stats.Summary) string {
	switch {
	case s.N == 0:
		return "not measured"
	case !s.Interval.Known():
		return "none (few)"
	}
	scale := scaleOf(s.Median, timeUnits, digitsOf(s.Median, s.Interval))
	return scale.interval(s.Interval) + " " + scale.name
}

// distributionTable makes the table of the distribution of each cell's values. All
// values of a row have the same unit.
func distributionTable(r *stats.Report, names labels) Table {
	t := Table{Columns: append(names.columns(), Column{Title: "Unit"})}
	for _, title := range []string{"Mean", "SD", "Min", "p50", "p80", "p90", "p95", "p99", "Max"} {
		t.Columns = append(t.Columns, Column{Title: title, Right: true})
	}
	for i := range r.Cells {
		c := &r.Cells[i]
		s := &c.Summary
		if s.N == 0 {
			continue
		}
		scale := scaleOf(s.Median, timeUnits, significant)
		row := append(names.values(c.Variant), scale.name, scale.number(s.Mean), scale.fine(s.SD))
		for _, x := range []float64{s.Min, s.P50, s.P80, s.P90, s.P95, s.P99, s.Max} {
			row = append(row, scale.number(x))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
