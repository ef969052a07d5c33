package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// tally counts the outcomes of comparisons.
type tally struct{ baseline, slower, faster, same, undecided int }

func (t *tally) add(r stats.Relative) {
	switch {
	case r.IsBaseline:
		t.baseline++
	case r.Verdict == stats.Regressed:
		t.slower++
	case r.Verdict == stats.Improved:
		t.faster++
	case r.Verdict == stats.Unchanged:
		t.same++
	default:
		t.undecided++
	}
}

// summary returns the beginning of a report of many comparisons. It is empty if each
// comparison has a sentence of its own.
func summary(r *stats.Report) (sentences []string, runtimes section) {
	first, _ := measures(r)
	compared := 0
	for _, f := range first.families(r) {
		compared += len(f.Members) - 1
	}
	if compared <= maxAnswers && len(r.Cells) <= maxAnswers {
		return nil, section{}
	}
	benchmarks, runtimeNames, settings, measured, doubtful := map[string]bool{}, map[domain.RuntimeName]bool{}, map[string]bool{}, 0, 0
	for i := range r.Cells {
		c := &r.Cells[i]
		benchmarks[c.Benchmark.Slug], runtimeNames[c.Runtime], settings[c.Settings.String()] = true, true, true
		if c.Summary.N > 0 {
			measured++
		}
		if c.Summary.N > 0 && len(c.Warnings) > 0 {
			doubtful++
		}
	}
	with := ""
	if labelsOf(r).settings {
		with = fmt.Sprintf(" with %d sets of settings", len(settings))
	}
	sentences = []string{fmt.Sprintf("%s on %s%s; %d of %s measured, %d with warnings.",
		count(len(benchmarks), "benchmark"), count(len(runtimeNames), "runtime"), with, measured, count(len(r.Cells), "variant"), doubtful)}
	for _, factor := range stats.Factors() {
		sentences = append(sentences, first.found(among[factor], by(factor, first.families(r)))...)
	}
	return sentences, first.runtimesTable(by(stats.ByRuntime, first.families(r)))
}

// capital begins a word or a sentence.
func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// found summarizes the outcomes of the comparisons of some families.
func (w *measure) found(where string, families []stats.Family) []string {
	var t tally
	n := 0
	for _, f := range families {
		for m := range f.Others {
			t.add(m)
			n++
		}
	}
	if n == 0 {
		return nil
	}
	baseline, _ := baselineOf(families, w.best)
	where = capital(where)
	return []string{fmt.Sprintf("%s, %s with %s: %d found a difference, %d %s, %d are undecided.",
		where, count(n, "comparison"), baseline, t.slower+t.faster, t.same, w.same, t.undecided)}
}

// runtimesTable compares the runtimes over all cases. A case is a benchmark with its
// settings and source; if several entries measured it, it counts once. Means are over
// the cases that every runtime has, since means over different cases cannot be
// compared. Without such cases there is no table.
func (w *measure) runtimesTable(byRuntime []stats.Family) section {
	type point struct {
		benchmark, settings string
		source              domain.Source
		runtime             domain.RuntimeName
	}
	var order []domain.RuntimeName
	tallies, known, benchmarks := map[domain.RuntimeName]*tally{}, map[point]bool{}, map[string]bool{}
	var cases []stats.Family
	for _, f := range byRuntime {
		again := true
		for _, m := range f.Members {
			p := point{m.Benchmark.Slug, m.Settings.String(), m.Source, m.Runtime}
			again, known[p] = again && known[p], true
		}
		if again {
			continue
		}
		benchmarks[f.Baseline.Benchmark.Slug], cases = true, append(cases, f)
		for _, m := range f.Members {
			t := tallies[m.Runtime]
			if t == nil {
				t = new(tally)
				tallies[m.Runtime], order = t, append(order, m.Runtime)
			}
			t.add(m)
		}
	}
	logs, matched := map[domain.RuntimeName]float64{}, 0
	for _, f := range cases {
		if len(f.Members) == len(order) {
			matched++
			for _, m := range f.Members {
				logs[m.Runtime] += math.Log(w.of(m.Cell).Median)
			}
		}
	}
	if matched == 0 {
		return section{}
	}
	noun, are := "benchmark", ""
	if len(cases) > len(benchmarks) {
		noun, are = "case", " (benchmarks with their settings)"
	}
	slices.SortStableFunc(order, func(x, y domain.RuntimeName) int { return cmp.Compare(logs[x], logs[y]) })
	title, has, to, one, of := w.title, "has the smallest median", w.best, logs[order[0]], "the smallest"
	if i := slices.IndexFunc(byRuntime, func(f stats.Family) bool { return f.Named }); i >= 0 {
		title, has, to, one, of = "Baseline", "is the baseline", "the baseline", logs[byRuntime[i].Baseline.Runtime], "the baseline's"
	}
	s := section{note: fmt.Sprintf("%s: geometric mean of the medians over the %s%s that all of them measured, in multiples of %s. "+
		"%s: %ss of which it %s; then how it stands to %s of the others.", w.noun, count(matched, noun), are, of, title, noun, has, to)}
	s.Columns = []Column{
		{Title: "Runtime", Width: runtimeWidth}, {Title: w.noun, Right: true}, {Title: title, Right: true}, {Title: capital(w.more), Right: true},
		{Title: capital(w.fewer), Right: true}, {Title: "Same", Right: true}, {Title: "Undecided", Right: true},
	}
	for _, name := range order {
		t := tallies[name]
		s.Rows = append(s.Rows, []any{name, times(math.Exp((logs[name] - one) / float64(matched))), t.baseline, t.slower, t.faster, t.same, t.undecided})
	}
	return s
}
