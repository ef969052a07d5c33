package report

import (
	"bufio"

	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// SchemaReport names the JSON of a report. A change that an old reader would
// misread gets a new number; a field that an old reader may ignore does not.
const SchemaReport = "benchbus.report.v1"

type jsonRun struct {
	domain.RunStatus
	PartlyFailed int   `json:"partly_failed"`
	Iterations   int   `json:"iterations_per_entry"`
	Samples      int   `json:"samples_per_iteration"`
	Seed         int64 `json:"seed"`
	TargetBatch  int64 `json:"target_batch_ns"`
}

type jsonSample struct {
	Iteration         int    `json:"iteration"`
	Position          int    `json:"position"`
	Value             number `json:"value_ns"`
	Outlier           bool   `json:"outlier"`
	Revolutions       int    `json:"revolutions"`
	Warmup            int    `json:"warmup"`
	Batch             int64  `json:"batch_ns"`
	Wall              *int64 `json:"wall_ns"`
	UserCPU           int64  `json:"user_cpu_ns"`
	SystemCPU         int64  `json:"system_cpu_ns"`
	PeakMemory        *int64 `json:"peak_memory_bytes"`
	RuntimePeakMemory *int64 `json:"runtime_peak_memory_bytes"`
	CPU               *int   `json:"cpu"`
	Timer             string `json:"timer"`
	Worker            string `json:"worker"`
	Host              string `json:"host"`
}

type jsonFailure struct {
	Iteration int    `json:"iteration"`
	Entry     int    `json:"entry"`
	EntryName string `json:"entry_name"`
	Variant   *int   `json:"variant"` // null: the whole iteration failed
	domain.Failure
	Worker string `json:"worker"`
	Host   string `json:"host"`
}

type jsonHost struct {
	domain.Host
	Iterations int    `json:"iterations"`
	MeanSteal  number `json:"mean_steal"`
	MaxSteal   number `json:"max_steal"`
	MaxLoad1   number `json:"max_load1"`
}

type jsonWarning struct {
	Code    stats.WarningCode `json:"code"`
	Message string            `json:"message"`
	// Entry and Variant are where the cell that it is about stands; null: the run.
	Entry   *int `json:"entry"`
	Variant *int `json:"variant"`
}

// writeReportJSON writes a piece at a time, each sample on a line of its own.
func writeReportJSON(out *bufio.Writer, r *stats.Report) error {
	w := jsonWriter{out: out}
	plan := &r.Run.Plan
	w.text("{\"schema\": ")
	w.value(SchemaReport)
	w.text(",\n\"run\": ")
	w.value(jsonRun{r.Run.RunStatus, r.PartlyFailed, plan.Iterations, plan.Samples, plan.Seed, int64(plan.TargetBatch)})
	related := relations(r)
	w.array("cells", len(r.Cells), func(i int) { w.cell(&r.Cells[i], related) })
	w.array("failures", len(r.Failures), func(i int) {
		f := &r.Failures[i]
		failure := jsonFailure{f.Iteration, (f.Iteration - 1) % len(plan.Entries), f.Entry, nil, f.Failure, f.Worker, f.HostKey}
		if f.Cell != nil {
			failure.Variant = &f.Cell.Index
		}
		w.value(failure)
	})
	w.array("hosts", len(r.Hosts), func(i int) {
		h := &r.Hosts[i]
		w.value(jsonHost{h.Host, h.Iterations, number(h.MeanSteal), number(h.MaxSteal), number(h.MaxLoad1)})
	})
	warnings := jsonWarnings(r)
	w.array("warnings", len(warnings), func(i int) { w.value(warnings[i]) })
	w.text("}\n")
	return w.err
}

func jsonWarnings(r *stats.Report) []jsonWarning {
	var all []jsonWarning
	for _, w := range r.Warnings {
		all = append(all, jsonWarning{Code: w.Code, Message: w.String()})
	}
	for i := range r.Cells {
		c := &r.Cells[i]
		for _, w := range c.Warnings {
			all = append(all, jsonWarning{w.Code, w.String(), &c.Entry, &c.Index})
		}
	}
	return all
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

// array writes a further member of the report.
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

func (w *jsonWriter) cell(c *stats.Cell, related map[place]relation) {
	w.text("{")
	for _, f := range figures {
		w.member(f.key, raw(f.value(c)))
	}
	for _, factor := range stats.Factors() {
		rel, known := related[place{c.Entry, c.Index, factor}]
		w.member(amongKey(factor), relativeObject(rel, known))
	}
	if len(c.Environments) > 0 {
		w.member("environments", environmentsJSON(c.Environments))
	}
	if len(c.Notices) > 0 {
		w.member("notices", c.Notices)
	}
	w.text("\"samples\": [")
	for i := range c.Samples {
		if i > 0 {
			w.text(",")
		}
		w.text("\n  ")
		w.value(sampleJSON(&c.Samples[i]))
	}
	w.text("]}")
}

func (w *jsonWriter) member(key string, value any) {
	w.text("\"" + key + "\": ")
	w.value(value)
	w.text(",\n ")
}

func sampleJSON(s *stats.Sample) jsonSample {
	out := jsonSample{
		Iteration: s.Iteration, Position: s.Position, Value: number(s.Value()), Outlier: s.Outlier,
		Revolutions: s.Revolutions, Warmup: s.Warmup, Batch: int64(s.Batch), Wall: known(int64(s.Wall)),
		UserCPU: int64(s.UserCPU), SystemCPU: int64(s.SystemCPU),
		PeakMemory: known(s.PeakMemory), RuntimePeakMemory: known(s.RuntimePeakMemory),
		Timer: s.Timer, Worker: s.Worker, Host: s.HostKey,
	}
	if s.CPU >= 0 {
		out.CPU = &s.CPU
	}
	return out
}

// environmentsJSON has an object for each environment.
func environmentsJSON(uses []stats.EnvironmentUse) []object {
	all := make([]object, len(uses))
	for i, use := range uses {
		facts := object{}
		for _, s := range use.Environment {
			facts = append(facts, member{s.Name, s.Value})
		}
		all[i] = object{{"iterations", use.Iterations}, {"facts", facts}}
	}
	return all
}
