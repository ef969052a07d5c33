package report

import (
	"fmt"
	"math"

	"github.com/benchbus/benchbus/domain/stats"
)

// maxAnswers is the largest number of comparisons that get a sentence each. With more,
// the report begins with a summary and ends with the largest differences.
const maxAnswers = 6

// answers states the outcome of each comparison in sentences, undecided ones included.
func answers(r *stats.Report, names labels) []string {
	all := findings(r, names)
	var without []string
	for i := range r.Cells {
		if c := &r.Cells[i]; c.Summary.N == 0 {
			without = append(without, names.variant(c.Variant))
		}
	}
	if len(without) > 0 && r.Run.Done+r.Run.Failed > 0 {
		all = append(all, "Not measured: "+few(without)+".")
	}
	return all
}

func findings(r *stats.Report, names labels) []string {
	var all []string
	for _, f := range r.Families {
		for m := range f.Others {
			all = append(all, names.sentence(f, m))
		}
	}
	switch {
	case len(all) > maxAnswers:
		var largest []string
		for _, factor := range stats.Factors() {
			largest = append(largest, names.largest(among[factor], by(factor, r.Families))...)
		}
		if len(largest) == 0 {
			return []string{fmt.Sprintf("None of the %d comparisons found a difference.", len(all))}
		}
		return largest
	case len(all) == 0 && len(r.Cells) <= maxAnswers:
		for i := range r.Cells {
			if c := &r.Cells[i]; c.Summary.N > 0 {
				all = append(all, line(fmt.Sprintf("%s takes %s%s.", names.variant(c.Variant), quantity(c.Summary.Median, timeUnits, digitsOf(c.Summary.Median, c.Summary.Interval)), medianInterval(&c.Summary))))
			}
		}
	}
	return all
}

// among names the items that the comparisons of a factor compare.
var among = map[stats.Factor]string{
	stats.ByRuntime: "between runtimes", stats.ByBenchmark: "within groups", stats.BySettings: "between settings", stats.BySource: "between sources",
}

func medianInterval(s *stats.Summary) string {
	if !s.Interval.Known() {
		return ", without an interval: the iterations are too few"
	}
	return " (95 % interval " + intervalOf(s) + ")"
}

// sentence states the outcome of the comparison of a member with the baseline.
func (l labels) sentence(f stats.Family, m stats.Relative) string {
	winner, loser, ratio, interval, but := f.Baseline, m.Cell, m.Ratio, m.Interval, ""
	if m.Verdict == stats.Improved {
		winner, loser, ratio = loser, winner, 1/ratio
		interval = stats.Interval{Low: 1 / interval.High, High: 1 / interval.Low}
		if !f.Named { // possible, since medians and pairs may disagree
			but = ", though its median is larger"
		}
	}
	scale, bounds := ratioScale(ratio, interval), "too few samples for an interval"
	if interval.Known() {
		bounds = fmt.Sprintf("95 %% interval %s×", scale.interval(interval))
	}
	first, second := l.phrase(f.Factor, winner.Variant), l.phrase(f.Factor, loser.Variant)
	where := l.circumstances(f.Factor, winner.Variant)
	// A sentence about members of a group begins with a member, any other with the
	// benchmark.
	subject := l.of(winner.Benchmark) + " " + where
	if f.Factor == stats.ByBenchmark {
		switch m.Verdict {
		case stats.Unchanged:
			return line(fmt.Sprintf("%s and %s take the same time %s within %s (%s).", first, second, where, margin(m), bounds))
		case stats.Inconclusive:
			return line(fmt.Sprintf("Whether %s or %s is faster %s is undecided (%s): %s.", first, second, where, bounds, tell(m)))
		}
		return line(fmt.Sprintf("%s is %s times as fast as %s %s (%s)%s.", first, scale.number(ratio), second, where, bounds, but))
	}
	switch m.Verdict {
	case stats.Unchanged:
		return line(fmt.Sprintf("%s takes the same time %s and %s within %s (%s).", subject, first, second, margin(m), bounds))
	case stats.Inconclusive:
		return line(fmt.Sprintf("Whether %s is faster %s or %s is undecided (%s): %s.", subject, first, second, bounds, tell(m)))
	}
	return line(fmt.Sprintf("%s %s is %s times as fast as %s (%s)%s.", subject, first, scale.number(ratio), second, bounds, but))
}

// tell says what would probably decide an undecided comparison.
func tell(r stats.Relative) string {
	why := ""
	switch r.Reason {
	case stats.NearMargin:
		why = fmt.Sprintf("they differ, perhaps by less than %s; ", margin(r))
	case stats.OneOfMany:
		why = fmt.Sprintf("one of %d comparisons may look like that by chance; ", r.Comparison.Family)
	}
	switch {
	case r.NeededIterations > 0:
		return fmt.Sprintf("%sa run of about %s would probably tell", why, count(r.NeededIterations, "iteration"))
	case r.Reason == stats.NearMargin:
		return why + "more iterations will hardly tell, another --margin would"
	}
	return why + "more iterations will hardly tell, a quieter machine might"
}

// largest returns a sentence about the largest difference that was found.
func (l labels) largest(where string, families []stats.Family) []string {
	var sentence string
	most := 0.0
	for _, f := range families {
		for m := range f.Others {
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
