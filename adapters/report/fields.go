package report

import (
	"math"

	"github.com/benchbus/benchbus/domain/stats"
)

// figure is one figure of a cell, with its name in JSON and CSV.
type figure struct {
	key   string
	value func(c *stats.Cell) any
}

// figures lists the figures of a cell in JSON and CSV, in order. Their values are of
// types that a [Table] may hold.
var figures = []figure{
	{"benchmark", func(c *stats.Cell) any { return c.Benchmark.Slug }},
	{"name", func(c *stats.Cell) any { return c.Benchmark.Name }},
	{"category", func(c *stats.Cell) any { return c.Benchmark.Category }},
	{"group", func(c *stats.Cell) any { return orNil(c.Benchmark.Group) }},
	{"runtime", func(c *stats.Cell) any { return c.Runtime }},
	{"settings", func(c *stats.Cell) any { return orNil(c.Settings.String()) }},
	{"source", func(c *stats.Cell) any { return orNil(string(c.Source.Digest)) }},
	{"source_name", func(c *stats.Cell) any { return orNil(c.Source.Name) }},
	{"revision", func(c *stats.Cell) any { return orNil(c.Source.Revision) }},
	{"definition_sha256", func(c *stats.Cell) any { return definitionDigest(c.Benchmark) }},
	{"environment", func(c *stats.Cell) any { return orNil(environments(c)) }},
	{"entry", func(c *stats.Cell) any { return c.Entry }},
	{"variant", func(c *stats.Cell) any { return c.Index }},
	{"n", func(c *stats.Cell) any { return c.Summary.N }},
	{"clock", func(c *stats.Cell) any { return string(c.Clock) }},
	{"clock_reason", func(c *stats.Cell) any { return c.ClockReason }},
	{"median_wall_ns", func(c *stats.Cell) any { return c.Wall }},
	{"median_cpu_ns", func(c *stats.Cell) any { return c.CPU }},
	{"median_ns", func(c *stats.Cell) any { return c.Summary.Median }},
	{"ci_low_ns", func(c *stats.Cell) any { return c.Summary.Interval.Low }},
	{"ci_high_ns", func(c *stats.Cell) any { return c.Summary.Interval.High }},
	{"mean_ns", func(c *stats.Cell) any { return c.Summary.Mean }},
	{"sd_ns", func(c *stats.Cell) any { return c.Summary.SD }},
	{"cv", func(c *stats.Cell) any { return c.Summary.CV }},
	{"mad_ns", func(c *stats.Cell) any { return c.Summary.MAD }},
	{"min_ns", func(c *stats.Cell) any { return c.Summary.Min }},
	{"max_ns", func(c *stats.Cell) any { return c.Summary.Max }},
	{"p50_ns", func(c *stats.Cell) any { return c.Summary.P50 }},
	{"p80_ns", func(c *stats.Cell) any { return c.Summary.P80 }},
	{"p90_ns", func(c *stats.Cell) any { return c.Summary.P90 }},
	{"p95_ns", func(c *stats.Cell) any { return c.Summary.P95 }},
	{"p99_ns", func(c *stats.Cell) any { return c.Summary.P99 }},
	{"ops_per_second", func(c *stats.Cell) any { return c.Summary.OpsPerSecond }},
	{"outliers", func(c *stats.Cell) any { return c.Summary.Outliers }},
	{"control_ratio", func(c *stats.Cell) any { return c.Control.Ratio }},
	{"control_ci_low", func(c *stats.Cell) any { return c.Control.Interval.Low }},
	{"control_ci_high", func(c *stats.Cell) any { return c.Control.Interval.High }},
	{"control_verdict", func(c *stats.Cell) any { return c.Control.Verdict }},
	{"peak_memory_bytes", func(c *stats.Cell) any { return orNil(c.Memory.Peak) }},
	{"mean_peak_memory_bytes", func(c *stats.Cell) any { return orNil(math.Round(c.Memory.PeakMean)) }},
	{"runtime_peak_memory_bytes", func(c *stats.Cell) any { return orNil(c.Memory.RuntimePeak) }},
}

