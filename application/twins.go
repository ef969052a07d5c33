package application

import (
	"math"
	"slices"

	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// Twins returns a plan that measures the same code twice in each iteration, as two
// benchmarks whose slugs alone differ; all else is left to the plan's defaults. What the
// two differ by is this machine's doing.
func Twins(code string, runtime domain.RuntimeName) domain.Plan {
	twin := func(slug string) domain.Variant {
		return domain.Variant{Runtime: runtime, Benchmark: &domain.Benchmark{
			Slug: slug, Name: slug, Category: "doctor", Group: "twins", Code: code, Runtimes: []domain.RuntimeName{runtime},
		}}
	}
	return domain.Plan{Entries: []domain.Entry{{Variants: []domain.Variant{twin("twin-a"), twin("twin-b")}}}}
}

// Resolution is how small a difference this machine shows, by one clock.
type Resolution struct {
	Clock domain.Clock
	// Spread is by how much the twins differ within an iteration, as a share: half of
	// the iterations have medians of the two whose ratio is closer to 1. The other half
	// may have one that is far off, which moves this figure little.
	Spread float64
	// Detectable is the smallest difference that a run like that of the twins finds in
	// four of five tries, as a share, with the margin [stats.DefaultMargin]. Finest is
	// the same with no margin. Both are NaN where the run has too few iterations.
	Detectable, Finest float64
}

// Resolutions reads the report of a run of [Twins] by each clock that is known for all
// of its samples. It returns none where there are not two cells.
func Resolutions(r stats.Report) (all []Resolution) {
	if len(r.Cells) != 2 {
		return nil
	}
	for _, clock := range []domain.Clock{domain.ClockCPU, domain.ClockWall} {
		if blocks, known := twinBlocks(r, clock); known {
			all = append(all, Resolution{
				Clock: clock, Spread: spread(blocks),
				Detectable: stats.Compare(blocks, stats.DefaultMargin).Detectable - 1, Finest: stats.Compare(blocks, 0).Detectable - 1,
			})
		}
	}
	return all
}

// twinBlocks makes a block of each iteration that measured both. It returns false if
// there is none, or if the clock did not tell in some sample.
func twinBlocks(r stats.Report, clock domain.Clock) (blocks []stats.Block, known bool) {
	byIteration := map[int]*stats.Block{}
	var order []int
	for i := range r.Cells {
		for _, s := range r.Cells[i].Samples {
			value := s.Value(clock)
			if value <= 0 {
				return nil, false
			}
			block := byIteration[s.Iteration]
			if block == nil {
				block = &stats.Block{}
				byIteration[s.Iteration], order = block, append(order, s.Iteration)
			}
			if i == 0 {
				block.Candidate = append(block.Candidate, value)
			} else {
				block.Baseline = append(block.Baseline, value)
			}
		}
	}
	slices.Sort(order)
	for _, n := range order {
		if b := byIteration[n]; len(b.Candidate) > 0 && len(b.Baseline) > 0 {
			blocks = append(blocks, *b)
		}
	}
	return blocks, len(blocks) > 0
}

// spread is the median of the absolute logarithms of the blocks' ratios.
func spread(blocks []stats.Block) float64 {
	ratios := make([]float64, len(blocks))
	for i, b := range blocks {
		ratios[i] = math.Abs(math.Log(stats.Summarize(b.Candidate).Median / stats.Summarize(b.Baseline).Median))
	}
	return math.Expm1(stats.Summarize(ratios).Median)
}
