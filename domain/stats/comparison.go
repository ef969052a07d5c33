package stats

import "math"

// DefaultMargin is how far, as a share, two times may lie apart and still count
// as the same.
const DefaultMargin = 0.03

// Verdict says what a comparison found out about the candidate.
type Verdict string

// "Not significant" is Inconclusive, never Unchanged.
const (
	// Improved: faster than the baseline, significantly, and by more than the margin.
	Improved Verdict = "improved"
	// Regressed: slower than the baseline, significantly, and by more than the margin.
	Regressed Verdict = "regressed"
	// Unchanged: the whole interval lies inside the margin.
	Unchanged Verdict = "unchanged"
	// Inconclusive: these data do not tell.
	Inconclusive Verdict = "inconclusive"
)

// Comparison sets a candidate against a baseline. What cannot be computed is NaN.
type Comparison struct {
	// Ratio is the candidate's time by the baseline's; above 1 means slower.
	// It is exp of the Hodges-Lehmann estimate over all differences of
	// logarithms within the blocks.
	Ratio float64
	// Interval is the 95 % interval of the ratio: what van Elteren's test does
	// not reject. None where no data of that size could reject anything.
	Interval Interval
	// P is the two-sided p-value of van Elteren's test; exact for small data.
	P float64
	// AdjustedP is P after Holm's correction for the other comparisons of the
	// same family; without others it is P.
	AdjustedP float64
	// Blocks is how many blocks had values of both sides.
	Blocks int
	// Family is how many comparisons the verdict is corrected for.
	Family int
	// Margin is the share by which two times may differ and count as the same.
	Margin float64
	// Detectable is the smallest ratio, above 1, that data like these would
	// have found in four of five tries.
	Detectable float64
	// Needed is how many times as much data would probably decide; NaN where
	// there is a verdict, or where more than a hundred times would not.
	Needed  float64
	Verdict Verdict

	// reach is how far the blocks can go towards a small p-value: the sum of
	// the logarithms of their numbers of assignments.
	reach float64
}

// Compare tests whether the candidate takes longer or shorter than the
// baseline, by values within the same block. All values must be finite and
// above 0. The margin is a share, such as [DefaultMargin].
//
// A value is what was measured independently of the others of its block: a sample
// where both sides ran within the same iteration, which is then the block, and else
// an iteration; see [Cell.IterationMedians].
func Compare(blocks []Block, margin float64) Comparison {
	nan := math.NaN()
	c := Comparison{Ratio: nan, Interval: noInterval, P: nan, AdjustedP: nan, Family: 1, Margin: margin,
		Detectable: nan, Needed: nan, Verdict: Inconclusive}
	s := newStrata(blocks)
	c.Blocks = len(s.blocks)
	if c.Blocks == 0 {
		return c
	}
	for _, block := range s.blocks {
		n, m := float64(len(block.a)), float64(len(block.b))
		c.reach += logFactorial(n+m) - logFactorial(n) - logFactorial(m)
	}
	t := s.run()
	c.Ratio, c.P, c.AdjustedP = math.Exp(t.estimate), t.p, t.p
	c.Interval = Interval{math.Exp(t.low), math.Exp(t.high)}
	c.decide()
	return c
}

// decide derives the verdict, and what it would have taken, from the rest.
func (c *Comparison) decide() {
	margin, effect := math.Log1p(c.Margin), math.Abs(math.Log(c.Ratio))
	different := c.AdjustedP <= alpha && c.Interval.Known() && !c.Interval.Contains(1) && effect > margin
	switch {
	case different && c.Ratio > 1:
		c.Verdict = Regressed
	case different:
		c.Verdict = Improved
	case c.Interval.Low > math.Exp(-margin) && c.Interval.High < math.Exp(margin):
		c.Verdict = Unchanged
	default:
		c.Verdict = Inconclusive
	}

	// Half the width is 1.96 standard errors; to find an effect in four of
	// five tries takes 0.84 more than the quantile of the corrected test.
	halfWidth := math.Log(c.Interval.High/c.Interval.Low) / 2
	corrected := normalQuantile(1 - alpha/2/float64(c.Family))
	detectable := halfWidth * (corrected + normalQuantile(0.8)) / normalQuantile(1-alpha/2)
	c.Detectable, c.Needed = math.Exp(detectable), math.NaN()
	if c.Verdict != Inconclusive {
		return
	}
	goal := effect // to tell the ratio from 1
	if effect <= margin {
		goal = margin - effect // to bring the interval inside the margin
	}
	factor := detectable * detectable / (goal * goal)
	if !c.Decidable() {
		factor = math.Log(2*float64(c.Family)/alpha) / c.reach
	}
	if factor <= 100 {
		c.Needed = max(factor, 1)
	}
}

// Decidable tells whether data of that size could be significant at all: the
// smallest p-value within their reach is 2·exp(−reach).
func (c *Comparison) Decidable() bool {
	return c.Interval.Known() && 2*math.Exp(-c.reach)*float64(c.Family) <= alpha
}
