package php

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/benchbus/benchbus/domain"
)

// maxCalibrations limits the remembered calibrations. When it is reached, all are
// forgotten.
const maxCalibrations = 10_000

// calibrations caches the numbers of revolutions that make batches long enough.
type calibrations struct {
	mu    sync.Mutex
	known map[[sha256.Size]byte]*calibration
}

// calibration holds the count for one benchmark. An iteration takes the token out of
// busy to calibrate; others that need the same count wait for the token.
type calibration struct {
	busy  chan struct{}
	count int // 0 until it is known
}

// calibrate sets the revolutions and the warm-up of all orders. A benchmark that has
// no revolutions of its own gets one count for all of its variants, so that they do
// the same work: the batch of each variant lasts at least the target time.
func (t *try) calibrate(ctx context.Context) error {
	variants := map[*domain.Benchmark][]int{}
	for i, v := range t.it.Variants {
		if t.failed[i] == nil {
			variants[v.Benchmark] = append(variants[v.Benchmark], i)
		}
	}
	for _, b := range (domain.Entry{Variants: t.it.Variants}).Benchmarks() {
		if len(variants[b]) == 0 {
			continue
		}
		revolutions, err := t.revolutions(ctx, b, variants[b])
		if err != nil {
			return err
		}
		for _, i := range variants[b] {
			t.orders[i].revolutions, t.orders[i].warmup = revolutions, warmup(b, revolutions)
		}
	}
	return nil
}

// revolutions returns the count for one benchmark, and remembers it. It returns 0 if
// all of the variants failed.
func (t *try) revolutions(ctx context.Context, b *domain.Benchmark, variants []int) (int, error) {
	if b.Revolutions > 0 {
		return b.Revolutions, nil
	}
	c := t.counts.of(t.it, variants)
	t.calibrated = append(t.calibrated, calibrated{c, variants})
	select {
	case <-c.busy:
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
	defer func() { c.busy <- struct{}{} }()
	if c.count > 0 {
		return c.count, nil
	}
	fastest, slowest := math.Inf(1), 0.0 // nanoseconds per revolution
	again := false                       // a variant may succeed the next time
	for _, i := range variants {
		o := t.orders[i]
		o.target, o.revolutions = max(1, t.it.TargetBatch/10), domain.MaxRevolutions
		sample, err := t.run(ctx, o)
		if err != nil {
			if err := t.fail(ctx, i, err); err != nil {
				return 0, err
			}
			again = again || domain.FailureOf(err, 1).Class.Transient()
			continue
		}
		value := sample.Value(tells(sample.Sample))
		fastest, slowest = min(fastest, value), max(slowest, value)
	}
	if slowest == 0 {
		return 0, nil
	}
	found := count(t.it, fastest, slowest)
	t.cfg.Logger.Debug("calibrated", "benchmark", b.Slug, "variants", len(variants), "revolutions", found)
	if !again {
		c.count = found
	}
	return found, nil
}

// tells is the clock that says how long the code takes: what else the machine does
// is not in CPU time, and neither is what the code waits for.
func tells(s domain.Sample) domain.Clock {
	if s.BatchCPU > 0 && s.VoluntarySwitches == 0 {
		return domain.ClockCPU
	}
	return domain.ClockWall
}

// count returns the revolutions with which the batch of the fastest variant takes the
// target time, or fewer if the slowest variant could not finish before its time-out.
func count(it domain.Iteration, fastest, slowest float64) int {
	wanted := math.Round(float64(it.TargetBatch) / fastest)
	// The batch gets half of the time-out; start, set-up and warm-up need the rest.
	bound := math.Floor(float64(it.SampleTimeout) / 2 / slowest)
	return int(max(1, min(wanted, bound, domain.MaxRevolutions)))
}

// of returns the calibration for variants of one benchmark. Its key covers everything
// that affects the speed of the code.
func (c *calibrations) of(it domain.Iteration, variants []int) *calibration {
	b := it.Variants[variants[0]].Benchmark
	var how []string
	for _, i := range variants {
		v := it.Variants[i]
		// Each setting is quoted, since a value may look like another setting.
		how = append(how, fmt.Sprintf("%q %q %q", v.Runtime, []domain.Setting(v.Settings), v.Source.Digest))
	}
	slices.Sort(how)
	key := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %q %q %q %q %d %d", b.Bootstrap, b.BeforeIteration, b.Setup, b.Code, b.Teardown, b.Env, how, it.TargetBatch, it.SampleTimeout))
	c.mu.Lock()
	defer c.mu.Unlock()
	found := c.known[key]
	if found == nil {
		if c.known == nil || len(c.known) >= maxCalibrations {
			c.known = map[[sha256.Size]byte]*calibration{}
		}
		found = &calibration{busy: make(chan struct{}, 1)}
		found.busy <- struct{}{}
		c.known[key] = found
	}
	return found
}
