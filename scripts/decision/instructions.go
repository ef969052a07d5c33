package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"
)

// instructions compares code with itself, and with code that does 1 % more, by the
// instructions that the command counts: one iteration, as it does by default.
func instructions(ctx context.Context, out io.Writer, condition string, core, comparisons int, binary string) error {
	dir, err := os.MkdirTemp("", "instructions-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	flags := []string{"--clock=instructions", "--workers=1"}
	for i := range comparisons {
		if err := define(dir, i+1, body(level).Code, body(level).Code, body(level+level/100).Code); err != nil {
			return err
		}
		flags = append(flags, "--baseline="+memberSlug(i+1, 0))
	}
	quiet, err := disturb(ctx, condition, core)
	if err != nil {
		return err
	}
	defer quiet()
	start := time.Now()
	report, err := measure(ctx, binary, dir, flags...)
	if err != nil {
		return err
	}
	took := time.Since(start) * 2 / 3 / time.Duration(comparisons)
	verdicts, err := readInstructions(report)
	if err != nil {
		return err
	}
	all := tally{took: took * time.Duration(comparisons)}
	for i := range comparisons {
		all.add([2]float64{verdicts[memberSlug(i+1, 1)], verdicts[memberSlug(i+1, 2)]}, 0)
	}
	fmt.Fprintf(out, "%s, %s: %d pairs, %.1f s each\n\nequal, called different: %s\n1 %% more work, called more: %s; called fewer: %d\n", condition, start.UTC().Format(time.DateOnly),
		comparisons, took.Seconds(), withInterval(all.alarms, comparisons), withInterval(all.found, comparisons), all.wrong)
	return nil
}

// readInstructions returns what was said of each member: 1 for more instructions than the
// baseline, -1 for fewer, 0 for neither.
func readInstructions(report []byte) (map[string]float64, error) {
	var read struct {
		Cells []struct {
			Benchmark    string `json:"benchmark"`
			Instructions struct {
				AmongBenchmark *struct {
					Verdict string `json:"verdict"`
				} `json:"among_benchmark"`
			} `json:"instructions"`
		} `json:"cells"`
	}
	if err := json.Unmarshal(report, &read); err != nil {
		return nil, err
	}
	verdicts := map[string]float64{}
	for _, cell := range read.Cells {
		c := cell.Instructions.AmongBenchmark
		if c == nil {
			return nil, fmt.Errorf("the instructions of %s were not compared", cell.Benchmark)
		}
		verdicts[cell.Benchmark] = map[string]float64{"regressed": 1, "improved": -1}[c.Verdict]
	}
	return verdicts, nil
}
