package php

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/benchbus/benchbus/domain"
)

// Executor executes iterations in PHP. It is safe for use by several goroutines
// at once.
type Executor struct {
	cfg      Config
	discover func() discovery
	tidy     func()
	counts   calibrations
	counting counting
}

var (
	_ domain.Executor      = (*Executor)(nil)
	_ domain.RuntimeLister = (*Executor)(nil)
)

// New makes an executor. Its error lists everything that is wrong with the
// configuration. The executor searches for all runtimes when it first needs one, and
// remembers them.
func New(cfg Config) (*Executor, error) {
	cfg = cfg.WithDefaults()
	if err := cfg.validate(); err != nil {
		return nil, fmt.Errorf("php: %w", err)
	}
	e := &Executor{cfg: cfg, counting: counting{program: "valgrind"}}
	e.discover = sync.OnceValue(cfg.discover)
	e.tidy = sync.OnceFunc(cfg.removeStale)
	return e, nil
}

// Runtimes returns every PHP that works, sorted by name.
func (e *Executor) Runtimes() []domain.Runtime { return e.discover().found }

// Lookup returns the runtime of that name. Its error has class ClassRuntime, names the
// runtimes that are there, and says how to get the missing one.
func (e *Executor) Lookup(name domain.RuntimeName) (domain.Runtime, error) {
	d := e.discover()
	return d.lookup(name, e.cfg)
}

// Execute takes the iteration's samples, in its order, on its core, each in a
// fresh process. If a benchmark leaves the revolutions open, they are calibrated
// first; see the package's comment. A variant that fails does not affect the others.
func (e *Executor) Execute(ctx context.Context, it domain.Iteration) (domain.Measurement, error) {
	if err := check(it); err != nil {
		return domain.Measurement{}, domain.Permanent(err)
	}
	if ctx.Err() != nil {
		return domain.Measurement{}, context.Cause(ctx)
	}
	e.tidy()
	t, err := e.prepare(ctx, it)
	defer t.leave()
	if err == nil {
		err = t.ready(ctx)
	}
	if err != nil {
		return domain.Measurement{}, err
	}
	m, err := t.measure(ctx)
	if err == nil {
		t.checkCalibrations(m)
	}
	return m, err
}

// warmup returns how often the code runs before the batch. Defaults to a tenth of the
// revolutions.
func warmup(b *domain.Benchmark, revolutions int) int {
	if b.Warmup != nil {
		return *b.Warmup
	}
	return min(max(1, revolutions/10), domain.MaxWarmup)
}

// check fails with all reasons why the iteration cannot be executed.
func check(it domain.Iteration) error {
	var problems []error
	add := func(wrong bool, format string, args ...any) {
		if wrong {
			problems = append(problems, fmt.Errorf(format, args...))
		}
	}
	add(len(it.Variants) == 0, "the iteration has no variant")
	calibrates := false
	for i, v := range it.Variants {
		add(v.Benchmark == nil, "variant %d has no benchmark", i+1)
		calibrates = calibrates || v.Benchmark != nil && v.Benchmark.Revolutions == 0
	}
	add(it.Samples < 1, "the iteration has %d samples; at least 1 is needed", it.Samples)
	add(it.SampleTimeout <= 0, "the iteration's time-out is %v; it must be above 0", it.SampleTimeout)
	add(calibrates && it.TargetBatch <= 0, "the iteration's target batch time is %v; it must be above 0", it.TargetBatch)
	return errors.Join(problems...)
}
