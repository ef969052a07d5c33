package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/benchbus/benchbus/adapters/report"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// profiledEntry is an entry, and where its variants differ.
type profiledEntry struct {
	domain.Entry
	differences []application.ProfileDifference
}

// writeProfiles prints the functions that differ most in each comparison.
func writeProfiles(w io.Writer, format report.Format, all []profiledEntry, top int, opts report.Options) error {
	switch format {
	case report.FormatJSON, report.FormatCSV:
		return report.WriteTable(w, format, profileRows(all, top), opts)
	case report.FormatMarkdown:
		opts.Width = 0
	}
	for i, e := range all {
		for j, d := range e.differences {
			if i+j > 0 {
				fmt.Fprintln(w)
			}
			fmt.Fprintf(w, "%s\n\n", report.Wrap(e.title(d)+": instructions for one revolution", opts.Width, ""))
			if err := report.WriteTable(w, format, profileTable(d, top), opts); err != nil {
				return err
			}
			fmt.Fprintf(w, "\n%s\n", report.Wrap(shownShare(d, top), opts.Width, ""))
		}
	}
	return nil
}

// profileTable is what people read of a comparison, or of a variant alone.
func profileTable(d application.ProfileDifference, top int) report.Table {
	number := func(key, title string) report.Column { return report.Column{Key: key, Title: title, Right: true} }
	function := report.Column{Key: "function", Title: "Function", Width: 24}
	if d.Baseline < 0 {
		table := report.Table{Columns: []report.Column{function, number("instructions", "Instructions"), number("share", "Share")}}
		for _, f := range largest(d, top) {
			table.Rows = append(table.Rows, []any{f.Function, report.Instructions(f.Other), share(d.Share([]application.FunctionDifference{f}))})
		}
		table.Rows = append(table.Rows, []any{"total", report.Instructions(d.OtherTotal), share(1)})
		return table
	}
	table := report.Table{Columns: []report.Column{
		function, number("baseline", "Baseline"), number("other", "Other"), number("difference", "Difference"),
	}}
	for _, f := range append(slices.Clone(largest(d, top)), application.FunctionDifference{Function: "total", Baseline: d.BaselineTotal, Other: d.OtherTotal}) {
		table.Rows = append(table.Rows, []any{f.Function, report.Instructions(f.Baseline), report.Instructions(f.Other), signed(f.Difference())})
	}
	return table
}

// profileRows is what programs read: a row for each function, or one document.
func profileRows(all []profiledEntry, top int) report.Table {
	table := report.Table{JSON: printProfiles(all, top)}
	for _, key := range []string{"entry", "baseline", "other", "function", "baseline_instructions", "other_instructions", "difference", "share", "baseline_total", "other_total"} {
		table.Columns = append(table.Columns, report.Column{Key: key})
	}
	for _, e := range all {
		names := e.labels()
		for _, d := range e.differences {
			var baseline any
			if d.Baseline >= 0 {
				baseline = names[d.Baseline]
			}
			for _, f := range largest(d, top) {
				table.Rows = append(table.Rows, []any{e.Name(), baseline, names[d.Other], f.Function, f.Baseline, f.Other, f.Difference(),
					d.Share([]application.FunctionDifference{f}), d.BaselineTotal, d.OtherTotal})
			}
		}
	}
	return table
}

// largest returns the functions that are shown.
func largest(d application.ProfileDifference, top int) []application.FunctionDifference {
	return d.Functions[:min(top, len(d.Functions))]
}

// shownShare says how much of the differences is shown.
func shownShare(d application.ProfileDifference, top int) string {
	shown := largest(d, top)
	of := "differences"
	if d.Baseline < 0 {
		of = "instructions"
	}
	switch {
	case len(d.Functions) == 0:
		return "No function executes more in one than in the other."
	case len(shown) == len(d.Functions):
		return "These are all functions with " + of + "."
	}
	percent := math.Floor(1000*d.Share(shown)) / 10 // never 100 while some are not shown
	return fmt.Sprintf("These %d of %d functions have %.1f %% of the %s; --top shows more.", len(shown), len(d.Functions), percent, of)
}

func signed(x float64) string {
	if x > 0 {
		return "+" + report.Instructions(x)
	}
	return report.Instructions(x)
}

// title names what is compared, and what both have in common.
func (e profiledEntry) title(d application.ProfileDifference) string {
	title, first := e.Name(), e.Variants[0]
	if len(e.Runtimes()) == 1 {
		title += " on " + string(first.Runtime)
	}
	if !e.settingsDiffer() && len(first.Settings) > 0 {
		title += " with " + first.Settings.String()
	}
	if d.Baseline < 0 {
		return title
	}
	names := e.labels()
	return fmt.Sprintf("%s, %s (other) against %s (baseline)", title, names[d.Other], names[d.Baseline])
}

// labels names the variants by what they differ in; a single one by all that it is.
func (e profiledEntry) labels() []string {
	alone := len(e.Variants) == 1
	names := make([]string, len(e.Variants))
	for i, v := range e.Variants {
		var parts []string
		if alone || len(e.Benchmarks()) > 1 {
			parts = append(parts, v.Benchmark.Slug)
		}
		if alone || len(e.Runtimes()) > 1 {
			parts = append(parts, string(v.Runtime))
		}
		switch settings := v.Settings.String(); {
		case settings != "" && (alone || e.settingsDiffer()):
			parts = append(parts, settings)
		case e.settingsDiffer():
			parts = append(parts, stats.NoSettings)
		}
		names[i] = strings.Join(parts, " ")
	}
	return names
}

func (e profiledEntry) settingsDiffer() bool {
	return slices.ContainsFunc(e.Variants, func(v domain.Variant) bool { return !slices.Equal(v.Settings, e.Variants[0].Settings) })
}
