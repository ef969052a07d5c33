package stats

import (
	"iter"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// Report holds the figures of a run. [Build] makes it.
type Report struct {
	// Run is the run with its plan. Build counts the results that it read, and
	// adapts the state to these counts.
	Run domain.Run
	// Cells are in the plan's order: by entry, then by variant. They include cells
	// without samples.
	Cells []Cell
	// Families hold the comparisons. A family has at least two cells of one entry
	// that have samples and differ in one factor alone. Families are sorted by
	// factor, then by their first cells.
	Families []Family
	// InstructionFamilies hold the same comparisons by instructions, where they were
	// counted: how much more work a member is, beside what that costs. They have the
	// members and the baselines of Families, but for cells without counts. A Ratio is
	// one of instructions there, and Regressed means more of them.
	InstructionFamilies []Family
	// ByInstructions says that the report was asked for by instructions: they are what
	// readers are to see first.
	ByInstructions bool
	// PartlyFailed counts the done iterations in which some variants failed.
	PartlyFailed int
	// Failures are sorted by iteration.
	Failures []Failure
	// Hosts are sorted by key, then by name.
	Hosts []HostUse
	// Warnings concern the whole run. Each cell has warnings of its own.
	Warnings []Warning
}

// Cell holds the measurements of one variant.
type Cell struct {
	// Entry is the index of the entry in the plan, and Index that of the variant in
	// the entry. Both start at 0.
	Entry, Index   int
	domain.Variant // read only
	// Samples are sorted by iteration, then by position.
	Samples []Sample
	// Clock is CPU or wall time, and gives the samples their values. All cells of an
	// entry have the same one. ClockReason says why, in a clause.
	Clock       domain.Clock
	ClockReason string
	// Wall and CPU are the medians by either clock, in nanoseconds per revolution;
	// NaN: unknown.
	Wall, CPU float64
	// Failed counts the iterations in which the variant failed and others did not.
	Failed int
	// Environments lists each environment once in which the variant was executed.
	// It is empty if the executors reported none.
	Environments []EnvironmentUse
	// Summary describes the values of the samples. The unit of its interval is the
	// iteration, whose median is its value: samples that share an iteration share what
	// slows it down, and each for itself would promise more than it knows.
	Summary Summary
	// Instructions describes the instructions per revolution of the samples that were
	// counted; its N is 0 where none was.
	Instructions Summary
	// Control compares the cell with itself: half of the samples of each iteration with
	// the other half, with DefaultMargin, over the first thousand iterations.
	Control Comparison
	Memory  Memory
	// Notices sums up the notices of all samples: one for each severity, sorted by
	// severity.
	Notices  []domain.Notice
	Warnings []Warning
}

// Sample is the measurement of one process. It takes 168 bytes, and 16 for each of its
// SubBatches.
type Sample struct {
	Iteration, Position, Revolutions, Warmup int
	// CPU is the core that the process was pinned to, or -1 if it was not pinned.
	CPU int
	// Outlier is true if [Summary.IsOutlier] flags the value.
	Outlier                       bool
	Batch, BatchCPU               time.Duration
	VoluntarySwitches             int64
	InvoluntarySwitches           int64
	SubBatches                    []domain.SubBatch // read only
	Instructions                  int64             // of CountedRevolutions; 0: not counted
	CountedRevolutions            int
	Wall, UserCPU, SystemCPU      time.Duration
	PeakMemory, RuntimePeakMemory int64 // bytes; 0: unknown
	*Origin                             // shared
}

// Origin identifies the worker, the machine and the timer of a sample.
type Origin struct {
	Worker string
	// HostKey is the machine's key; see [domain.Host].
	HostKey string
	// Timer names the clock that timed the batch.
	Timer string
}

// Value returns the value per revolution by a clock; see [domain.Sample.Value].
func (s *Sample) Value(clock domain.Clock) float64 {
	return domain.Sample{Batch: s.Batch, BatchCPU: s.BatchCPU, Revolutions: s.Revolutions,
		Instructions: s.Instructions, CountedRevolutions: s.CountedRevolutions}.Value(clock)
}

// Memory holds the peak memory of the processes in bytes. 0 means unknown.
type Memory struct {
	// Peak is the largest peak of all samples and PeakMean the mean of their peaks,
	// as counted by the operating system.
	Peak     int64
	PeakMean float64
	// RuntimePeak is the largest peak as counted by the runtime itself.
	RuntimePeak int64
}

// Failure is the failure of an iteration, or of one of its variants.
type Failure struct {
	Iteration int
	Entry     string // the entry's name; see [domain.Entry.Name]
	Cell      *Cell  // the variant's cell; nil if the whole iteration failed
	Worker    string
	HostKey   string
	domain.Failure
}

// HostUse describes a machine and its load during the iterations that it executed.
type HostUse struct {
	domain.Host
	// Iterations counts the executed iterations, failed ones included.
	Iterations int
	// MeanSteal and MaxSteal are the mean and the largest steal of the iterations, as
	// a share of CPU time from 0 to 1. HighSteal counts the iterations with a steal
	// above 5 %.
	MeanSteal, MaxSteal float64
	HighSteal           int
	// MaxLoad1 is the largest load average over one minute. HighLoad counts the
	// iterations with more load than the process may use cores.
	MaxLoad1 float64
	HighLoad int
	// MaxStops is the largest number of periods of an iteration in which the kernel
	// stopped it for its CPU quota. Stopped counts the iterations with any.
	MaxStops, Stopped int
}

// iterations yields the range of Samples that belongs to each iteration.
func (c *Cell) iterations() iter.Seq2[int, int] {
	return func(yield func(start, end int) bool) {
		for start := 0; start < len(c.Samples); {
			end := start + 1
			for end < len(c.Samples) && c.Samples[end].Iteration == c.Samples[start].Iteration {
				end++
			}
			if !yield(start, end) {
				return
			}
			start = end
		}
	}
}

// iterationCount returns the number of iterations that have samples.
func (c *Cell) iterationCount() int {
	count := 0
	for range c.iterations() {
		count++
	}
	return count
}

// values returns the samples' values by the cell's clock.
func (c *Cell) values() []float64 {
	out := make([]float64, len(c.Samples))
	for i := range c.Samples {
		out[i] = c.Samples[i].Value(c.Clock)
	}
	return out
}
