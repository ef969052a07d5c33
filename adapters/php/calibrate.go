package php

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"sync"

	"github.com/benchbus/benchbus/domain"
)

// calibrations remembers how many revolutions make a batch long enough.
type calibrations struct {
	mu    sync.Mutex
	known map[string]*calibration
}

// calibration is one count, found by whoever asks first.
type calibration struct {
	busy  chan struct{} // holds a token while nobody is at it
	count int           // 0: not known yet
}

// revolutions returns the benchmark's own count, or one that makes the batch of
// the fastest runtime as long as the target: one for all runtimes, so that they
// do the same.
func (e *Executor) revolutions(ctx context.Context, it domain.Iteration, o order, runtimes map[domain.RuntimeName]domain.Runtime) (int, error) {
	if n := it.Benchmark.Revolutions; n > 0 {
		return n, nil
	}
	b := it.Benchmark
	key := fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "%q %q %q %q %d", b.Setup, b.Code, b.Teardown, it.Runtimes, it.TargetBatch)))
	c := e.counts.of(key)
	select {
	case <-c.busy:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	defer func() { c.busy <- struct{}{} }()
	if c.count > 0 {
		return c.count, nil
	}
	o.calibrate = it.TargetBatch
	most := 1.0
	for _, name := range it.Runtimes {
		o.runtime = runtimes[name]
		sample, err := e.run(ctx, o)
		if err != nil {
			return 0, err
		}
		most = max(most, math.Ceil(float64(it.TargetBatch)/sample.Value()))
	}
	c.count = int(min(most, domain.MaxRevolutions))
	return c.count, nil
}

func (c *calibrations) of(key string) *calibration {
	c.mu.Lock()
	defer c.mu.Unlock()
	found := c.known[key]
	if found == nil {
		if c.known == nil || len(c.known) > 10_000 { // a bound, not a policy
			c.known = map[string]*calibration{}
		}
		found = &calibration{busy: make(chan struct{}, 1)}
		found.busy <- struct{}{}
		c.known[key] = found
	}
	return found
}
