package report

import (
	"strconv"
	"strings"

	"github.com/benchbus/benchbus/domain/stats"
)

// measure is what a report compares, times or instructions, with its words.
type measure struct {
	noun        string // heads its values
	best, title string // the member with the smallest value, in sentences and in headings
	more, fewer string // verdicts
	same        string // what members have that are alike
	does, unit  string // as in "takes 5 ns"
	remedy      string // for what more iterations hardly decide
	say         func(outcome) string
	of          func(*stats.Cell) *stats.Summary
	show        func(value float64, digits int) string
	families    func(*stats.Report) []stats.Family
}

var byTime = &measure{
	noun: "Time", best: "the fastest", title: "Fastest", more: "slower", fewer: "faster", same: "the same time",
	does: "takes", remedy: "a quieter machine", say: sayTime,
	of:       func(c *stats.Cell) *stats.Summary { return &c.Summary },
	show:     func(value float64, digits int) string { return quantity(value, timeUnits, digits) },
	families: func(r *stats.Report) []stats.Family { return r.Families },
}

var byInstructions = &measure{
	noun: "Instructions", best: "the one with the fewest", title: "Fewest", more: "more", fewer: "fewer", same: "as many instructions",
	does: "executes", unit: " instructions", remedy: "code that does the same each time", say: sayInstructions,
	of:       func(c *stats.Cell) *stats.Summary { return &c.Instructions },
	show:     grouped,
	families: func(r *stats.Report) []stats.Family { return r.InstructionFamilies },
}

// measures returns what readers see first, and what stands beside it, which is nil if no
// instructions were counted.
func measures(r *stats.Report) (first, beside *measure) {
	if r.ByInstructions {
		return byInstructions, byTime
	}
	for i := range r.Cells {
		if r.Cells[i].Instructions.N > 0 {
			return byTime, byInstructions
		}
	}
	return byTime, nil
}

// median shows the median of a cell in as many digits as its interval lets stand.
func (w *measure) median(c *stats.Cell) string {
	s := w.of(c)
	return w.show(s.Median, digitsOf(s.Median, s.Interval))
}

// instructionsNote says what the instructions are, and what is not in them.
const instructionsNote = "Instructions are what the code executes for one revolution. Cache misses, waits, and what the system does for the code are not in them."

// grouped shows a number of instructions with a comma between thousands. Only below a
// thousand it has decimals: they come of values that are not the same each time.
func grouped(value float64, digits int) string {
	places := 0
	if value < 1000 && value != float64(int64(value)) {
		places = decimals(value, digits)
	}
	shown := scale{unit{"", 1}, places}.number(value)
	whole, fraction, _ := strings.Cut(shown, ".")
	if _, err := strconv.Atoi(whole); err != nil {
		return shown
	}
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + "," + whole[at:]
	}
	if fraction != "" {
		whole += "." + fraction
	}
	return whole
}

// Instructions shows a number of instructions as reports do, in whole numbers from a
// thousand on, and with a minus where it is below 0.
func Instructions(value float64) string {
	if value < 0 {
		return "-" + grouped(-value, significant)
	}
	return grouped(value, significant)
}
