package php

import (
	"math"

	"github.com/benchbus/benchbus/domain"
)

// calibrated is a calibration that an iteration used, and for which of its variants.
type calibrated struct {
	*calibration
	variants []int
}

// farOff is how many times as many revolutions, or as few, show that a calibration was
// wrong: the machine was busy, or the code was slow the first time.
const farOff = 3

// checkCalibrations holds each count against the batches that it made. It forgets one
// that is far off, so that the next iteration finds it anew.
func (t *try) checkCalibrations(m domain.Measurement) {
	fastest := make([]float64, len(t.orders)) // nanoseconds per revolution; 0: not measured
	for _, s := range m.Samples {
		if value := s.Value(tells(s)); fastest[s.Variant] == 0 || value < fastest[s.Variant] {
			fastest[s.Variant] = value
		}
	}
	for _, c := range t.calibrated {
		low, high, used := math.Inf(1), 0.0, 0
		for _, i := range c.variants {
			if fastest[i] > 0 {
				low, high, used = min(low, fastest[i]), max(high, fastest[i]), t.orders[i].revolutions
			}
		}
		if used == 0 {
			continue
		}
		if due := count(t.it, low, high); due > farOff*used || used > farOff*due {
			t.cfg.Logger.Warn("batches are far from as long as they should be; the code is calibrated anew",
				"benchmark", t.orders[c.variants[0]].benchmark, "revolutions", used, "due", due)
			c.forget(used)
		}
	}
}

// forget makes a count unknown again, unless somebody finds another one already.
func (c *calibration) forget(wrong int) {
	select {
	case <-c.busy:
		if c.count == wrong {
			c.count = 0
		}
		c.busy <- struct{}{}
	default:
	}
}
