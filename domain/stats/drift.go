package stats

import (
	"math"

	"github.com/benchbus/benchbus/domain"
)

const (
	// maxDrift is how many times as long a revolution may take in one half of the batch as
	// in the other. Caches that fill in the first milliseconds make less of a difference.
	maxDrift = 1.5
	// driftSamples is the fewest samples that tell, and driftParts the fewest parts of a
	// batch.
	driftSamples = 6
	driftParts   = 4
)

// drift returns how many times as long a revolution takes in the second half of a batch as
// in the first, in the median of the samples. It is NaN if too few batches have parts.
func (c *Cell) drift() float64 {
	var ratios []float64
	for i := range c.Samples {
		if r := c.Samples[i].drift(c.Clock); !math.IsNaN(r) {
			ratios = append(ratios, r)
		}
	}
	if len(ratios) < driftSamples {
		return math.NaN()
	}
	return median(ratios)
}

func (s *Sample) drift(clock domain.Clock) float64 {
	n := len(s.SubBatches)
	if n < driftParts {
		return math.NaN()
	}
	half := func(from, to int) float64 {
		time := 0.0
		for _, part := range s.SubBatches[from:to] {
			if clock == domain.ClockCPU {
				time += float64(part.CPU)
			} else {
				time += float64(part.Wall)
			}
		}
		return time / float64(to*s.Revolutions/n-from*s.Revolutions/n)
	}
	first, second := half(0, n/2), half(n-n/2, n)
	if !(first > 0 && second > 0) {
		return math.NaN()
	}
	return second / first
}
