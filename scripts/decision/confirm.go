package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// confirmIterations are those of a default run.
const confirmIterations = 10

// confirm executes real pairs, a body against itself and against one with 5 % more
// work, as runs of ten iterations of three samples, and counts the verdicts by each
// clock.
func confirm(ctx context.Context, out io.Writer, condition string, core int, length time.Duration) error {
	quiet, err := disturb(ctx, condition, core)
	if err != nil {
		return err
	}
	defer quiet()
	twin := body(level)
	twin.Slug, twin.Name = "twin", "Twin"
	variants := []domain.Variant{{Benchmark: body(level), Runtime: onRuntime}, {Benchmark: twin, Runtime: onRuntime}, {Benchmark: body(level * 105 / 100), Runtime: onRuntime}}
	clocks := []domain.Clock{domain.ClockCPU, domain.ClockWall}
	blocks := map[domain.Clock][2][]stats.Block{}
	counts := map[domain.Clock]*[2]map[stats.Verdict]int{}
	for _, c := range clocks {
		counts[c] = &[2]map[stats.Verdict]int{{}, {}}
	}
	runs, iterations, took := 0, 0, time.Duration(0)
	err = execute(ctx, core, length, variants, func(m domain.Measurement) {
		for _, c := range clocks {
			var values [3][]float64
			for _, s := range m.Samples {
				values[s.Variant] = append(values[s.Variant], s.Value(c))
			}
			both := blocks[c]
			for i := range both {
				both[i] = append(both[i], stats.Block{Baseline: values[0], Candidate: values[i+1]})
			}
			blocks[c] = both
		}
		for _, s := range m.Samples {
			took += s.Wall
		}
		if iterations++; iterations < confirmIterations {
			return
		}
		for _, c := range clocks {
			for i, all := range blocks[c] {
				counts[c][i][stats.Compare(all, stats.DefaultMargin).Verdict]++
			}
			blocks[c] = [2][]stats.Block{}
		}
		runs, iterations = runs+1, 0
	})
	if err != nil {
		return err
	}
	if runs == 0 {
		return fmt.Errorf("%v is too short for a single run", length)
	}
	fmt.Fprintf(out, "%s: %d runs of %d iterations × %d samples, %v of processes for each of the pairs\n\n", condition, runs, confirmIterations, perIteration,
		(took * 2 / 3 / time.Duration(runs)).Round(100*time.Millisecond))
	fmt.Fprintln(out, "| clock | pair | regressed | improved | unchanged | undecided |")
	fmt.Fprintln(out, "| --- | --- | --- | --- | --- | --- |")
	for _, c := range clocks {
		for i, pair := range []string{"equal", "5 % more work"} {
			n := counts[c][i]
			fmt.Fprintf(out, "| %s | %s | %d | %d | %d | %d |\n", c, pair, n[stats.Regressed], n[stats.Improved], n[stats.Unchanged], n[stats.Inconclusive])
		}
	}
	return nil
}
