package stats

import (
	"iter"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// Report is a run in numbers. [Build] makes it.
type Report struct {
	// Run is the run with its plan. Its counts are those of the results that
	// Build was given, and its state agrees with them.
	Run domain.Run
	// Cells are in the plan's order: by entry, then by variant. A cell without a
	// sample is there too.
	Cells []Cell
	// Families are what was compared: cells of one entry that are equal in all
	// factors but one, at least two with samples. They are in the order of their
	// factors, and then of their first cells.
	Families []Family
	// PartlyFailed is how many of the iterations that are done lack a variant that
	// failed.
	PartlyFailed int
	// Failures are in order of their iterations.
	Failures []Failure
	// Hosts are sorted by key, then by name.
	Hosts []HostUse
	// Warnings are those about the whole run; each cell has its own.
	Warnings []Warning
}

// Cell is what one variant measured.
type Cell struct {
	// Entry and Index are its places: that of the entry in the plan, and that of
	// the variant in the entry, both from 0.
	Entry, Index   int
	domain.Variant // read only
	// Samples are all of them, in order of iteration and position.
	Samples []Sample
	// Failed is in how many iterations the variant failed although others were
	// measured.
	Failed int
	// Environments are what it was executed in, each once; none where nobody told.
	Environments []EnvironmentUse
	// Summary is of the samples' values.
	Summary Summary
	Memory  Memory
	// Notices are those of all samples, one for each severity, sorted by it.
	Notices  []domain.Notice
	Warnings []Warning
}

// Sample is what one process measured, in compact form: 104 bytes.
type Sample struct {
	Iteration, Position, Revolutions, Warmup int
	// CPU is the core that the process was pinned to; -1: not pinned.
	CPU int
	// Outlier tells that the value is flagged; see [Summary.IsOutlier].
	Outlier                       bool
	Batch, Wall, UserCPU          time.Duration
	SystemCPU                     time.Duration
	PeakMemory, RuntimePeakMemory int64 // bytes; 0: unknown
	*Origin                             // shared
}

// Origin is where and how a sample was taken.
type Origin struct {
	Worker string
	// HostKey is the machine's key; see [domain.Host].
	HostKey string
	// Timer names the clock of the batch.
	Timer string
}

// Value is the time per revolution in nanoseconds.
func (s *Sample) Value() float64 { return float64(s.Batch) / float64(s.Revolutions) }

// Memory is how much memory the processes took at their peaks, in bytes. 0
// means unknown.
type Memory struct {
	// Peak is the largest of all, PeakMean the mean over the samples, both as
	// the operating system counted them.
	Peak     int64
	PeakMean float64
	// RuntimePeak is the largest by the runtime's own account.
	RuntimePeak int64
}

// Failure is an iteration that has no samples, or a variant of one that has none.
type Failure struct {
	Iteration int
	Entry     string // its name; see [domain.Entry.Name]
	Cell      *Cell  // that of the variant; nil where the whole iteration failed
	Worker    string
	HostKey   string
	domain.Failure
}

// HostUse is a machine and how busy it was during the iterations it executed.
type HostUse struct {
	domain.Host
	// Iterations is how many it executed, failed ones included.
	Iterations int
	// MeanSteal and MaxSteal are shares of CPU time, from 0 to 1, over the
	// iterations; HighSteal is in how many of them it was above 5 %.
	MeanSteal, MaxSteal float64
	HighSteal           int
	// MaxLoad1 is the largest load average over one minute.
	MaxLoad1 float64
}

// iterations yields, for each iteration, where its samples begin and end.
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

// iterationCount is how many iterations have samples.
func (c *Cell) iterationCount() int {
	count := 0
	for range c.iterations() {
		count++
	}
	return count
}

// values returns the samples' values.
func values(samples []Sample) []float64 {
	out := make([]float64, len(samples))
	for i := range samples {
		out[i] = samples[i].Value()
	}
	return out
}
