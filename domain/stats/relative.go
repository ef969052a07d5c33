package stats

import "math"

// compareRuntimes sets the runtimes of one benchmark against the fastest.
//
// The blocks are the iterations: in each, all runtimes ran interleaved, on one
// core. What slows an iteration down slows both sides down.
func compareRuntimes(cells []*Cell) {
	relate(cells, func(c *Cell) **Relative { return &c.AmongRuntimes }, func(candidate, baseline *Cell) []Block {
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
	})
}

// groupRounds is how many rounds make a block of a group's comparison.
const groupRounds = 5

// compareGroup sets the members of a group on one runtime against the fastest.
//
// The members of a round run in iterations of their own, perhaps on other
// cores, and whatever slows one of them down slows all its samples down. Here
// the iteration is the unit: its median is one value. A block is what was
// measured on one kind of machine in five neighbouring rounds.
func compareGroup(cells []*Cell, entries int) {
	type circumstances struct {
		host  string
		chunk int
	}
	medians := func(c *Cell) (map[circumstances][]float64, []circumstances) {
		found, order := map[circumstances][]float64{}, []circumstances(nil)
		for start, end := range c.iterations() {
			first := &c.Samples[start]
			round := (int(first.Iteration) - 1) / entries
			key := circumstances{first.HostKey, round / groupRounds}
			if found[key] == nil {
				order = append(order, key)
			}
			found[key] = append(found[key], median(values(c.Samples[start:end])))
		}
		return found, order
	}
	relate(cells, func(c *Cell) **Relative { return &c.AmongGroup }, func(candidate, baseline *Cell) []Block {
		ours, order := medians(candidate)
		theirs, _ := medians(baseline)
		blocks := make([]Block, 0, len(order))
		for _, key := range order {
			blocks = append(blocks, Block{ours[key], theirs[key]})
		}
		return blocks
	})
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

// relate compares each cell that has samples with the fastest of them, and puts
// the outcome where place says.
func relate(cells []*Cell, place func(*Cell) **Relative, blocks func(candidate, baseline *Cell) []Block) {
	var measured []*Cell
	var fastest *Cell
	for _, c := range cells {
		if len(c.Samples) == 0 {
			continue
		}
		measured = append(measured, c)
		if fastest == nil || c.Summary.Median < fastest.Summary.Median {
			fastest = c
		}
	}
	if len(measured) < 2 {
		return
	}
	var comparisons []*Comparison
	for _, c := range measured {
		relative := &Relative{Benchmark: fastest.Benchmark, Runtime: fastest.Runtime, Fastest: c == fastest}
		*place(c) = relative
		if c == fastest {
			relative.Comparison = itself()
			continue
		}
		relative.Comparison = Compare(blocks(c, fastest), DefaultMargin)
		comparisons = append(comparisons, &relative.Comparison)
	}
	Adjust(comparisons, len(measured)*(len(measured)-1)/2)
	for _, c := range measured {
		(*place(c)).plan(c)
	}
}

// itself is what there is to say about the fastest.
func itself() Comparison {
	nan := math.NaN()
	return Comparison{Ratio: 1, Interval: noInterval, P: nan, AdjustedP: nan, Detectable: nan, Needed: nan, Margin: DefaultMargin}
}

// plan turns the need for more data into a number of iterations, and warns
// where the data cannot decide.
func (r *Relative) plan(c *Cell) {
	if r.Fastest {
		return
	}
	if !math.IsNaN(r.Needed) {
		r.MoreIterations = max(1, int(math.Ceil(float64(c.iterationCount())*(r.Needed-1))))
	}
	if !r.Decidable() {
		c.Warnings = append(c.Warnings, Warning{Code: FewForTests,
			Message: "too few samples to tell it from the fastest, whatever the values"})
	}
}
