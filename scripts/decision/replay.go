package main

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/benchbus/benchbus/domain/stats"
)

// What is replayed: budgets of machine time on one core, and true differences.
var (
	budgets     = []time.Duration{8 * time.Second, 16 * time.Second, 32 * time.Second, 60 * time.Second}
	differences = []float64{0.01, 0.03, 0.05, 0.10}
)

// deals is how often the processes of a stretch are dealt out anew where a design
// shuffles them.
const deals = 4

// replay prints a table for each trace and budget.
func replay(out io.Writer, dir string) error {
	traces, err := readTraces(dir)
	if err != nil {
		return err
	}
	for _, t := range traces {
		for _, budget := range budgets {
			stretches := t.stretches(budget)
			if len(stretches) == 0 {
				continue
			}
			fmt.Fprintf(out, "\n%s, %v of one core (%d stretches of %d processes or so, each of %d revolutions; %s, %s, recorded %s)\n\n", t.Condition, budget,
				len(stretches), len(stretches[0]), t.Revolutions, t.Runtime, t.Machine, t.Recorded.Format(time.DateOnly))
			fmt.Fprintln(out, "| design | false alarms | +1 % | +3 % | +5 % | +10 % | at 5 % alarms: +1 % | +3 % | +5 % | +10 % |")
			fmt.Fprintln(out, "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
			for _, d := range designs {
				fmt.Fprintln(out, d.row(stretches))
			}
		}
	}
	return nil
}

// stretches cuts the trace into parts that each took the budget, without overlap.
func (t *trace) stretches(budget time.Duration) (all [][]process) {
	start, took := 0, int64(0)
	for i, p := range t.processes {
		if took += p.Wall; took >= budget.Microseconds() {
			all = append(all, t.processes[start:i+1])
			start, took = i+1, 0
		}
	}
	return all
}

// row replays the design on the stretches: its rule as it is, and then with the
// threshold that gives 5 % false alarms on these very stretches.
func (d design) row(stretches [][]process) string {
	random := rand.New(rand.NewPCG(5, 6))
	same := make([][]float64, len(stretches)) // by stretch
	found := make([][][]float64, len(differences))
	for i := range found {
		found[i] = make([][]float64, len(stretches))
	}
	for k, stretch := range stretches {
		for range deals {
			blocks := d.deal(stretch, random)
			same[k] = append(same[k], d.decide(blocks))
			for i, difference := range differences {
				found[i][k] = append(found[i][k], d.decide(slower(blocks, difference)))
			}
			if !d.interleaved {
				break // there is one way
			}
		}
	}
	row := fmt.Sprintf("| %s | %s", d.name, bootstrap(same, func(x float64) bool { return math.Abs(x) >= 1 }, random.IntN))
	for i := range differences {
		row += " | " + bootstrap(found[i], func(x float64) bool { return x >= 1 }, random.IntN)
	}
	limit := threshold(slices.Concat(same...))
	for i := range differences {
		row += " | " + bootstrap(found[i], func(x float64) bool { return x > limit }, random.IntN)
	}
	return row + " |"
}

// deal gives the processes of a stretch to the two sides as the design would run them.
func (d design) deal(stretch []process, random *rand.Rand) []stats.Block {
	if !d.interleaved {
		half := len(stretch) / 2
		return []stats.Block{{Baseline: d.values(stretch[:half]), Candidate: d.values(stretch[half : 2*half])}}
	}
	var blocks []stats.Block
	for size := 2 * perIteration; len(stretch) >= size; stretch = stretch[size:] {
		var b stats.Block
		for i := 0; i < size; i += 2 { // pairs in which each side stands once
			pair := d.values(stretch[i : i+2])
			first := random.IntN(2)
			b.Candidate, b.Baseline = append(b.Candidate, pair[first]), append(b.Baseline, pair[1-first])
		}
		blocks = append(blocks, b)
	}
	return blocks
}

func (d design) values(processes []process) []float64 {
	out := make([]float64, len(processes))
	for i, p := range processes {
		out[i] = d.value(p)
	}
	return out
}

// slower makes the candidate's times longer by the difference.
func slower(blocks []stats.Block, difference float64) []stats.Block {
	out := make([]stats.Block, len(blocks))
	for i, b := range blocks {
		out[i] = stats.Block{Baseline: b.Baseline, Candidate: slices.Clone(b.Candidate)}
		for j := range out[i].Candidate {
			out[i].Candidate[j] *= 1 + difference
		}
	}
	return out
}

// threshold is what 5 % of the sizes exceed.
func threshold(same []float64) float64 {
	sizes := make([]float64, len(same))
	for i, x := range same {
		sizes[i] = math.Abs(x)
	}
	slices.Sort(sizes)
	return stats.Quantile(sizes, 1-alpha)
}
