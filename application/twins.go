package application

import (
	"math"
	"slices"

	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// TwinRuns is how many default runs a plan of twins has the iterations of, because a
// single run may be lucky.
const TwinRuns = 3

// Twins returns a plan that measures the same code twice in each iteration, as two
// benchmarks that differ only in their slugs. Only the machine can make a difference
// between the two. But for the number of iterations, the plan has the defaults.
func Twins(code string, runtime domain.RuntimeName) domain.Plan {
	twin := func(slug string) domain.Variant {
		return domain.Variant{Runtime: runtime, Benchmark: &domain.Benchmark{
			Slug: slug, Name: slug, Category: "doctor", Group: "twins", Code: code, Runtimes: []domain.RuntimeName{runtime},
		}}
	}
	return Repeated(domain.Plan{Entries: []domain.Entry{{Variants: []domain.Variant{twin("twin-a"), twin("twin-b")}}}})
}

// Repeated returns a plan with the iterations of TwinRuns runs of the plan, and its
// defaults filled in.
func Repeated(plan domain.Plan) domain.Plan {
	plan = plan.WithDefaults()
	plan.Iterations *= TwinRuns
	return plan
}

// Resolution is how small a difference this machine shows, by one clock.
type Resolution struct {
	Clock domain.Clock
	// Spread is by how much the twins differ within an iteration, as a share: half of
	// the iterations have medians of the two whose ratio is closer to 1. The other half
	// may have one that is far off, which moves this figure little.
	Spread float64
	// Detectable is the smallest difference that one of the runs finds in four of five
	// tries, as a share, with the margin [stats.DefaultMargin]. Finest is the same with
	// no margin. Both are medians of the runs, and NaN if the runs are too short.
	Detectable, Finest float64
}

// Resolutions reads the report of a plan of [Twins] by each clock that is known for all
// of its samples. It returns none if the report does not have two cells.
func Resolutions(r stats.Report) (all []Resolution) {
	if len(r.Cells) != 2 {
		return nil
	}
	length := max(1, r.Run.Plan.Iterations/TwinRuns)
	for _, clock := range []domain.Clock{domain.ClockCPU, domain.ClockWall} {
		if blocks, known := twinBlocks(r, clock); known {
			all = append(all, Resolution{
				Clock: clock, Spread: spread(blocks),
				Detectable: detectable(blocks, length, stats.DefaultMargin), Finest: detectable(blocks, length, 0),
			})
		}
	}
	return all
}

// detectable returns the median of what runs of that length detect, as a share.
func detectable(blocks []stats.Block, length int, margin float64) float64 {
	var found []float64
	for run := range slices.Chunk(blocks, length) {
		if share := stats.Compare(run, margin).Detectable - 1; !math.IsNaN(share) && len(run) == length {
			found = append(found, share)
		}
	}
	return stats.Summarize(found).Median
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
