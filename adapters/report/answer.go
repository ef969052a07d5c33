package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/benchbus/benchbus/domain/stats"
)

// maxAnswers is the largest number of comparisons that get a sentence each. With more,
// the report begins with a summary and ends with the largest differences.
const maxAnswers = 6

// answers states the outcome of each comparison in sentences, undecided ones included.
// First come those by what readers see first.
func answers(r *stats.Report, names labels) []string {
	first, beside := measures(r)
	all := first.findings(r, names)
	if beside != nil && len(first.sentences(r, names)) <= maxAnswers/2 {
		all = append(all, beside.decidable(r, names)...)
	}
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

// sentences states the outcome of each comparison.
func (w *measure) sentences(r *stats.Report, names labels) []string {
	return w.some(r, names, func(stats.Relative) bool { return true })
}

// decidable leaves out comparisons of values that are too few for any outcome: a run
// that counts instructions alone need not be of a size for times.
func (w *measure) decidable(r *stats.Report, names labels) []string {
	return w.some(r, names, func(m stats.Relative) bool { return m.Reason != stats.TooFew })
}

func (w *measure) some(r *stats.Report, names labels, is func(stats.Relative) bool) (all []string) {
	for _, f := range w.families(r) {
		for m := range f.Others {
			if is(m) {
				all = append(all, w.sentence(names, f, m))
			}
		}
	}
	return all
}

func (w *measure) findings(r *stats.Report, names labels) []string {
	all := w.sentences(r, names)
	switch {
	case len(all) > maxAnswers:
		var largest []string
		for _, factor := range stats.Factors() {
			if regressions := w.regressions(names, by(factor, w.families(r))); factor == stats.BySource && len(regressions) > 0 {
				largest = append(largest, regressions...)
				continue
			}
			largest = append(largest, w.largest(names, among[factor], by(factor, w.families(r)))...)
		}
		if len(largest) == 0 {
			return []string{fmt.Sprintf("None of the %d comparisons found a difference.", len(all))}
		}
		return largest
	case len(all) == 0 && len(r.Cells) <= maxAnswers:
		for i := range r.Cells {
			c := &r.Cells[i]
			if s := w.of(c); s.N > 0 {
				all = append(all, line(fmt.Sprintf("%s %s %s%s.", names.variant(c.Variant), w.does, w.show(s.Median, digitsOf(s.Median, s.Interval))+w.unit, w.medianInterval(s))))
			}
		}
	}
	return all
}

// among names the items that the comparisons of a factor compare.
var among = map[stats.Factor]string{
	stats.ByRuntime: "between runtimes", stats.ByBenchmark: "within groups", stats.BySettings: "between settings", stats.BySource: "between sources",
}

func (w *measure) medianInterval(s *stats.Summary) string {
	switch {
	case w == byInstructions && s.Min == s.Max:
		return ", each time the same"
	case !s.Interval.Known():
		return ", without an interval: the iterations are too few"
	}
	return " (95 % interval " + w.intervalOf(s) + ")"
}

// sentence states the outcome of the comparison of a member with the baseline.
func (w *measure) sentence(l labels, f stats.Family, m stats.Relative) string {
	winner, loser, ratio, interval, but := f.Baseline, m.Cell, m.Ratio, m.Interval, ""
	if m.Verdict == stats.Improved {
		winner, loser, ratio = loser, winner, 1/ratio
		interval = stats.Interval{Low: 1 / interval.High, High: 1 / interval.Low}
		if !f.Named && w.of(winner).Median > w.of(loser).Median { // possible, since medians and pairs may disagree
			but = ", though its median is larger"
		}
	}
	scale, bounds := ratioScale(ratio, interval), "too few samples for an interval"
	if m.Exact {
		bounds = "exactly, since each count was the same"
	} else if interval.Known() {
		bounds = fmt.Sprintf("95 %% interval %s×", scale.interval(interval))
	}
	where := l.circumstances(f.Factor, winner.Variant)
	return line(w.say(outcome{
		members: f.Factor == stats.ByBenchmark, verdict: m.Verdict, where: where, subject: l.of(winner.Benchmark) + " " + where,
		first: l.phrase(f.Factor, winner.Variant), second: l.phrase(f.Factor, loser.Variant),
		longer: f.Factor == stats.BySource && f.Named && m.Verdict == stats.Regressed,
		ratio:  scale.number(ratio), bounds: bounds, but: but, margin: margin(m), tell: w.tell(m),
	}))
}

// tell says what would probably decide an undecided comparison.
func (w *measure) tell(r stats.Relative) string {
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
	return why + "more iterations will hardly tell, " + w.remedy + " might"
}

// regressions returns a sentence for each of the largest differences that make a source
// slower than the baseline that a person named, the largest first.
func (w *measure) regressions(names labels, families []stats.Family) (all []string) {
	type regression struct {
		ratio    float64
		sentence string
	}
	var found []regression
	for _, f := range families {
		for m := range f.Others {
			if f.Named && m.Verdict == stats.Regressed {
				found = append(found, regression{m.Ratio, w.sentence(names, f, m)})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b regression) int { return cmp.Compare(b.ratio, a.ratio) })
	for _, r := range found[:min(maxAnswers, len(found))] {
		all = append(all, r.sentence)
	}
	if more := len(found) - maxAnswers; more > 0 {
		all = append(all, fmt.Sprintf("And %s; the table of the sources has all.", count(more, "more regression")))
	}
	return all
}

// largest returns a sentence about the largest difference that was found.
func (w *measure) largest(names labels, where string, families []stats.Family) []string {
	var sentence string
	most := 0.0
	for _, f := range families {
		for m := range f.Others {
			found := m.Verdict == stats.Regressed || m.Verdict == stats.Improved
			if size := math.Abs(math.Log(m.Ratio)); found && size > most {
				most, sentence = size, w.sentence(names, f, m)
			}
		}
	}
	if sentence == "" {
		return nil
	}
	return []string{"The largest difference " + where + ": " + sentence}
}
