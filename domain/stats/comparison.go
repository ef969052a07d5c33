package stats

import "math"

// DefaultMargin is the default equivalence margin: two times that differ by a
// smaller share count as the same.
const DefaultMargin = 0.03

// Verdict is the outcome of a comparison, for the candidate.
type Verdict string

// A difference that is not significant is Inconclusive, never Unchanged.
const (
	// Improved: the candidate is significantly faster, by more than the margin.
	Improved Verdict = "improved"
	// Regressed: the candidate is significantly slower, by more than the margin.
	Regressed Verdict = "regressed"
	// Unchanged: the whole interval lies inside the margin.
	Unchanged Verdict = "unchanged"
	// Inconclusive: the data support none of the others.
	Inconclusive Verdict = "inconclusive"
)

// Reason says why a comparison has no verdict.
type Reason string

const (
	// TooFew: no values of that number could be significant.
	TooFew Reason = "too_few"
	// NearMargin: there is a difference, significantly; whether it is beyond the
	// margin is open.
	NearMargin Reason = "near_margin"
	// OneOfMany: the interval of this comparison alone excludes 1; of so many
	// comparisons one may do so by chance.
	OneOfMany Reason = "one_of_many"
	// TooNoisy: the interval is too wide to say anything.
	TooNoisy Reason = "too_noisy"
)

// Unit is what counts as one value in a comparison.
type Unit string

const (
	// UnitSample: each value of a block counts. The test is van Elteren's, over the
	// blocks.
	UnitSample Unit = "sample"
	// UnitIteration: each block counts once, by the medians of its sides. The test is
	// Wilcoxon's, by signed ranks. It is used if the ratio differs between blocks, or if
	// no block has more than one value a side.
	UnitIteration Unit = "iteration"
)

// Comparison compares a candidate with a baseline. A figure that cannot be computed
// is NaN.
type Comparison struct {
	// Ratio is the candidate's time divided by the baseline's; above 1 the candidate
	// is slower. It is exp of the Hodges-Lehmann estimate: over all differences of
	// logarithms within the blocks, or, if the iteration is the unit, over the means of
	// all pairs of the blocks' differences.
	Ratio float64
	// Interval is the 95 % interval of the ratio: it holds the ratios that the test of
	// the Unit does not reject. There is none if no data of that size could reject a
	// ratio.
	Interval Interval
	// Unit says what counts as one value, and which test that makes. It is empty if
	// nothing was compared.
	Unit Unit
	// Interaction is the p-value of the test whether the ratio differs between blocks. At
	// most 1 % makes the iteration the unit. It is NaN for fewer than two blocks, if no
	// block has more than one value a side, and if the values are too few for any
	// verdict.
	Interaction float64
	// Exact is true if each side is a count that was the same each time, at least twice.
	// Then there is no chance to test against: the interval is a point, and P is 0 for a
	// difference and 1 for none.
	Exact bool
	// P is the two-sided p-value of the test of the Unit; exact for small data.
	P float64
	// AdjustedP is P after Holm's correction for the other comparisons of the
	// family. If there are no others, it equals P.
	AdjustedP float64
	// Blocks counts the blocks with values of both sides.
	Blocks int
	// Family is the number of comparisons that AdjustedP corrects for.
	Family int
	// Margin is the equivalence margin; see [DefaultMargin].
	Margin float64
	// Detectable is the smallest ratio above 1 that gets its verdict from data like
	// these with a power of 80 %.
	Detectable float64
	// Needed is the factor by which the data must grow to probably decide. It is NaN
	// if there is a verdict, or if the factor exceeds a hundred.
	Needed  float64
	Verdict Verdict
	// Reason says why the verdict is Inconclusive; else empty.
	Reason Reason

	// reach bounds the p-value from below: it is the logarithm of the number of
	// outcomes that are equally likely if the sides do not differ.
	reach float64
}

