package domain

import (
	"errors"
	"fmt"
	"time"
)

// Sample is what one fresh process measured.
type Sample struct {
	// Variant is the index of what was executed.
	Variant int
	// Position is its place in the iteration's order, from 1.
	Position int
	// Revolutions is how often the code ran in the timed batch, at least 1.
	Revolutions int
	// Warmup is how often the code ran before the batch in the same process,
	// calls that found out the revolutions included; at most MaxRevolutions.
	Warmup int
	// Batch is how long the whole timed batch took by the wall clock; above 0.
	Batch time.Duration
	// BatchCPU is the CPU time of user and system that the process took for the
	// batch. 0: unknown.
	BatchCPU time.Duration
	// VoluntarySwitches is how often the process waited in the batch, for a file or a
	// timer, say; InvoluntarySwitches is how often others took its core. Both are 0
	// where BatchCPU is unknown.
	VoluntarySwitches   int64
	InvoluntarySwitches int64
	// SubBatches are the batch in parts, in order: part k of n, from 0, has
	// ⌊(k+1)·Revolutions/n⌋ − ⌊k·Revolutions/n⌋ revolutions. At most MaxSubBatches;
	// none where the batch was not taken in parts.
	SubBatches []SubBatch
	// Instructions is how many instructions CountedRevolutions executions of the code
	// took, counted apart from the timed process: what two batches executed of which one
	// ran the code CountedRevolutions times more often than the other. What is done
	// around a batch is not in it. Both are 0 where nothing was counted.
	Instructions       int64
	CountedRevolutions int
	// Wall is how long the whole process took, start-up included. 0: unknown.
	Wall time.Duration
	// UserCPU and SystemCPU are the process's CPU times as the operating
	// system counted them, start-up included.
	UserCPU   time.Duration
	SystemCPU time.Duration
	// PeakMemory is the process's largest resident size in bytes, as the
	// operating system counted it. 0: unknown.
	PeakMemory int64
	// RuntimePeakMemory is the peak in bytes by the runtime's own account.
	// 0: unknown.
	RuntimePeakMemory int64
	// Timer names the clock of the batch, such as hrtime.
	Timer string
	// CPU is the core that the process was pinned to; nil: not pinned.
	CPU *int
	// Notices are what the runtime complained of, one for each severity.
	Notices []Notice
}

// Notice is a complaint of the runtime after which it went on, such as a
// deprecation. One in the batch takes time that counts.
type Notice struct {
	// Severity is the runtime's word for it, such as Deprecated; 1 to 32 bytes.
	Severity string
	// Count is how often there was one in the process, from start to end.
	Count int
	// Message is that of the first one; at most MaxNoticeMessage bytes.
	Message string
}

// Value is the sample's one value by a clock: nanoseconds per revolution, CPU time for
// ClockCPU and else wall time; for ClockInstructions it is instructions per revolution.
// It is 0 where that is unknown.
func (s Sample) Value(clock Clock) float64 {
	switch {
	case clock == ClockInstructions && s.CountedRevolutions == 0:
		return 0
	case clock == ClockInstructions:
		return float64(s.Instructions) / float64(s.CountedRevolutions)
	case clock == ClockCPU:
		return float64(s.BatchCPU) / float64(s.Revolutions)
	}
	return float64(s.Batch) / float64(s.Revolutions)
}

// Measurement is what executing one iteration gave: every sample, in the order
// in which they ran, and why variants have none.
type Measurement struct {
	Samples []Sample
	// Failures are in order of their variants, each once.
	Failures []VariantFailure
	// Environments are what the variants were executed in, by index; none where the
	// executor does not tell.
	Environments []Environment
}

// VariantFailure is why a variant has no samples, although others of its iteration
// have.
type VariantFailure struct {
	// Variant is its index.
	Variant int
	Failure
}

// Check tells whether the measurement is one of that iteration: the samples of its
// Order but for those of variants that failed, each in its place, nothing beyond,
// every number possible, and no batch longer than its process may take; at least
// one variant with samples; and instructions counted where the iteration asks for
// them, and nowhere else. The error has class ClassResult.
func (m Measurement) Check(it Iteration) error {
	failed, err := m.failed(len(it.Variants))
	if err != nil {
		return Fail(ClassResult, "%w", err)
	}
	var b bounds
	for _, f := range m.Failures {
		f.check(&b)
	}
	for _, e := range m.Environments {
		e.check(&b)
	}
	if b.problem != nil {
		return Fail(ClassResult, "%w", b.problem)
	}
	if n := len(m.Environments); n != 0 && n != len(it.Variants) {
		return Fail(ClassResult, "there are %d environments; the iteration has %d variants", n, len(it.Variants))
	}
	next := 0
	for i, variant := range it.Order() {
		if failed[variant] {
			continue
		}
		if next == len(m.Samples) {
			return Fail(ClassResult, "there are %d samples; the iteration asked for more", len(m.Samples))
		}
		s := m.Samples[next]
		next++
		if s.Variant != variant {
			return Fail(ClassResult, "sample %d is of variant %d; it is the turn of variant %d", next, s.Variant, variant)
		}
		if s.Position != i+1 {
			return Fail(ClassResult, "sample %d says that its position is %d; it is %d", next, s.Position, i+1)
		}
		if err := s.check(); err != nil {
			return Fail(ClassResult, "%w", err)
		}
		if it.SampleTimeout > 0 && s.Batch > it.SampleTimeout {
			return Fail(ClassResult, "the sample at position %d has a batch of %v; its process may take %v", i+1, s.Batch, it.SampleTimeout)
		}
	}
	if next < len(m.Samples) {
		return Fail(ClassResult, "there are %d samples; the iteration asked for %d", len(m.Samples), next)
	}
	return m.checkCounts(it)
}

// failed tells of each of so many variants whether it failed.
func (m Measurement) failed(variants int) ([]bool, error) {
	failed := make([]bool, variants)
	for i, f := range m.Failures {
		if f.Variant < 0 || f.Variant >= variants {
			return nil, fmt.Errorf("variant %d failed; the iteration has %d", f.Variant, variants)
		}
		if i > 0 && f.Variant <= m.Failures[i-1].Variant {
			return nil, errors.New("the failures of variants are not in their order, each once")
		}
		failed[f.Variant] = true
	}
	if len(m.Failures) == variants {
		return nil, errors.New("no variant was measured")
	}
	return failed, nil
}
