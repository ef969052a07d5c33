package report

import (
	"fmt"
	"math"

	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// tally counts what comparisons found.
type tally struct{ fastest, slower, faster, same, undecided int }

func (t *tally) add(r *stats.Relative) {
	switch {
	case r.Fastest:
		t.fastest++
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

// summary is what a report of many comparisons begins with: nothing where each
// has a sentence of its own.
func summary(r *stats.Report, byRuntime, byGroup []family) (sentences []string, runtimes section) {
	compared := 0
	for _, families := range [][]family{byRuntime, byGroup} {
		for _, f := range families {
			compared += len(f.members) - 1
		}
	}
	if compared <= maxAnswers && len(r.Cells) <= maxAnswers {
		return nil, section{}
	}
	benchmarks, runtimeNames, measured, doubtful := map[string]bool{}, map[domain.RuntimeName]bool{}, 0, 0
	for i := range r.Cells {
		c := &r.Cells[i]
		benchmarks[c.Benchmark.Slug], runtimeNames[c.Runtime] = true, true
		if c.Summary.N > 0 {
			measured++
		}
		if c.Summary.N > 0 && len(c.Warnings) > 0 {
			doubtful++
		}
	}
	sentences = []string{fmt.Sprintf("%s on %s; %d of %s measured, %d with warnings.",
		count(len(benchmarks), "benchmark"), count(len(runtimeNames), "runtime"), measured, count(len(r.Cells), "combination"), doubtful)}
	sentences = append(sentences, found("Between runtimes", byRuntime)...)
	sentences = append(sentences, found("Within groups", byGroup)...)
	return sentences, runtimesTable(byRuntime)
}

// found counts what the comparisons of some families found.
func found(where string, families []family) []string {
	var t tally
	n := 0
	for _, f := range families {
		for m := range f.others {
			t.add(m.Relative)
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s, %s with the fastest: %d found a difference, %d the same time, %d are undecided.",
		where, count(n, "comparison"), t.slower+t.faster, t.same, t.undecided)}
}

// runtimesTable sets the runtimes against each other over all benchmarks. Means
// are over those that every runtime measured, as other sets would compare
// different things; where there are none, there is no table.
func runtimesTable(byRuntime []family) section {
	var order []domain.RuntimeName
	tallies := map[domain.RuntimeName]*tally{}
	for _, f := range byRuntime {
		for _, m := range f.members {
			t := tallies[m.cell.Runtime]
			if t == nil {
				t = new(tally)
				tallies[m.cell.Runtime], order = t, append(order, m.cell.Runtime)
			}
			t.add(m.Relative)
		}
	}
	logs, matched := map[domain.RuntimeName]float64{}, 0
	for _, f := range byRuntime {
		if len(f.members) == len(order) {
			matched++
			for _, m := range f.members {
				logs[m.cell.Runtime] += math.Log(m.cell.Summary.Median)
			}
		}
	}
	table := Table{Columns: []Column{
		{Title: "Runtime", Width: runtimeWidth}, {Title: "Time", Right: true}, {Title: "Fastest", Right: true}, {Title: "Slower", Right: true},
		{Title: "Faster", Right: true}, {Title: "Same", Right: true}, {Title: "Undecided", Right: true},
	}}
	if matched == 0 {
		return section{}
	}
	least := math.Inf(1)
	for _, sum := range logs {
		least = min(least, sum)
	}
	for _, name := range order {
		t := tallies[name]
		table.Rows = append(table.Rows, []any{name, times(math.Exp((logs[name] - least) / float64(matched))), t.fastest, t.slower, t.faster, t.same, t.undecided})
	}
	return section{note: fmt.Sprintf("Time: geometric mean of the medians over the %s that all of them measured, in multiples of the "+
		"smallest. Fastest: benchmarks of which it has the smallest median; how it stands to the fastest of the others.", count(matched, "benchmark")), Table: table}
}
