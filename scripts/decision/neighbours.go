package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// neighbourBlocks is how often measuring alone and beside another measurement take turns.
const neighbourBlocks = 20

// neighbourBodies differ in what two cores share: a loop needs the core alone, a walk
// through 32 MiB in an order that no prefetcher foresees needs caches and memory.
func neighbourBodies() []domain.Variant {
	walk := body(level)
	walk.Slug, walk.Name, walk.Revolutions = "walk", "Walk through memory", 30
	walk.Setup = "$next = range(0, (1 << 21) - 1); for ($k = 0, $s = 12345; $k < 1 << 21; ++$k) { $s = ($s * 1103515245 + 12345) & 0x7fffffff; $j = $s % (1 << 21); $t = $next[$k]; $next[$k] = $next[$j]; $next[$j] = $t; } $at = 0;"
	walk.Code = "for ($k = 0; $k < 10000; ++$k) { $at = $next[($at + $k) & 0x1fffff]; }"
	return []domain.Variant{{Benchmark: body(level), Runtime: onRuntime}, {Benchmark: walk, Runtime: onRuntime}}
}

// neighbours measures what a measurement on another core does to one on this core.
func neighbours(ctx context.Context, out io.Writer, condition string, core, other int) error {
	lab, err := newLaboratory(core)
	if err != nil {
		return err
	}
	beside, err := newLaboratory(other)
	if err != nil {
		return err
	}
	quiet, err := disturb(ctx, condition, core)
	if err != nil {
		return err
	}
	defer quiet()
	fmt.Fprintf(out, "%s, %s: core %d, with and without the same code on core %d\n\n", condition, time.Now().UTC().Format(time.DateOnly), core, other)
	fmt.Fprintln(out, "| code | clock | with the other, relative to alone | spread within an iteration, alone | with the other |")
	fmt.Fprintln(out, "| --- | --- | --- | --- | --- |")
	for _, v := range neighbourBodies() {
		var alone, together []domain.Measurement
		for range neighbourBlocks {
			if err := lab.execute(ctx, 1, []domain.Variant{v}, perIteration, func(m domain.Measurement) { alone = append(alone, m) }); err != nil {
				return err
			}
			if err := busyBeside(ctx, beside, v, func() error {
				return lab.execute(ctx, 1, []domain.Variant{v}, perIteration, func(m domain.Measurement) { together = append(together, m) })
			}); err != nil {
				return err
			}
		}
		for _, clock := range []domain.Clock{domain.ClockCPU, domain.ClockWall} {
			var blocks []stats.Block
			for i := range alone {
				blocks = append(blocks, stats.Block{Baseline: valuesOf(alone[i], clock), Candidate: valuesOf(together[i], clock)})
			}
			c := stats.Compare(blocks, stats.DefaultMargin)
			fmt.Fprintf(out, "| %s | %s | %.3f× (%.3f–%.3f) | %.1f %% | %.1f %% |\n", v.Benchmark.Name, clock, c.Ratio, c.Interval.Low, c.Interval.High,
				100*within(blocks, func(b stats.Block) []float64 { return b.Baseline }), 100*within(blocks, func(b stats.Block) []float64 { return b.Candidate }))
		}
	}
	return nil
}

// busyBeside calls do while the other laboratory executes the same, from its first
// measurement on.
func busyBeside(ctx context.Context, other *laboratory, v domain.Variant, do func() error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	started, ended := make(chan struct{}, 1), make(chan error, 1)
	go func() {
		for {
			err := other.execute(ctx, 1, []domain.Variant{v}, 1, func(domain.Measurement) {
				select {
				case started <- struct{}{}:
				default:
				}
			})
			if err != nil {
				ended <- err
				return
			}
		}
	}()
	select {
	case <-started:
	case err := <-ended:
		return err
	}
	err := do()
	cancel()
	<-ended // it was cut off
	return err
}

func valuesOf(m domain.Measurement, clock domain.Clock) (values []float64) {
	for _, s := range m.Samples {
		values = append(values, s.Value(clock))
	}
	return values
}

// within is the standard deviation within the blocks' sides, relative to the mean.
func within(blocks []stats.Block, side func(stats.Block) []float64) float64 {
	sum := 0.0
	for _, b := range blocks {
		values := side(b)
		sum += variance(values) / (mean(values) * mean(values))
	}
	return math.Sqrt(sum / float64(len(blocks)))
}
