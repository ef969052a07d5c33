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
	// Cells are in the plan's order: by benchmark, then by runtime. A cell
	// without a sample is there too.
	Cells []Cell
	// Failures are in order of their iterations.
	Failures []Failure
	// Hosts are sorted by key, then by name.
	Hosts []HostUse
	// Warnings are those about the whole run; each cell has its own.
	Warnings []Warning
}

// Cell is one benchmark on one runtime.
type Cell struct {
	Benchmark *domain.Benchmark // read only
	Runtime   domain.RuntimeName
	// Samples are all of them, in order of iteration and position.
	Samples []Sample
	// Summary is of the samples' values.
	Summary Summary
	Memory  Memory
	// AmongRuntimes sets the cell against the fastest runtime of the same
	// benchmark; nil where fewer than two have samples.
	AmongRuntimes *Relative
	// AmongGroup sets the cell against the fastest benchmark of the same
	// group on the same runtime; nil where fewer than two have samples.
	AmongGroup *Relative
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

// Relative sets a cell against the fastest of a family: the one with the
// smallest median.
type Relative struct {
	// Benchmark and Runtime name the fastest.
	Benchmark *domain.Benchmark
	Runtime   domain.RuntimeName
	// Fastest tells that it is the cell itself; there is nothing to compare.
	Fastest bool
	// Comparison has the cell as candidate, the fastest as baseline. Its
	// family are all pairs, because the same data chose the fastest.
	Comparison
	// MoreIterations is about how many iterations more, of each benchmark,
	// would probably decide; 0 where there is a verdict, or no telling.
	MoreIterations int
}

// Failure is an iteration that has no samples.
type Failure struct {
	Iteration int
	Benchmark string // its slug
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
