package report

import (
	"strings"

	"github.com/benchbus/benchbus/domain/stats"
)

// hostRatiosJSON makes an object for each kind of machine.
func hostRatiosJSON(ratios []stats.HostRatio) []object {
	all := make([]object, len(ratios))
	for i, h := range ratios {
		all[i] = object{{"host", h.HostKey}, {"ratio", number(h.Ratio)}, {"ratio_ci_low", number(h.Interval.Low)},
			{"ratio_ci_high", number(h.Interval.High)}, {"unit", h.Unit}, {"blocks", h.Blocks}}
	}
	return all
}

// hostRatiosTable compares the members of all families with their baselines on each
// kind of machine. It has no rows if all of them were measured on one kind.
func hostRatiosTable(r *stats.Report, names labels) Table {
	t := Table{Columns: append(names.columns(), Column{Title: "Measured on", Width: nameWidth}, Column{Title: "Time", Right: true},
		Column{Title: "95 % interval"}, Column{Title: "Iterations", Right: true})}
	hosts := map[string][]string{}
	for _, h := range r.Hosts {
		hosts[h.Key] = append(hosts[h.Key], h.Name)
	}
	for _, f := range r.Families {
		for m := range f.Others {
			for _, h := range m.Hosts {
				shown := stats.Relative{Cell: m.Cell, Comparison: h.Comparison}
				t.Rows = append(t.Rows, append(names.values(m.Variant), strings.Join(hosts[h.HostKey], ", "), timesOf(h.Comparison), ratioInterval(shown), h.Blocks))
			}
		}
	}
	return t
}
