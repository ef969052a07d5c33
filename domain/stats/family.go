package stats

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/benchbus/benchbus/domain"
)

// Factor is a property in which variants may differ.
type Factor int

const (
	ByRuntime   Factor = iota
	ByBenchmark        // the members of a group
	BySettings
	BySource
)

// Factors returns all factors, in the order in which reports show them: whoever compares
// sources asks about those first.
func Factors() []Factor { return []Factor{BySource, ByRuntime, ByBenchmark, BySettings} }

// String returns the factor's name: runtime, benchmark, settings or source.
func (f Factor) String() string { return [...]string{"runtime", "benchmark", "settings", "source"}[f] }

// traits holds the levels of a variant in all factors. It is comparable.
type traits struct{ runtime, benchmark, settings, source string }

// without returns the traits of a variant, and leaves out one factor. It quotes the
// settings, since a value with a space can look like two settings.
func without(f Factor, v domain.Variant) traits {
	t := traits{string(v.Runtime), v.Benchmark.Slug, fmt.Sprintf("%q", []domain.Setting(v.Settings)), fmt.Sprintf("%q", v.Source)}
	*[...]*string{&t.runtime, &t.benchmark, &t.settings, &t.source}[f] = ""
	return t
}

// Family holds cells that differ in one factor alone.
type Family struct {
	Factor Factor
	// Baseline is the cell that the others are compared with. Without a named one it
	// is the cell with the smallest median, of instructions if the report is by them.
	Baseline *Cell
	// Named is true if the caller named the baseline.
	Named bool
	// Members are sorted by ratio and include the baseline; members without a ratio
	// come last. Cells without samples are left out.
	Members []Relative
}

// Relative compares a cell with the baseline of a family.
type Relative struct {
	*Cell
	// IsBaseline is true for the baseline itself, which is not compared.
	IsBaseline bool
	// Comparison has the cell as candidate and is corrected for the family. If the
	// data chose the baseline, as the fastest, all pairs count; if the caller named
	// it, each of the other members counts once.
	Comparison
	// Unpaired counts the iterations that measured only one of the two. They do not
	// enter the comparison.
	Unpaired int
	// Hosts compares the two on each kind of machine, sorted by key, if several kinds
	// measured both.
	Hosts []HostRatio
	// NeededIterations estimates how many iterations of each entry a new run needs to
	// decide. It is 0 if there is a verdict or no estimate.
	NeededIterations int
}

// Others yields the members except the baseline.
func (f Family) Others(yield func(Relative) bool) {
	for _, m := range f.Members {
		if !m.IsBaseline && !yield(m) {
			return
		}
	}
}

// families finds the families of each entry and compares their members.
func families(entries [][]*Cell, opts Options) (all []Family) {
	for _, factor := range Factors() {
		for _, cells := range entries {
			var order []traits
			members := map[traits][]*Cell{}
			for _, c := range cells {
				if len(c.Samples) == 0 {
					continue
				}
				t := without(factor, c.Variant)
				if members[t] == nil {
					order = append(order, t)
				}
				members[t] = append(members[t], c)
			}
			for _, t := range order {
				if len(members[t]) > 1 {
					all = append(all, newFamily(factor, members[t], opts))
				}
			}
		}
	}
	return all
}

// newFamily compares the times of the cells with those of their baseline. It needs at
// least two cells, and each must have samples.
func newFamily(factor Factor, cells []*Cell, opts Options) Family {
	f := Family{Factor: factor, Baseline: smallest(cells, opts)}
	if i := slices.IndexFunc(cells, func(c *Cell) bool { return isNamed(factor, c.Variant, opts.Baselines) }); i >= 0 {
		f.Baseline, f.Named = cells[i], true
	}
	f.compare(cells, opts, byTime)
	return f
}

// smallest returns the cell with the smallest median of what the report is read by: of
// the instructions, if all cells have them, or else of the times.
func smallest(cells []*Cell, opts Options) *Cell {
	by := byTime
	if opts.Clock == domain.ClockInstructions && !slices.ContainsFunc(cells, func(c *Cell) bool { return c.Instructions.N == 0 }) {
		by = byInstructions
	}
	return slices.MinFunc(cells, func(x, y *Cell) int {
		return cmp.Compare(by.summary(x).Median, by.summary(y).Median)
	})
}

