package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/benchbus/benchbus/domain/stats"
)

// The least widths of names, with which the answer fits 60 columns.
const (
	nameWidth    = 9
	runtimeWidth = 7
)

// resultsTable makes the table of the time and memory that each cell takes, and of its
// instructions if they were counted.
func resultsTable(r *stats.Report, names labels) Table {
	first, beside := measures(r)
	title := "Median"
	if beside != nil {
		title = first.noun
	}
	t := Table{Columns: append(names.columns(), Column{Title: title, Right: true}, Column{Title: "95 % interval"})}
	if beside != nil {
		t.Columns = append(t.Columns, Column{Title: beside.noun, Right: true})
	}
	t.Columns = append(t.Columns, Column{Title: "Memory", Right: true}, Column{Title: "Allocated", Right: true, Verbose: true}, Column{Title: "n", Right: true, Verbose: true},
		Column{Title: "CPU", Right: true, Verbose: true}, Column{Title: "Wall", Right: true, Verbose: true},
		Column{Title: "CV", Right: true, Verbose: true}, Column{Title: "Control", Verbose: true}, Column{Title: "Ops/s", Right: true, Verbose: true}, Column{Title: "Outliers", Right: true, Verbose: true})
	for i := range r.Cells {
		c := &r.Cells[i]
		s := &c.Summary
		outliers := painted{text: fmt.Sprint(s.Outliers)}
		if s.Outliers > 0 {
			outliers.colour = yellow
		}
		digits := digitsOf(s.Median, s.Interval)
		row := append(names.values(c.Variant), first.median(c), first.intervalOf(first.of(c)))
		if beside != nil {
			row = append(row, beside.median(c))
		}
		t.Rows = append(t.Rows, append(row, memory(c.Memory.Peak), memory(c.Memory.RuntimePeak), s.N,
			quantity(c.CPU, timeUnits, digits), quantity(c.Wall, timeUnits, digits), percent(s.CV), ratioInterval(stats.Relative{Comparison: c.Control}), quantity(s.OpsPerSecond, countUnits, digits), outliers))
	}
	return t
}

// resultsNote says what the values of the table are.
func resultsNote(r *stats.Report, names labels) string {
	note := clockNote(r, names)
	if _, beside := measures(r); beside != nil {
		note = strings.TrimLeft(note+" "+instructionsNote, " ")
	}
	if names.sources {
		note = strings.TrimLeft(note+" "+sourcesNote(r), " ")
	}
	return note
}

// sourcesNote says which commits were compared.
func sourcesNote(r *stats.Report) string {
	var all []string
	for i := range r.Cells {
		if text := at(r.Cells[i].Source); !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return "Sources: " + strings.Join(all, ", ") + "."
}

// intervalOf shows the interval in the unit of the median, or says that there is none.
func (w *measure) intervalOf(s *stats.Summary) string {
	switch {
	case s.N == 0:
		return "not measured"
	case w == byInstructions && s.Min == s.Max:
		return "all equal"
	case !s.Interval.Known():
		return "none (few)"
	}
	digits := digitsOf(s.Median, s.Interval)
	if w == byInstructions {
		return w.show(s.Interval.Low, digits) + " … " + w.show(s.Interval.High, digits)
	}
	scale := scaleOf(s.Median, timeUnits, digits)
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
