package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// list measures the time of `benchbus list`, in turn with a process that does nothing.
func list(ctx context.Context, program string) error {
	var ours, nothing []time.Duration
	for range 4 * rounds {
		took, err := clock(func() error { return exec.CommandContext(ctx, program, "list").Run() })
		if err != nil {
			return fmt.Errorf("%s list: %w", program, err)
		}
		ours = append(ours, took)
		if took, err = clock(func() error { return exec.CommandContext(ctx, "true").Run() }); err != nil {
			return err
		}
		nothing = append(nothing, took)
	}
	fmt.Printf("benchbus list: %v (a process that does nothing: %v), median of %d\n\n",
		median(ours).Round(10*time.Microsecond), median(nothing).Round(10*time.Microsecond), len(ours))
	return nil
}

// Workload of the overhead figure. The number of revolutions is fixed, so that the same
// work can be started by hand.
const (
	overheadRounds     = 9 // many, because the speed of a shared machine changes from one to the next
	overheadIterations = 20
	overheadSamples    = 3
	warmup             = 2_000
	revolutions        = 20_000
	code               = "$sum = 0;\nfor ($i = 0; $i < 1000; ++$i) { $sum += $i; }\n"
)

// overhead compares the wall time of a run with that of the same PHP processes started
// by hand on the same cores, with a script that does only the work.
func overhead(ctx context.Context, program string) error {
	dir, err := os.MkdirTemp("", "benchbus-figures-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	php, name, err := phpCommand(ctx, program)
	if err != nil {
		return err
	}
	definition := fmt.Sprintf("slug: overhead\nname: Overhead\ncategory: figures\nphpVersions: [%s]\nwarmup: %d\nrevolutions: %d\ncode: |\n  $sum = 0;\n  for ($i = 0; $i < 1000; ++$i) { $sum += $i; }\n", name, warmup, revolutions)
	catalog := filepath.Join(dir, "catalog")
	if err := os.Mkdir(catalog, 0o755); err != nil {
		return err
	}
	script := fmt.Sprintf("<?php for ($r = 0; $r < %d; ++$r) { %s }", warmup+revolutions, code)
	byHandScript := filepath.Join(dir, "by-hand.php")
	for path, text := range map[string]string{filepath.Join(catalog, "overhead.yaml"): definition, byHandScript: script} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	var run, hand, ratio []float64
	for range overheadRounds {
		took, err := clock(func() error {
			out, err := exec.CommandContext(ctx, program, "run", "--test=overhead", "--catalog", catalog, "--php-version", name,
				"--iterations", strconv.Itoa(overheadIterations), "--samples", strconv.Itoa(overheadSamples),
				"--store", filepath.Join(dir, "store.db"), "--format=json").CombinedOutput()
			if err != nil {
				return fmt.Errorf("%w: %s", err, out)
			}
			return nil
		})
		if err != nil {
			return err
		}
		byHand, err := clock(func() error { return startByHand(ctx, php, byHandScript) })
		if err != nil {
			return err
		}
		run, hand = append(run, took.Seconds()), append(hand, byHand.Seconds())
		ratio = append(ratio, took.Seconds()/byHand.Seconds())
	}
	fmt.Printf("a run of %d PHP processes: %.3f s; the same work started by hand, one process after the other on each core: %.3f s; ratio %.3f (medians of %d rounds in turn; the ratio is that within a round)\n",
		overheadIterations*overheadSamples, median(run), median(hand), median(ratio), overheadRounds)
	return nil
}

// startByHand runs as many processes as the run has, on two cores.
func startByHand(ctx context.Context, php []string, script string) error {
	const cores = 2
	var wait sync.WaitGroup
	failed := make([]error, cores)
	for core := range cores {
		wait.Go(func() {
			for range overheadIterations * overheadSamples / cores {
				args := append([]string{"-c", strconv.Itoa(core)}, append(php, script)...)
				if err := exec.CommandContext(ctx, "taskset", args...).Run(); err != nil {
					failed[core] = err
				}
			}
		})
	}
	wait.Wait()
	for _, err := range failed {
		if err != nil {
			return fmt.Errorf("start PHP by hand: %w", err)
		}
	}
	return nil
}

// phpCommand asks the program for the newest PHP that it has found.
func phpCommand(ctx context.Context, program string) (command []string, name string, err error) {
	out, err := exec.CommandContext(ctx, program, "runtimes", "--format=json").Output()
	if err != nil {
		return nil, "", fmt.Errorf("%s runtimes: %w", program, err)
	}
	var found struct {
		Runtimes []struct {
			Name    string   `json:"name"`
			Command []string `json:"command"`
		} `json:"runtimes"`
	}
	if err := json.Unmarshal(out, &found); err != nil {
		return nil, "", err
	}
	if len(found.Runtimes) == 0 {
		return nil, "", fmt.Errorf("no PHP is here; scripts/php-runtime 8.4 installs one")
	}
	last := found.Runtimes[len(found.Runtimes)-1]
	return last.Command, last.Name, nil
}