// instructionFamilies compares the instructions of the members of families, so that how
// much more work a member is stands beside what that costs.
func instructionFamilies(byClock []Family, opts Options) (all []Family) {
	for _, timed := range byClock {
		f := Family{Factor: timed.Factor, Baseline: timed.Baseline, Named: timed.Named}
		var cells []*Cell
		for _, m := range timed.Members {
			if m.Instructions.N > 0 {
				cells = append(cells, m.Cell)
			}
		}
		if len(cells) > 1 && f.Baseline.Instructions.N > 0 {
			f.compare(cells, opts, byInstructions)
			all = append(all, f)
		}
	}
	return all
}

// compare compares the cells with the baseline. If the data chose the baseline, all pairs
// count.
func (f *Family) compare(cells []*Cell, opts Options, by measure) {
	size := len(cells) * (len(cells) - 1) / 2
	if f.Named {
		size = len(cells) - 1
	}
	theirs := f.Baseline.readBy(by)
	var comparisons []*Comparison
	f.Members = make([]Relative, len(cells))
	for i, c := range cells {
		m := &f.Members[i]
		m.Cell, m.IsBaseline, m.Comparison = c, c == f.Baseline, itself()
		if m.IsBaseline {
			continue
		}
		ours := c.readBy(by)
		blocks := paired(ours, theirs)
		m.Comparison = by.compare(blocks, by.margin(opts, c, f.Baseline))
		m.Hosts = byHost(ours, blocks, m.Margin)
		m.Unpaired = len(ours) + len(theirs) - 2*m.Blocks
		comparisons = append(comparisons, &m.Comparison)
	}
	Adjust(comparisons, size)
	for i := range f.Members {
		f.Members[i].plan(f.Baseline)
	}
	// cmp.Compare puts NaN first; with the signs changed, NaN comes last.
	slices.SortStableFunc(f.Members, func(x, y Relative) int { return cmp.Compare(-y.Ratio, -x.Ratio) })
}

// paired makes a block of each iteration that measured the candidate. Within an
// iteration both sides ran interleaved on one core, so that a disturbance slows both.
func paired(candidate, baseline []iterationValues) []Block {
	blocks := make([]Block, 0, len(candidate))
	at := 0
	for _, ours := range candidate {
		for at < len(baseline) && baseline[at].iteration < ours.iteration {
			at++
		}
		block := Block{Candidate: ours.values}
		if at < len(baseline) && baseline[at].iteration == ours.iteration {
			block.Baseline = baseline[at].values
		}
		blocks = append(blocks, block)
	}
	return blocks
}

func (c *Cell) readBy(by measure) []iterationValues { return c.valuesBy(by.clock(c)) }

// itself returns the comparison of the baseline with itself.
func itself() Comparison {
	nan := math.NaN()
	return Comparison{Ratio: 1, Interval: noInterval, Interaction: nan, P: nan, AdjustedP: nan, Detectable: nan, Needed: nan, Margin: DefaultMargin}
}

// plan computes NeededIterations from Needed.
func (r *Relative) plan(baseline *Cell) {
	if !r.IsBaseline && !math.IsNaN(r.Needed) {
		have := max(r.iterationCount(), baseline.iterationCount())
		r.NeededIterations = max(have+1, int(math.Ceil(float64(have)*r.Needed)))
	}
}

// warn warns if the data cannot decide, or if the ratio differs between iterations.
func (r *Relative) warn() {
	if r.IsBaseline {
		return
	}
	if !r.Decidable() {
		r.warnOnce(Warning{Code: FewForTests,
			Message: "too few samples to tell it from what it is compared with, whatever the values"})
	}
	if r.interacts() {
		r.warnOnce(Warning{Code: Interaction,
			Message: "its ratio to what it is compared with changes from iteration to iteration: each iteration counts as one value"})
	}
}

// warnOnce adds the warning unless the cell has one of that code, from another family.
func (c *Cell) warnOnce(w Warning) {
	if !slices.ContainsFunc(c.Warnings, func(have Warning) bool { return have.Code == w.Code }) {
		c.Warnings = append(c.Warnings, w)
	}
}

// IterationMedians returns the median of each iteration's samples, in order of the
// iterations. Use them to [Compare] cells that different iterations measured, such as
// the same cell of two runs: the samples of an iteration are not independent, since a
// disturbance slows all of them, and to compare them directly would overstate the
// evidence.
func (c *Cell) IterationMedians() []float64 {
	var medians []float64
	for _, g := range c.valuesBy(c.Clock) {
		medians = append(medians, median(g.values))
	}
	return medians
}