// relativeFigures lists the figures of a comparison in JSON and CSV, in order.
var relativeFigures = []struct {
	key   string
	value func(r relation) any
}{
	{"baseline_benchmark", func(r relation) any { return r.Baseline.Benchmark.Slug }},
	{"baseline_runtime", func(r relation) any { return r.Baseline.Runtime }},
	{"baseline_settings", func(r relation) any { return orNil(r.Baseline.Settings.String()) }},
	{"baseline_source", func(r relation) any { return orNil(string(r.Baseline.Source.Digest)) }},
	{"baseline_source_name", func(r relation) any { return orNil(r.Baseline.Source.Name) }},
	{"baseline_named", func(r relation) any { return r.Named }},
	{"is_baseline", func(r relation) any { return r.IsBaseline }},
	{"ratio", func(r relation) any { return r.Ratio }},
	{"ratio_ci_low", func(r relation) any { return r.Comparison.Interval.Low }},
	{"ratio_ci_high", func(r relation) any { return r.Comparison.Interval.High }},
	{"exact", func(r relation) any { return r.Exact }},
	{"unit", func(r relation) any { return orNil(r.Unit) }},
	{"interaction_p", func(r relation) any { return r.Interaction }},
	{"p_value", func(r relation) any { return r.P }},
	{"p_adjusted", func(r relation) any { return r.AdjustedP }},
	{"family", func(r relation) any { return orNil(r.Comparison.Family) }},
	{"blocks", func(r relation) any { return orNil(r.Blocks) }},
	{"unpaired_iterations", func(r relation) any { return r.Unpaired }},
	{"margin", func(r relation) any { return r.Margin }},
	{"detectable_ratio", func(r relation) any { return r.Detectable }},
	{"needed_iterations", func(r relation) any { return orNil(r.NeededIterations) }},
	{"verdict", func(r relation) any { return orNil(r.Verdict) }},
	{"reason", func(r relation) any { return orNil(r.Reason) }},
}

// orNil returns the value, or nil for the zero value, which means unknown or none.
func orNil[T comparable](value T) any {
	var zero T
	if value == zero {
		return nil
	}
	return value
}

// amongKey returns the key of a factor's comparisons: the name of the object in JSON,
// and the prefix of the columns in CSV.
func amongKey(f stats.Factor) string { return "among_" + f.String() }

// relativeObject returns the JSON of a comparison, or nil if there is none.
func relativeObject(r relation, known bool) any {
	if !known {
		return nil
	}
	o := make(object, len(relativeFigures))
	for i, f := range relativeFigures {
		o[i] = member{f.key, raw(f.value(r))}
	}
	if len(r.Relative.Hosts) > 0 {
		o = append(o, member{"host_ratios", hostRatiosJSON(r.Relative.Hosts)})
	}
	return o
}

// relativeColumns returns the columns of the comparisons for CSV.
func relativeColumns(prefix string) (columns []Column) {
	for _, factor := range stats.Factors() {
		for _, f := range relativeFigures {
			columns = append(columns, Column{Key: prefix + amongKey(factor) + "_" + f.key})
		}
	}
	return columns
}

// relativeValues returns the values of a cell in these columns, nil if it is not compared.
func relativeValues(c *stats.Cell, related map[place]relation) (values []any) {
	for _, factor := range stats.Factors() {
		rel, known := related[place{c.Entry, c.Index, factor}]
		for _, f := range relativeFigures {
			if known {
				values = append(values, f.value(rel))
			} else {
				values = append(values, nil)
			}
		}
	}
	return values
}

// cellTable makes the table for CSV, with one row for each cell.
func cellTable(r *stats.Report) Table {
	var t Table
	for _, f := range figures {
		t.Columns = append(t.Columns, Column{Key: f.key})
	}
	t.Columns = append(t.Columns, relativeColumns("")...)
	related := relations(r.Families)
	for i := range r.Cells {
		c := &r.Cells[i]
		row := make([]any, 0, len(t.Columns))
		for _, f := range figures {
			row = append(row, f.value(c))
		}
		t.Rows = append(t.Rows, append(row, relativeValues(c, related)...))
	}
	if r.Run.Plan.CountInstructions {
		addInstructions(&t, r)
	}
	return t
}
