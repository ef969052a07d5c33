package report

import (
	"fmt"
	"math"

	"github.com/benchbus/benchbus/domain/stats"
)

// maxAnswers is up to how many comparisons are told in a sentence each. Beyond
// it a report begins with a summary, and ends with the largest differences.
const maxAnswers = 6

// answers says in sentences what the run found out.
func answers(r *stats.Report, names labels, byRuntime, byGroup []family) []string {
	var all []string
	for _, families := range [][]family{byRuntime, byGroup} {
		for _, f := range families {
			for m := range f.others {
				all = append(all, names.sentence(f, m))
			}
		}
	}
	switch {
	case len(all) > maxAnswers:
		largest := append(names.largest("between runtimes", byRuntime), names.largest("within a group", byGroup)...)
		if len(largest) == 0 {
			return []string{fmt.Sprintf("None of the %d comparisons found a difference.", len(all))}
		}
		return largest
	case len(all) == 0 && len(r.Cells) <= maxAnswers:
		for i := range r.Cells {
			if c := &r.Cells[i]; c.Summary.N > 0 {
				all = append(all, fmt.Sprintf("%s takes %s%s.", names.cell(c), quantity(c.Summary.Median, timeUnits), medianInterval(&c.Summary)))
			}
		}
	}
	return all
}

func medianInterval(s *stats.Summary) string {
	if !s.Interval.Known() {
		return ", without an interval: the samples are too few"
	}
	return " (95 % interval " + intervalOf(s) + ")"
}

// sentence says what the comparison of a member with the fastest found.
func (l labels) sentence(f family, m relation) string {
	winner, loser, ratio, interval, but := f.fastest, m.cell, m.Ratio, m.Interval, ""
	if m.Verdict == stats.Improved { // possible, since medians and pairs may disagree
		winner, loser, ratio = loser, winner, 1/ratio
		interval, but = stats.Interval{Low: 1 / interval.High, High: 1 / interval.Low}, ", though its median is larger"
	}
	name, first, second, on := l.of(winner.Benchmark), "on "+string(winner.Runtime), "on "+string(loser.Runtime), ""
	if f.group != "" {
		first, second, on = name, l.of(loser.Benchmark), " on "+string(winner.Runtime)
	}
	bounds := "too few samples for an interval"
	if interval.Known() {
		bounds = fmt.Sprintf("95 %% interval %s … %s", factor(interval.Low), times(interval.High))
	}
	switch {
	case m.Verdict == stats.Unchanged && f.group != "":
		return line(fmt.Sprintf("%s and %s take the same time%s within %s (%s).", first, second, on, margin(m.Relative), bounds))
	case m.Verdict == stats.Unchanged:
		return line(fmt.Sprintf("%s takes the same time %s and %s within %s (%s).", name, first, second, margin(m.Relative), bounds))
	case m.Verdict == stats.Inconclusive && f.group != "":
		return line(fmt.Sprintf("Whether %s or %s is faster%s is undecided (%s): %s.", first, second, on, bounds, tell(m.Relative)))
	case m.Verdict == stats.Inconclusive:
		return line(fmt.Sprintf("Whether %s is faster %s or %s is undecided (%s): %s.", name, first, second, bounds, tell(m.Relative)))
	case f.group != "":
		return line(fmt.Sprintf("%s is %s times as fast as %s%s (%s)%s.", first, factor(ratio), second, on, bounds, but))
	}
	return line(fmt.Sprintf("%s %s is %s times as fast as %s (%s)%s.", name, first, factor(ratio), second, bounds, but))
}

// tell says what would probably decide.
func tell(r *stats.Relative) string {
	if r.MoreIterations > 0 {
		return "about " + count(r.MoreIterations, "more iteration") + " would probably tell"
	}
	return "more iterations will hardly tell, a quieter machine might"
}

// largest is the sentence of the largest difference that was found.
func (l labels) largest(where string, families []family) []string {
	var sentence string
	most := 0.0
	for _, f := range families {
		for m := range f.others {
			found := m.Verdict == stats.Regressed || m.Verdict == stats.Improved
			if size := math.Abs(math.Log(m.Ratio)); found && size > most {
				most, sentence = size, l.sentence(f, m)
			}
		}
	}
	if sentence == "" {
		return nil
	}
	return []string{"The largest difference " + where + ": " + sentence}
}
