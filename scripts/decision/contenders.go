package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

const (
	// confirmIterations are those of a default run.
	confirmIterations = 10
	// hyperfineRuns makes hyperfine take about as long as benchbus, with commands of
	// about 170 ms, in which PHP's start hardly matters.
	hyperfineRuns = 15
	// hyperfineRevolutions are those of such a command, eight batches in one.
	hyperfineRevolutions = 8 * revolutions
)

// bodies are what every contender measures: the body, its twin, and one that does more.
func bodies() []domain.Variant {
	twin, slower := body(level), body(level+int(level*moreWork))
	twin.Slug, twin.Name = "twin", "Twin"
	return []domain.Variant{{Benchmark: body(level), Runtime: onRuntime}, {Benchmark: twin, Runtime: onRuntime}, {Benchmark: slower, Runtime: onRuntime}}
}

// contenders are benchbus and the other tools, each with what suits it best: all on
// the same core. The function that is returned removes their files.
func contenders(core int) (all []contender, end func(), err error) {
	lab, err := newLaboratory(core)
	if err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp("", "decision-")
	if err != nil {
		return nil, nil, err
	}
	end = func() { _ = os.RemoveAll(dir) }
	for i, v := range bodies() {
		code := fmt.Sprintf("<?php (function () { for ($i = 0; $i < %d; ++$i) { %s } })();\n", hyperfineRevolutions, v.Benchmark.Code)
		if err := os.WriteFile(script(dir, i), []byte(code), 0o644); err != nil {
			return nil, nil, errors.Join(err, os.RemoveAll(dir))
		}
	}
	return []contender{
		{[]string{"benchbus, CPU time", "benchbus, wall time"}, func(ctx context.Context) ([][2]float64, time.Duration, error) {
			return interleaved(ctx, lab)
		}},
		{[]string{"phpbench's order, benchstat", "phpbench's order, ±5 % of the mean"}, func(ctx context.Context) ([][2]float64, time.Duration, error) {
			return oneAfterTheOther(ctx, lab, dir)
		}},
		{[]string{"hyperfine, Welch's test", "hyperfine, mean ± sd of the ratio"}, func(ctx context.Context) ([][2]float64, time.Duration, error) {
			return hyperfine(ctx, dir, core)
		}},
	}, end, nil
}

func script(dir string, i int) string { return filepath.Join(dir, strconv.Itoa(i)+".php") }

// interleaved is a default run of benchbus.
func interleaved(ctx context.Context, lab *laboratory) (said [][2]float64, took time.Duration, err error) {
	clocks := []domain.Clock{domain.ClockCPU, domain.ClockWall}
	pairs := make([][2][]stats.Block, len(clocks))
	err = lab.execute(ctx, confirmIterations, bodies(), perIteration, func(m domain.Measurement) {
		took += timeOf(m) * 2 / 3
		for c, clock := range clocks {
			var values [3][]float64
			for _, s := range m.Samples {
				values[s.Variant] = append(values[s.Variant], s.Value(clock))
			}
			for i := range pairs[c] {
				pairs[c][i] = append(pairs[c][i], stats.Block{Baseline: values[0], Candidate: values[i+1]})
			}
		}
	})
	for _, both := range pairs {
		said = append(said, [2]float64{verdict(both[0]), verdict(both[1])})
	}
	return said, took, err
}

func verdict(blocks []stats.Block) float64 {
	switch stats.Compare(blocks, stats.DefaultMargin).Verdict {
	case stats.Regressed:
		return 1
	case stats.Improved:
		return -1
	}
	return 0
}