// Compare tests whether the candidate takes longer or shorter than the
// baseline. It compares values of the same block alone. All values must be finite
// and above 0. The margin is a share, such as [DefaultMargin].
//
// Values of a block that are not independent of each other show as a ratio that differs
// between blocks; then each block counts once, see [Unit]. If both sides ran in the
// same iterations, each iteration is a block and its samples are the values. If they
// ran in different iterations, each iteration gives one value; see
// [Cell.IterationMedians].
func Compare(blocks []Block, margin float64) Comparison {
	nan := math.NaN()
	c := Comparison{Ratio: nan, Interval: noInterval, Interaction: nan, P: nan, AdjustedP: nan, Family: 1, Margin: margin,
		Detectable: nan, Needed: nan, Verdict: Inconclusive, Reason: TooFew}
	s := newStrata(blocks)
	c.Blocks = len(s.blocks)
	if c.Blocks == 0 {
		return c
	}
	c.take(UnitSample, run(s), s.reach())
	if c.Decidable() {
		c.Interaction = s.interaction(math.Log(c.Ratio))
	}
	if c.interacts() || s.single() {
		c.take(UnitIteration, run(s.perBlock()), float64(c.Blocks)*math.Ln2)
	}
	return c
}

// take sets the figures from the results of a test.
func (c *Comparison) take(unit Unit, t test, reach float64) {
	c.Unit, c.reach = unit, reach
	c.Ratio, c.P, c.AdjustedP = math.Exp(t.estimate), t.p, t.p
	c.Interval = Interval{math.Exp(t.low), math.Exp(t.high)}
	c.decide()
}

// decide computes Verdict, Detectable and Needed from the other fields.
func (c *Comparison) decide() {
	margin, effect := math.Log1p(c.Margin), math.Abs(math.Log(c.Ratio))
	excludes1 := c.Interval.Known() && !c.Interval.Contains(1)
	significant := c.AdjustedP <= alpha && excludes1
	c.Reason = ""
	switch {
	case significant && effect > margin && c.Ratio > 1:
		c.Verdict = Regressed
	case significant && effect > margin:
		c.Verdict = Improved
	case c.Interval.Low > math.Exp(-margin) && c.Interval.High < math.Exp(margin):
		c.Verdict = Unchanged
	default:
		c.Verdict = Inconclusive
		c.Reason = c.reason(significant, excludes1)
	}

	// Half the width of the interval is 1.96 standard errors. In four of five tries
	// the estimate is beyond the true value less 0.84 of them. It must then be
	// significant, and beyond the margin.
	standardError := math.Log(c.Interval.High/c.Interval.Low) / 2 / normalQuantile(1-alpha/2)
	corrected, luck := normalQuantile(1-alpha/2/float64(c.Family)), normalQuantile(0.8)
	c.Detectable, c.Needed = math.Exp(max(corrected*standardError, margin)+luck*standardError), math.NaN()
	if c.Verdict != Inconclusive {
		return
	}
	var factor float64
	switch {
	case !c.Decidable():
		factor = math.Log(2*float64(c.Family)/alpha) / c.reach
	case effect > margin: // to be significant
		factor = square((corrected + luck) * standardError / effect)
	default: // to bring the interval inside the margin
		factor = square((normalQuantile(1-alpha/2) + luck) * standardError / (margin - effect))
	}
	if factor <= 100 {
		c.Needed = max(factor, 1)
	}
}

// reason says why there is no verdict.
func (c *Comparison) reason(significant, excludes1 bool) Reason {
	switch {
	case !c.Decidable():
		return TooFew
	case significant:
		return NearMargin
	case excludes1:
		return OneOfMany
	default:
		return TooNoisy
	}
}

func square(x float64) float64 { return x * x }

// Decidable reports whether data of that size can be significant at all: the
// smallest p-value that they can have is 2·exp(−reach).
func (c *Comparison) Decidable() bool {
	return c.Interval.Known() && 2*math.Exp(-c.reach)*float64(c.Family) <= alpha
}
