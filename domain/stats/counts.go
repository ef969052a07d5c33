package stats

import "math"

// DefaultCountMargin is the default equivalence margin of instructions. Counts repeat to
// within a few millionths where times scatter by per cents.
const DefaultCountMargin = 0.001

// compareCounts compares instructions. Where both sides are constant, it states their
// ratio; else it tests them as [Compare] does.
func compareCounts(blocks []Block, margin float64) Comparison {
	c := Compare(blocks, margin)
	candidate, ok1 := constant(blocks, func(b Block) []float64 { return b.Candidate })
	baseline, ok2 := constant(blocks, func(b Block) []float64 { return b.Baseline })
	if !ok1 || !ok2 || c.Blocks == 0 {
		return c
	}
	c.Exact, c.reach = true, math.Inf(1)
	c.Ratio = candidate / baseline
	c.Interval, c.P = Interval{c.Ratio, c.Ratio}, 0
	if c.Ratio == 1 {
		c.P = 1
	}
	c.AdjustedP = c.P
	c.decide()
	return c
}

// constant returns the value that a side has in all blocks. It returns false if the
// values differ, or if there are fewer than two.
func constant(blocks []Block, side func(Block) []float64) (value float64, ok bool) {
	n := 0
	for _, b := range blocks {
		for _, x := range side(b) {
			if n++; n > 1 && x != value {
				return 0, false
			}
			value = x
		}
	}
	return value, n > 1
}
