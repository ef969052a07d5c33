package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/benchbus/benchbus/adapters/report"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// plannedRun is what run --dry-run prints.
type plannedRun struct {
	Schema   string         `json:"schema"`
	Entries  []plannedEntry `json:"entries"`
	Messages int            `json:"messages"`
	Samples  int            `json:"samples"`
	Slots    int            `json:"slots"`
	Estimate float64        `json:"estimated_s"`
}

type plannedEntry struct {
	Entry      string               `json:"entry"`
	Benchmarks []string             `json:"benchmarks"`
	Runtimes   []domain.RuntimeName `json:"runtimes"`
	Variants   int                  `json:"variants"`
	Iterations int                  `json:"iterations"`
	Samples    int                  `json:"samples"`
}

// writePlan prints what the run would execute, and estimates how long that would take.
func (a *app) writePlan(o *outputFlags, run domain.Run, slots int) error {
	plan := run.Plan
	took := application.Estimate(plan, slots)
	p := plannedRun{Schema: "benchbus.plan.v1", Messages: run.Planned, Slots: slots, Estimate: took.Seconds()}
	table := report.Table{Columns: []report.Column{
		{Key: "entry", Title: "Entry", Width: 9}, {Key: "benchmarks", Title: "Benchmarks", Width: 20}, {Key: "runtimes", Title: "Runtimes", Width: 12},
		{Key: "variants", Title: "Variants", Right: true},
		{Key: "iterations", Title: "Iterations", Right: true}, {Key: "samples", Title: "Samples", Right: true},
	}}
	for _, e := range plan.Entries {
		var slugs []string
		for _, b := range e.Benchmarks() {
			slugs = append(slugs, b.Slug)
		}
		samples := plan.Iterations * plan.Samples * len(e.Variants)
		p.Entries = append(p.Entries, plannedEntry{e.Name(), slugs, e.Runtimes(), len(e.Variants), plan.Iterations, samples})
		p.Samples += samples
		table.Rows = append(table.Rows, []any{e.Name(), slugs, join(e.Runtimes()), len(e.Variants), plan.Iterations, samples})
	}
	table.JSON = p
	return a.write(o, func(w io.Writer, opts report.Options) error {
		if err := report.WriteTable(w, o.format, table, opts); err != nil {
			return err
		}
		if o.format != report.FormatTable && o.format != report.FormatMarkdown {
			return nil
		}
		_, err := fmt.Fprintf(w, "\n%d messages, %d samples: about %s with %d at a time, which is an estimate; nothing was executed or stored\n",
			p.Messages, p.Samples, roughly(took), max(1, slots))
		return err
	})
}

// roughly shows a duration to the second, or else to the minute.
func roughly(d time.Duration) string {
	if d < time.Minute {
		return max(d.Round(time.Second), time.Second).String()
	}
	return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
}
