package php

import (
	"context"

	"github.com/benchbus/benchbus/adapters/php/internal/callgrind"
	"github.com/benchbus/benchbus/domain"
)

// countShare is how many revolutions of a batch there are to one that is counted. Code is
// about 50 times slower under valgrind, so that counting takes about as long as a few
// batches.
const countShare = 50

// countedRevolutions returns how many revolutions are counted for a batch of so many: the
// largest number of the series 1, 2, 4, 10, 20, 40, 100, … that is at most a fiftieth,
// and at least 1. So the same number is counted whatever the calibration found, within a
// factor of two: code that is not quite linear in its revolutions has the same count on
// all workers.
func countedRevolutions(revolutions int) int {
	n := 1
	for decade := 1; ; decade *= 10 {
		for _, digit := range []int{1, 2, 4} {
			if digit*decade > revolutions/countShare {
				return n
			}
			n = digit * decade
		}
	}
}

// count counts the instructions of each variant's samples until two agree. It runs after
// all samples are timed, so that those of an iteration stay close to each other in time.
func (t *try) count(ctx context.Context, m *domain.Measurement) error {
	agreed, seen := make([]bool, len(t.orders)), make([]map[int64]bool, len(t.orders))
	for i := range m.Samples {
		s := &m.Samples[i]
		if t.failed[s.Variant] != nil || agreed[s.Variant] {
			continue
		}
		n, err := t.countSample(ctx, s)
		if err != nil {
			if err := t.fail(ctx, s.Variant, err); err != nil {
				return err
			}
			continue
		}
		s.Instructions = n
		if seen[s.Variant] == nil {
			seen[s.Variant] = map[int64]bool{}
		}
		agreed[s.Variant] = seen[s.Variant][n]
		seen[s.Variant][n] = true
	}
	return nil
}

// countSample sets how many revolutions of the sample are counted, and returns what they
// executed: the difference between two parts of one batch, of which the second executes
// the code twice as often. What the harness does around a part is in both, and cancels.
func (t *try) countSample(ctx context.Context, s *domain.Sample) (int64, error) {
	o := t.orders[s.Variant]
	o.counter, o.direct = t.counter, t.counting.directs.of(ctx, o.runtime, t.cfg)
	s.CountedRevolutions = countedRevolutions(s.Revolutions)
	o.revolutions = s.CountedRevolutions
	counted, err := t.run(ctx, o)
	if err != nil {
		return 0, err
	}
	once, twice, err := counted.counts.profiles()
	if err != nil {
		return 0, domain.Fail(domain.ClassResult, "%s: %w", o.what(), err)
	}
	executed := total(twice) - total(once)
	if executed <= 0 {
		return 0, domain.Fail(domain.ClassResult, "%s: %d revolutions executed %d instructions and %d only %d: the code does not do the same each time, and its instructions cannot be told; "+
			"give it the same input each time, or leave out the instructions", o.what(), o.revolutions, total(once), 2*o.revolutions, total(twice))
	}
	return executed, nil
}

// total is what all functions executed.
func total(own map[callgrind.Function]int64) (sum int64) {
	for _, n := range own {
		sum += n
	}
	return sum
}
