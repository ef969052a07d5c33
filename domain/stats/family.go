package stats

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/benchbus/benchbus/domain"
)

// Factor is what variants may differ in.
type Factor int

const (
	ByRuntime   Factor = iota
	ByBenchmark        // the members of a group
	BySettings
	BySource
)

// Factors returns all factors.
func Factors() []Factor { return []Factor{ByRuntime, ByBenchmark, BySettings, BySource} }

// String is the factor's name: runtime, benchmark, settings or source.
func (f Factor) String() string { return [...]string{"runtime", "benchmark", "settings", "source"}[f] }

// traits are what tells variants apart, as values that can be compared.
type traits struct{ runtime, benchmark, settings, source string }

// without are the traits of a variant but for one factor. Settings are quoted: as
// people write them, a value with a space can look like two.
func without(f Factor, v domain.Variant) traits {
	t := traits{string(v.Runtime), v.Benchmark.Slug, fmt.Sprintf("%q", []domain.Setting(v.Settings)), v.Source}
	*[...]*string{&t.runtime, &t.benchmark, &t.settings, &t.source}[f] = ""
	return t
}

// Family are cells that differ in one factor alone.
type Family struct {
	Factor Factor
	// Baseline is what the others are compared with: the one that was named, or
	// else the fastest, which is the one with the smallest median.
	Baseline *Cell
	// Named tells that the baseline was named.
	Named bool
	// Members are in order of their ratios, the baseline among them, and last
	// those without one. Cells without samples are none.
	Members []Relative
}

// Relative sets a cell against the baseline of a family.
type Relative struct {
	*Cell
	// IsBaseline tells that it is the baseline itself; there is nothing to compare.
	IsBaseline bool
	// Comparison has the cell as candidate, and is corrected for the family: for
	// all pairs where the same data chose the baseline, as the fastest; else for
	// one comparison with each of the others.
	Comparison
	// Unpaired is how many iterations measured one of the two alone: they tell
	// nothing.
	Unpaired int
	// MoreIterations is about how many iterations more, of each entry, would
	// probably decide; 0 where there is a verdict, or no telling.
	MoreIterations int
}

// Others yields the members that were compared with the baseline.
func (f Family) Others(yield func(Relative) bool) {
	for _, m := range f.Members {
		if !m.IsBaseline && !yield(m) {
			return
		}
	}
}

// families finds the families of each entry, and compares within them.
func families(entries [][]*Cell, baselines []string) (all []Family) {
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
					all = append(all, newFamily(factor, members[t], baselines))
				}
			}
		}
	}
	return all
}

// newFamily compares the cells, at least two with samples, with their baseline.
func newFamily(factor Factor, cells []*Cell, baselines []string) Family {
	f := Family{Factor: factor, Baseline: slices.MinFunc(cells, func(x, y *Cell) int { return cmp.Compare(x.Summary.Median, y.Summary.Median) })}
	size := len(cells) * (len(cells) - 1) / 2
	if i := slices.IndexFunc(cells, func(c *Cell) bool { return isNamed(factor, c.Variant, baselines) }); i >= 0 {
		f.Baseline, f.Named, size = cells[i], true, len(cells)-1
	}
	var comparisons []*Comparison
	f.Members = make([]Relative, len(cells))
	for i, c := range cells {
		m := &f.Members[i]
		m.Cell, m.IsBaseline, m.Comparison = c, c == f.Baseline, itself()
		if m.IsBaseline {
			continue
		}
		blocks := paired(c, f.Baseline)
		m.Comparison = Compare(blocks, DefaultMargin)
		m.Unpaired = c.iterationCount() + f.Baseline.iterationCount() - 2*m.Blocks
		comparisons = append(comparisons, &m.Comparison)
	}
	Adjust(comparisons, size)
	for i := range f.Members {
		f.Members[i].plan(f.Baseline)
	}
	// cmp puts NaN first; turned over, it is last.
	slices.SortStableFunc(f.Members, func(x, y Relative) int { return cmp.Compare(-y.Ratio, -x.Ratio) })
	return f
}

// paired makes a block of each iteration that measured the candidate: in it both
// ran interleaved, on one core. What slows an iteration down slows both sides down.
func paired(candidate, baseline *Cell) []Block {
	ours, theirs := values(candidate.Samples), values(baseline.Samples)
	blocks := make([]Block, 0, candidate.iterationCount())
	from := 0
	for start, end := range candidate.iterations() {
		iteration := candidate.Samples[start].Iteration
		for from < len(theirs) && baseline.Samples[from].Iteration < iteration {
			from++
		}
		to := from
		for to < len(theirs) && baseline.Samples[to].Iteration == iteration {
			to++
		}
		blocks = append(blocks, Block{ours[start:end], theirs[from:to]})
	}
	return blocks
}

// itself is what there is to say about the baseline.
func itself() Comparison {
	nan := math.NaN()
	return Comparison{Ratio: 1, Interval: noInterval, P: nan, AdjustedP: nan, Detectable: nan, Needed: nan, Margin: DefaultMargin}
}

// plan turns the need for more data into a number of iterations, and warns
// where the data cannot decide; once, however many families the cell is in.
func (r *Relative) plan(baseline *Cell) {
	if r.IsBaseline {
		return
	}
	if !math.IsNaN(r.Needed) {
		r.MoreIterations = max(1, int(math.Ceil(float64(max(r.iterationCount(), baseline.iterationCount()))*(r.Needed-1))))
	}
	warned := slices.ContainsFunc(r.Warnings, func(w Warning) bool { return w.Code == FewForTests })
	if !r.Decidable() && !warned {
		r.Warnings = append(r.Warnings, Warning{Code: FewForTests,
			Message: "too few samples to tell it from what it is compared with, whatever the values"})
	}
}

// IterationMedians returns the median of each iteration's samples, in order of the
// iterations. They are the values to [Compare] with those of another cell whose
// samples are of other iterations, such as the same cell of another run: what slows
// an iteration down slows all its samples down, so that each sample for itself would
// promise more than it knows.
func (c *Cell) IterationMedians() []float64 {
	var medians []float64
	for start, end := range c.iterations() {
		medians = append(medians, median(values(c.Samples[start:end])))
	}
	return medians
}
