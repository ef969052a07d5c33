package application

import (
	"math"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// sampleStart is about what a process takes to start and to end.
const sampleStart = 25 * time.Millisecond

// countFactor is about how many times slower a process is whose instructions are
// counted: it starts, warms up, and then does a fiftieth of the batch or two.
const countFactor = 50

// Estimate is about how long a plan takes with that many slots: each sample starts
// a process, warms it up for a tenth of the batch, and lasts a batch. Where
// instructions are counted, two samples of a variant agree. It knows
// nothing of benchmarks that fix their revolutions, of calibration, of failures,
// and of how busy the machine is.
func Estimate(plan domain.Plan, slots int) time.Duration {
	plan = plan.WithDefaults()
	samples := 0.0
	for _, entry := range plan.Entries {
		samples += float64(plan.Iterations) * float64(plan.Samples) * float64(len(entry.Variants))
	}
	each := float64(sampleStart) + 1.1*float64(plan.TargetBatch)
	took := samples * each
	if plan.CountInstructions {
		counted := samples / float64(plan.Samples) * float64(min(2, plan.Samples))
		took += counted * countFactor * (float64(sampleStart) + 0.18*float64(plan.TargetBatch))
	}
	return time.Duration(min(took/float64(max(1, slots)), math.MaxInt64/2))
}
