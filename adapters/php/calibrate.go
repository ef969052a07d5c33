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

// maxCalibrations bounds what is remembered; beyond it all is found anew.
const maxCalibrations = 10_000

// calibrations remembers how many revolutions make a batch long enough.
type calibrations struct {
	mu    sync.Mutex
	known map[[sha256.Size]byte]*calibration
}

// calibration is one count. Whoever holds the token of busy may find it; the
// others wait, since they want the same.
type calibration struct {
	busy  chan struct{}
	count int // 0: not known yet
}

// revolutions returns the benchmark's own count, or the one that makes the
// batch of every runtime last the target time at least: one for all runtimes,
// so that they do the same work.
func (e *Executor) revolutions(ctx context.Context, it domain.Iteration, o order, runtimes map[domain.RuntimeName]domain.Runtime) (int, error) {
	if n := it.Benchmark.Revolutions; n > 0 {
		return n, nil
	}
	c := e.counts.of(it)
	select {
	case <-c.busy:
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
	defer func() { c.busy <- struct{}{} }()
	if c.count > 0 {
		return c.count, nil
	}
	o.target, o.revolutions = it.TargetBatch/10, domain.MaxRevolutions
	o.target = max(1, o.target)
	fastest, slowest := math.Inf(1), 0.0 // nanoseconds per revolution
	for _, name := range it.Runtimes {
		o.runtime = runtimes[name]
		sample, err := e.run(ctx, o)
		if err != nil {
			return 0, err
		}
		fastest, slowest = min(fastest, sample.Value()), max(slowest, sample.Value())
	}
	c.count = count(it, fastest, slowest)
	e.cfg.Logger.Debug("calibrated", "benchmark", it.Benchmark.Slug, "runtimes", it.Runtimes, "revolutions", c.count)
	return c.count, nil
}

// count makes the batch of the fastest runtime as long as the target, but not
// so long that the slowest cannot do it in time.
func count(it domain.Iteration, fastest, slowest float64) int {
	wanted := math.Round(float64(it.TargetBatch) / fastest)
	// Half of the time is for the batch; start, set-up and warm-up need some.
	bound := math.Floor(float64(it.SampleTimeout) / 2 / slowest)
	return int(max(1, min(wanted, bound, domain.MaxRevolutions)))
}

// of returns the calibration that an iteration needs, which depends on all that
// makes the code slower or faster.
func (c *calibrations) of(it domain.Iteration) *calibration {
	runtimes := slices.Sorted(slices.Values(it.Runtimes))
	key := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %q %d %d", it.Benchmark.Setup, it.Benchmark.Code, it.Benchmark.Teardown,
		runtimes, it.TargetBatch, it.SampleTimeout))
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
