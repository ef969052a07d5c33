package domain

import (
	"math"
	"slices"
	"time"
)

// Sample is what one fresh process measured. Durations are nanoseconds in JSON.
type Sample struct {
	// Runtime is what executed it.
	Runtime RuntimeName `json:"runtime"`
	// Position is its place in the iteration's order, from 1.
	Position int `json:"position"`
	// Revolutions is how often the code ran in the timed batch, at least 1.
	Revolutions int `json:"revolutions"`
	// Warmup is how often the code ran before the batch.
	Warmup int `json:"warmup"`
	// Batch is how long the whole timed batch took; above 0.
	Batch time.Duration `json:"batch_ns"`
	// Wall is how long the whole process took, start-up included. 0: unknown.
	Wall time.Duration `json:"wall_ns,omitempty"`
	// UserCPU and SystemCPU are the process's CPU times as the operating
	// system counted them, start-up included.
	UserCPU   time.Duration `json:"user_cpu_ns,omitempty"`
	SystemCPU time.Duration `json:"system_cpu_ns,omitempty"`
	// PeakMemory is the process's largest resident size in bytes, as the
	// operating system counted it. 0: unknown.
	PeakMemory int64 `json:"peak_memory_bytes,omitempty"`
	// RuntimePeakMemory is the peak in bytes by the runtime's own account.
	// 0: unknown.
	RuntimePeakMemory int64 `json:"runtime_peak_memory_bytes,omitempty"`
	// Timer names the clock of the batch, such as hrtime.
	Timer string `json:"timer,omitempty"`
	// CPU is the core that the process was pinned to; nil: not pinned.
	CPU *int `json:"cpu,omitempty"`
}

// Value is the sample's one value: the time per revolution in nanoseconds.
func (s Sample) Value() float64 { return float64(s.Batch) / float64(s.Revolutions) }

// Measurement is what executing one iteration gave: every sample, in the order
// in which they ran.
type Measurement struct {
	Samples []Sample `json:"samples"`
}

// Check tells whether the measurement is one of that iteration: every runtime
// with its number of samples, nothing beyond, and every number possible. The
// error has class ClassResult.
func (m Measurement) Check(it Iteration) error {
	for i, s := range m.Samples {
		switch {
		case !slices.Contains(it.Runtimes, s.Runtime):
			return Fail(ClassResult, "sample %d is of runtime %q, which the iteration did not ask for", i+1, s.Runtime)
		case s.Batch <= 0:
			return Fail(ClassResult, "sample %d (%s) has a batch time of %d ns; it must be above 0", i+1, s.Runtime, s.Batch)
		case s.Revolutions < 1:
			return Fail(ClassResult, "sample %d (%s) has %d revolutions; there must be at least 1", i+1, s.Runtime, s.Revolutions)
		case s.Warmup < 0 || s.Wall < 0 || s.UserCPU < 0 || s.SystemCPU < 0 || s.PeakMemory < 0 || s.RuntimePeakMemory < 0:
			return Fail(ClassResult, "sample %d (%s) has a negative number", i+1, s.Runtime)
		case math.IsInf(s.Value(), 0) || math.IsNaN(s.Value()):
			return Fail(ClassResult, "sample %d (%s) has a time per revolution that is not finite", i+1, s.Runtime)
		}
	}
	for _, r := range it.Runtimes {
		n := 0
		for i := range m.Samples {
			if m.Samples[i].Runtime == r {
				n++
			}
		}
		if n != it.Samples {
			return Fail(ClassResult, "runtime %s has %d samples; the iteration asked for %d", r, n, it.Samples)
		}
	}
	return nil
}