// oneAfterTheOther is phpbench's order: all processes of one body, then all of the
// next, read by the wall clock; judged by benchstat itself, and by a limit of 5 %.
func oneAfterTheOther(ctx context.Context, lab *laboratory, dir string) (said [][2]float64, took time.Duration, err error) {
	var values [3][]float64
	for i, v := range bodies() {
		if err := lab.execute(ctx, 1, []domain.Variant{v}, confirmIterations*perIteration, func(m domain.Measurement) {
			took += timeOf(m) * 2 / 3
			for _, s := range m.Samples {
				values[i] = append(values[i], s.Value(domain.ClockWall))
			}
		}); err != nil {
			return nil, 0, err
		}
	}
	said = make([][2]float64, 2)
	for i := range 2 {
		if said[0][i], err = benchstat(ctx, dir, values[0], values[i+1]); err != nil {
			return nil, 0, err
		}
		said[1][i] = fivePercent([]stats.Block{{Baseline: values[0], Candidate: values[i+1]}})
	}
	return said, took, nil
}

// benchstat asks benchstat, with its default alpha.
func benchstat(ctx context.Context, dir string, baseline, candidate []float64) (float64, error) {
	for name, values := range map[string][]float64{"old": baseline, "new": candidate} {
		var lines strings.Builder
		for _, ns := range values {
			fmt.Fprintf(&lines, "BenchmarkWork %d %g ns/op\n", revolutions, ns)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(lines.String()), 0o644); err != nil {
			return 0, err
		}
	}
	cmd := exec.CommandContext(ctx, "go", "tool", "-modfile=scripts/compare/go.mod", "benchstat", "-format=csv", filepath.Join(dir, "old"), filepath.Join(dir, "new"))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return 0, err
	}
	return readBenchstat(string(out))
}

// readBenchstat finds the difference that benchstat states in the row of the
// benchmark, or "~" where it states none.
func readBenchstat(out string) (float64, error) {
	rows := csv.NewReader(strings.NewReader(out))
	rows.FieldsPerRecord = -1
	all, err := rows.ReadAll()
	if err != nil {
		return 0, err
	}
	for _, row := range all {
		if row[0] != "Work" || len(row) < 6 {
			continue
		}
		if row[5] == "~" {
			return 0, nil
		}
		percent, err := strconv.ParseFloat(strings.TrimSuffix(row[5], "%"), 64)
		if err != nil {
			return 0, err
		}
		if percent > 0 {
			return 1, nil
		}
		return -1, nil
	}
	return 0, fmt.Errorf("benchstat says nothing of the benchmark:\n%s", out)
}

// hyperfine runs hyperfine itself, without a shell and with two runs to warm up.
func hyperfine(ctx context.Context, dir string, core int) (said [][2]float64, took time.Duration, err error) {
	result := filepath.Join(dir, "hyperfine.json")
	args := []string{"-c", strconv.Itoa(core), "hyperfine", "--shell=none", "--warmup=2", "--style=none", "--runs=" + strconv.Itoa(hyperfineRuns), "--export-json=" + result}
	for i := range bodies() {
		args = append(args, ".runtimes/"+string(onRuntime)+"/bin/php "+script(dir, i))
	}
	cmd := exec.CommandContext(ctx, "taskset", args...)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, 0, err
	}
	data, err := os.ReadFile(result)
	if err != nil {
		return nil, 0, err
	}
	var read struct {
		Results []struct {
			Times []float64 `json:"times"` // seconds
		} `json:"results"`
	}
	if err := json.Unmarshal(data, &read); err != nil {
		return nil, 0, err
	}
	said = make([][2]float64, 2)
	for i := range 2 {
		blocks := []stats.Block{{Baseline: read.Results[0].Times, Candidate: read.Results[i+1].Times}}
		said[0][i], said[1][i] = welch(blocks), errorBars(blocks)
	}
	for _, r := range read.Results {
		took += time.Duration(mean(r.Times) * float64(len(r.Times)) * float64(time.Second) * 2 / 3)
	}
	return said, took, nil
}

func timeOf(m domain.Measurement) (took time.Duration) {
	for _, s := range m.Samples {
		took += s.Wall
	}
	return took
}
