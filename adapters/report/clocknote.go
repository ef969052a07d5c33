package report

import (
	"slices"
	"strings"

	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// clockNote says which clock the times are from and why, and of what where that
// differs between entries.
func clockNote(r *stats.Report, names labels) string {
	type reading struct {
		clock  domain.Clock
		reason string
	}
	var order []reading
	about := map[reading][]string{}
	for i := range r.Cells {
		c := &r.Cells[i]
		if len(c.Samples) == 0 {
			continue
		}
		is, name := reading{c.Clock, c.ClockReason}, names.of(c.Benchmark)
		if about[is] == nil {
			order = append(order, is)
		}
		if !slices.Contains(about[is], name) {
			about[is] = append(about[is], name)
		}
	}
	var parts []string
	for i, is := range order {
		text := clockNames[is.clock] + ", since " + is.reason
		if i == 0 {
			text = "Time is " + text
		} else {
			text = "of " + few(about[is]) + " it is " + text
		}
		parts = append(parts, text)
	}
	if len(parts) == 0 {
		return ""
	}
	return line(strings.Join(parts, "; ") + ".")
}

var clockNames = map[domain.Clock]string{domain.ClockCPU: "CPU time", domain.ClockWall: "wall time"}
