package application

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// Calibration is how often a benchmark's code should run, before the batch and in it.
type Calibration struct{ Warmup, Revolutions int }

// Calibrate has the executor find out how often the code runs in a batch that takes the
// target time on the fastest of the runtimes, and how often before it, whatever the
// benchmark itself says. It measures on that core; -1 means on any. The numbers are
// rounded to two digits, so that they say no more than is known. The error is a failure
// of the whole, or of each runtime that the code fails on.
func Calibrate(ctx context.Context, executor domain.Executor, b *domain.Benchmark, runtimes []domain.RuntimeName, target time.Duration, core int) (Calibration, error) {
	open := b.Clone()
	open.Warmup, open.Revolutions = nil, 0
	defaults := domain.Plan{TargetBatch: target}.WithDefaults()
	it := domain.Iteration{Number: 1, Samples: 1, SampleTimeout: defaults.SampleTimeout, TargetBatch: defaults.TargetBatch, CPU: core}
	for _, r := range runtimes {
		it.Variants = append(it.Variants, domain.Variant{Benchmark: open, Runtime: r, Settings: open.With(nil)})
	}
	m, err := executor.Execute(ctx, it)
	if err == nil {
		err = m.Check(it)
	}
	for _, f := range m.Failures {
		err = errors.Join(err, fmt.Errorf("%s: %s", runtimes[f.Variant], f.Message))
	}
	if err != nil {
		return Calibration{}, err
	}
	s := m.Samples[0] // all have the same counts
	return Calibration{twoDigits(s.Warmup), twoDigits(s.Revolutions)}, nil
}

// twoDigits rounds to two significant digits.
func twoDigits(n int) int {
	unit := 1.0
	for float64(n)/unit >= 100 {
		unit *= 10
	}
	return int(math.Round(float64(n)/unit) * unit)
}
