package domain

import "time"

// Sample is what one fresh process measured. Durations are nanoseconds in JSON.
type Sample struct {
	// Runtime is what executed it.
	Runtime RuntimeName `json:"runtime"`
	// Position is its place in the iteration's order, from 1.
	Position int `json:"position"`
	// Revolutions is how often the code ran in the timed batch, at least 1.
	Revolutions int `json:"revolutions"`
	// Warmup is how often the code ran before the batch in the same process,
	// calls that found out the revolutions included; at most MaxRevolutions.
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
	// Notices are what the runtime complained of, one for each severity.
	Notices []Notice `json:"notices,omitempty"`
}

// Notice is a complaint of the runtime after which it went on, such as a
// deprecation. One in the batch takes time that counts.
type Notice struct {
	// Severity is the runtime's word for it, such as Deprecated; 1 to 32 bytes.
	Severity string `json:"severity"`
	// Count is how often there was one in the process, from start to end.
	Count int `json:"count"`
	// Message is that of the first one; at most MaxNoticeMessage bytes.
	Message string `json:"message"`
}

// Value is the sample's one value: the time per revolution in nanoseconds.
func (s Sample) Value() float64 { return float64(s.Batch) / float64(s.Revolutions) }

// Measurement is what executing one iteration gave: every sample, in the order
// in which they ran.
type Measurement struct {
	Samples []Sample `json:"samples"`
}

// Check tells whether the measurement is one of that iteration: the samples of its
// Order, each in its place, nothing beyond, every number possible, and no batch
// longer than its process may take. The error has class ClassResult.
func (m Measurement) Check(it Iteration) error {
	order := it.Order()
	if len(m.Samples) != len(order) {
		return Fail(ClassResult, "there are %d samples; the iteration asked for %d", len(m.Samples), len(order))
	}
	for i, s := range m.Samples {
		if err := s.check(i + 1); err != nil {
			return Fail(ClassResult, "%w", err)
		}
		if s.Runtime != order[i] {
			return Fail(ClassResult, "sample %d is of runtime %s; it is the turn of %s", i+1, s.Runtime, order[i])
		}
		if it.SampleTimeout > 0 && s.Batch > it.SampleTimeout {
			return Fail(ClassResult, "sample %d (%s) has a batch of %v; its process may take %v", i+1, s.Runtime, s.Batch, it.SampleTimeout)
		}
	}
	return nil
}
