package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// Limits of a page for people. JSON has everything.
const (
	maxFailureKinds = 10
	maxOutputLines  = 10
	maxHosts        = 10
)

// page holds the sections that both pages for people have in common.
type page struct {
	title, subtitle string
	summary         []string
	runtimes        section // belongs to the summary
	tables          []section
	warnings        []string
	failures        []failureKind
	moreFailures    int // kinds that are not shown
	environments    []string
	hosts           []string
	counts          string
	answer          []string
}

type section struct {
	title string
	note  string // explains how to read it; may be empty
	Table
}

// failureKind is a set of equal failures.
type failureKind struct {
	headline string
	output   []string // the last lines of one of them
}

func newPage(r *stats.Report, opts Options) page {
	names := labelsOf(r)
	run := &r.Run
	p := page{
		title: line(fmt.Sprintf("Run %s: %s", run.ID, run.State)),
		subtitle: fmt.Sprintf("%s of %s each%s, made %s", count(run.Plan.Iterations, "iteration"), count(run.Plan.Samples, "sample"),
			names.alike, run.Created.Format(timeLayout)),
		tables:   []section{{title: "Results", note: resultsNote(r, names), Table: resultsTable(r, names)}},
		warnings: warningLines(r, names),
		counts:   counts(r),
	}
	p.summary, p.runtimes = summary(r)
	p.answer = answers(r, names)
	for _, factor := range stats.Factors() {
		if s := comparison(factor, r, names, opts.Verbose); len(s.Rows) > 0 {
			p.tables = append(p.tables, s)
		}
	}
	if t := hostRatiosTable(r, names); opts.Verbose && len(t.Rows) > 0 {
		p.tables = append(p.tables, section{"Comparisons by kind of machine", "", t})
	}
	if t := distributionTable(r, names); opts.Verbose && len(t.Rows) > 0 {
		p.tables = append(p.tables, section{"Distribution of the samples", "", t})
	}
	p.failures, p.moreFailures = failureKinds(r, names)
	p.environments = environmentLines(r, names, opts.Verbose)
	for i, h := range r.Hosts {
		if i == maxHosts {
			p.hosts = append(p.hosts, fmt.Sprintf("and %d more", len(r.Hosts)-maxHosts))
			break
		}
		p.hosts = append(p.hosts, hostLine(h))
	}
	return p
}

// counts shows the sum of the iterations.
func counts(r *stats.Report) string {
	text := r.Run.Counts.String()
	if r.PartlyFailed > 0 {
		text += fmt.Sprintf("; of those done, %d lack a variant that failed", r.PartlyFailed)
	}
	return text
}

// warningLines returns a line for each kind of warning, which starts with the cells that
// have it.
func warningLines(r *stats.Report, names labels) []string {
	var out []string
	for _, w := range r.Warnings {
		out = append(out, line(w.String()))
	}
	var order []stats.WarningCode
	message, about := map[stats.WarningCode]string{}, map[stats.WarningCode][]string{}
	for i := range r.Cells {
		for _, w := range r.Cells[i].Warnings {
			if about[w.Code] == nil {
				order, message[w.Code] = append(order, w.Code), w.Message
			}
			cell := names.variant(r.Cells[i].Variant)
			if w.Detail != "" {
				cell += " (" + w.Detail + ")"
			}
			if named := about[w.Code]; len(named) == 0 || named[len(named)-1] != cell { // a cell that is compared twice has it twice
				about[w.Code] = append(named, cell)
			}
		}
	}
	for _, code := range order {
		out = append(out, line(few(about[code])+": "+message[code]))
	}
	return out
}

// failureKinds combines failures with the same class and message: what keeps a whole suite
// from running is said once.
func failureKinds(r *stats.Report, names labels) (kinds []failureKind, more int) {
	type kind struct {
		class   domain.FailureClass
		message string
	}
	var order []kind
	found, what := map[kind][]*stats.Failure{}, map[kind][]string{}
	for i := range r.Failures {
		f := &r.Failures[i]
		k := kind{f.Class, f.Message}
		if found[k] == nil {
			order = append(order, k)
		}
		found[k] = append(found[k], f)
		if name := names.failed(f, r.Run.Plan.EntryOf(f.Iteration)); !slices.Contains(what[k], name) {
			what[k] = append(what[k], name)
		}
	}
	for i, k := range order {
		if i == maxFailureKinds {
			return kinds, len(order) - maxFailureKinds
		}
		failures := found[k]
		var numbers []string
		for _, f := range failures {
			numbers = append(numbers, fmt.Sprint(f.Iteration))
		}
		one := failureKind{headline: fmt.Sprintf("%s, %s (number %s), %s after %s: %s", few(what[k]), count(len(failures), "iteration"),
			few(numbers), line(string(k.class)), count(failures[0].Attempts, "attempt"), cut(line(k.message)))}
		for _, f := range failures {
			if f.Output != "" {
				one.output = lastLines(f.Output, maxOutputLines)
				break
			}
		}
		kinds = append(kinds, one)
	}
	return kinds, 0
}

// hostLine describes a machine.
func hostLine(h stats.HostUse) string {
	if h.Host == (domain.Host{}) {
		return fmt.Sprintf("a machine that no probe described (%s)", count(h.Iterations, "iteration"))
	}
	parts := []string{count(h.Cores, "core")}
	if h.CPUModel != "" {
		parts = append([]string{line(h.CPUModel)}, parts...)
	}
	if h.MemoryGiB > 0 {
		parts = append(parts, fmt.Sprintf("%d GiB", h.MemoryGiB))
	}
	parts = append(parts, line(strings.Join([]string{h.OS, h.Kernel, h.Arch}, " ")))
	if h.Virtualisation != "" {
		parts = append(parts, line(h.Virtualisation))
	}
	return fmt.Sprintf("%s: %s (%s)", line(h.Name), strings.Join(parts, ", "), count(h.Iterations, "iteration"))
}
