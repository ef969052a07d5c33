package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/benchbus/benchbus/adapters/report"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// diagnosis is what doctor found out.
type diagnosis struct {
	application.Examination
	host domain.Host
	// twins is the runtime on which the same code was measured against itself.
	twins               domain.RuntimeName
	iterations, samples int
	resolutions         []application.Resolution
}

// write prints the diagnosis. CSV has the findings alone.
func (d diagnosis) write(w io.Writer, format report.Format, opts report.Options) error {
	findings := d.findingTable()
	switch format {
	case report.FormatJSON, report.FormatCSV:
		return report.WriteTable(w, format, findings, opts)
	case report.FormatMarkdown:
		opts.Verbose, opts.Width = true, 0
	}
	if err := report.WriteTable(w, format, findings, opts); err != nil {
		return err
	}
	if format == report.FormatTable {
		d.writeAdvice(w, opts.Width)
	}
	title := fmt.Sprintf("The same code against itself: %s, %s of %s of %s, %d at a time", d.twins, count(application.TwinRuns, "run"),
		count(d.iterations, "iteration"), count(d.samples, "sample"), d.Slots)
	fmt.Fprintf(w, "\n%s\n", report.Wrap(title, opts.Width, ""))
	if format == report.FormatMarkdown {
		fmt.Fprintln(w)
	}
	if err := report.WriteTable(w, format, d.resolutionTable(), opts); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, sentence := range d.conclusion() {
		fmt.Fprintln(w, report.Wrap(sentence, opts.Width, ""))
	}
	return nil
}

func (d diagnosis) findingTable() report.Table {
	table := report.Table{
		Columns: []report.Column{
			{Key: "about", Title: "About"}, {Key: "severity", Title: "How bad"}, {Key: "found", Title: "Found", Width: 30},
			{Key: "effect", Title: "What it does", Verbose: true}, {Key: "advice", Title: "What to do", Verbose: true},
			{Key: "command", Title: "Command", Verbose: true},
		},
		JSON: printDiagnosis(d),
	}
	for _, f := range d.Findings() {
		t := d.words(f)
		table.Rows = append(table.Rows, []any{about(f), string(f.Severity), t.found, t.effect, t.advice, t.command})
	}
	return table
}

// writeAdvice says what each finding that is not fine does, and what to do. Findings of
// which the same is to be said are told together.
func (d diagnosis) writeAdvice(w io.Writer, width int) {
	subjects := map[findingWords][]string{}
	var order []findingWords
	for _, f := range d.Findings() {
		t := d.words(f)
		t.found = ""
		if t == (findingWords{}) {
			continue
		}
		if subjects[t] == nil {
			order = append(order, t)
		}
		subjects[t] = append(subjects[t], about(f))
	}
	for _, t := range order {
		sentence := strings.Join(subjects[t], ", ") + ": " + t.effect
		if t.advice != "" {
			sentence += ". " + upperFirst(t.advice)
		}
		if t.command != "" {
			sentence += ":"
		}
		fmt.Fprintf(w, "\n! %s\n", report.Wrap(sentence, width, "  "))
		if t.command != "" {
			fmt.Fprintf(w, "      %s\n", t.command) // not wrapped, so that it can be copied
		}
	}
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func (d diagnosis) resolutionTable() report.Table {
	table := report.Table{
		Columns: []report.Column{
			{Key: "clock", Title: "Clock"}, {Key: "spread", Title: "Twins differ by", Right: true},
			{Key: "detectable", Title: "A default run finds", Right: true}, {Key: "finest", Title: "Without a margin", Right: true},
		},
		Empty: "It could not be measured.",
	}
	for _, r := range d.resolutions {
		table.Rows = append(table.Rows, []any{clockName(r.Clock), share(r.Spread), share(r.Detectable), share(r.Finest)})
	}
	return table
}

// conclusion says what a default run finds here: by the clock that it takes, which is the
// first, and by the other.
func (d diagnosis) conclusion() []string {
	known := slices.DeleteFunc(slices.Clone(d.resolutions), func(r application.Resolution) bool { return math.IsNaN(r.Detectable) })
	if len(known) == 0 {
		return []string{"What a default run finds on this machine is not known: the same code could not be measured against itself."}
	}
	finds := func(r application.Resolution) string { return share(r.Detectable) + " by " + clockName(r.Clock) }
	first := known[0]
	difference := finds(first)
	for _, other := range known[1:] {
		difference += " (" + finds(other) + ")"
	}
	sentences := []string{"On this machine a difference of about " + difference + " is found by a default run."}
	if first.Finest < stats.DefaultMargin {
		sentences = append(sentences, fmt.Sprintf("Its margin of %s is the greater part of that; with a margin near 0 it would be about %s.",
			share(stats.DefaultMargin), share(first.Finest)))
	}
	return sentences
}

func clockName(c domain.Clock) string {
	if c == domain.ClockCPU {
		return "CPU time"
	}
	return "wall time"
}

// share shows a share in percent with two significant digits.
func share(x float64) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "–"
	}
	x *= 100
	decimals := 0
	if x < 10 {
		decimals = 1
	}
	if x < 1 {
		decimals = 2
	}
	return strconv.FormatFloat(x, 'f', decimals, 64) + " %"
}
