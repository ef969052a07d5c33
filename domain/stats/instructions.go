package stats

import (
	"fmt"
	"math"

	"github.com/benchbus/benchbus/domain"
)

// measure is one way to read the samples of cells and to compare them.
type measure struct {
	clock   func(*Cell) domain.Clock
	summary func(*Cell) *Summary
	compare func(blocks []Block, margin float64) Comparison
	margin  func(o Options, candidate, baseline *Cell) float64
}

var (
	// byTime reads times, by the clock of each cell.
	byTime = measure{
		clock:   func(c *Cell) domain.Clock { return c.Clock },
		summary: func(c *Cell) *Summary { return &c.Summary },
		compare: Compare, margin: Options.margin,
	}
	// byInstructions reads the instructions of the samples that were counted.
	byInstructions = measure{
		clock:   func(*Cell) domain.Clock { return domain.ClockInstructions },
		summary: func(c *Cell) *Summary { return &c.Instructions },
		compare: compareCounts, margin: Options.countMargin,
	}
)

// iterationValues holds the values of the samples of one iteration.
type iterationValues struct {
	iteration int
	host      string // the key of the machine that measured it
	values    []float64
}

// valuesBy returns the values by a clock, iteration by iteration. Instructions are those
// of the samples that were counted.
func (c *Cell) valuesBy(clock domain.Clock) (found []iterationValues) {
	all := make([]float64, 0, len(c.Samples))
	for start, end := range c.iterations() {
		from := len(all)
		for i := start; i < end; i++ {
			if s := &c.Samples[i]; clock != domain.ClockInstructions || s.Instructions > 0 {
				all = append(all, s.Value(clock))
			}
		}
		if len(all) > from {
			found = append(found, iterationValues{c.Samples[start].Iteration, c.Samples[start].HostKey, all[from:len(all):len(all)]})
		}
	}
	return found
}

// summarize describes the values by a clock. The unit of the interval is the iteration,
// whose median is its value.
func (c *Cell) summarize(clock domain.Clock) Summary {
	var all, medians []float64
	for _, g := range c.valuesBy(clock) {
		all, medians = append(all, g.values...), append(medians, median(g.values))
	}
	s := Summarize(all)
	s.Interval = Summarize(medians).Interval
	if clock == domain.ClockInstructions {
		s.OpsPerSecond = math.NaN()
	}
	return s
}

// instructionWarnings warns of instructions that do not repeat within an iteration.
func (c *Cell) instructionWarnings() []Warning {
	differ, most, all := 0, 0.0, c.valuesBy(domain.ClockInstructions)
	for _, g := range all {
		s := Summarize(g.values)
		if spread := (s.Max - s.Min) / s.Median; spread > 0 {
			differ, most = differ+1, math.Max(most, spread)
		}
	}
	if differ == 0 {
		return nil
	}
	return []Warning{{Code: UnevenCounts, Message: "the code does not execute the same instructions each time, as with random numbers, clocks and random hashes",
		Detail: fmt.Sprintf("in %d of %s, by up to %.2g %%", differ, count(len(all), "iteration"), 100*most)}}
}
