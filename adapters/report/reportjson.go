package report

import (
	"bufio"

	"github.com/benchbus/benchbus/domain/stats"
)

// SchemaReport names the schema of a report's JSON. A change that old readers would
// misread needs a new number; a new field that they may ignore does not.
const SchemaReport = "benchbus.report.v1"

// writeReportJSON writes a piece at a time, each sample on a line of its own.
func writeReportJSON(out *bufio.Writer, r *stats.Report) error {
	w := jsonWriter{out: out}
	w.text("{\"schema\": ")
	w.value(SchemaReport)
	w.text(",\n\"run\": ")
	w.value(runJSON(r))
	related, counted := relations(r.Families), relations(r.InstructionFamilies)
	w.array("cells", len(r.Cells), func(i int) { w.cell(&r.Cells[i], related, counted) })
	w.array("failures", len(r.Failures), func(i int) { w.value(failureJSON(&r.Failures[i], len(r.Run.Plan.Entries))) })
	w.array("hosts", len(r.Hosts), func(i int) { w.value(hostJSON(&r.Hosts[i])) })
	warnings := warningsJSON(r)
	w.array("warnings", len(warnings), func(i int) { w.value(warnings[i]) })
	w.text("}\n")
	return w.err
}

// jsonWriter keeps the first error.
type jsonWriter struct {
	out *bufio.Writer
	err error
}

func (w *jsonWriter) text(s string) {
	if w.err == nil {
		_, w.err = w.out.WriteString(s)
	}
}

func (w *jsonWriter) value(v any) {
	text, err := compactJSON(v)
	if w.err == nil {
		w.err = err
	}
	w.text(string(text))
}

// array writes a further member of the report, which is an array.
func (w *jsonWriter) array(key string, length int, element func(i int)) {
	w.text(",\n\"" + key + "\": [")
	for i := range length {
		if i > 0 {
			w.text(",")
		}
		w.text("\n")
		element(i)
	}
	w.text("]")
}

// cell writes a cell, with its comparisons by time and by instructions.
func (w *jsonWriter) cell(c *stats.Cell, related, counted map[place]relation) {
	w.text("{")
	for _, f := range figures {
		w.member(f.key, raw(f.value(c)))
	}
	for _, factor := range stats.Factors() {
		rel, known := related[place{c.Entry, c.Index, factor}]
		w.member(amongKey(factor), relativeObject(rel, known))
	}
	if c.Instructions.N > 0 {
		w.member(instructionsKey, instructionsObject(c, counted))
	}
	if len(c.Environments) > 0 {
		w.member("environments", environmentsJSON(c.Environments))
	}
	if len(c.Notices) > 0 {
		w.member("notices", noticesJSON(c.Notices))
	}
	w.text("\"samples\": [")
	for i := range c.Samples {
		if i > 0 {
			w.text(",")
		}
		w.text("\n  ")
		w.value(sampleJSON(&c.Samples[i], c.Clock))
	}
	w.text("]}")
}

func (w *jsonWriter) member(key string, value any) {
	w.text("\"" + key + "\": ")
	w.value(value)
	w.text(",\n ")
}
