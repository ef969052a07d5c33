package stats

import (
	"fmt"
	"math"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// Limits of what says that code waits, and what the clock of the CPU is good for.
const (
	// waitShare is how much of the wall time, in the least disturbed parts of the
	// batches, code that waits is off the CPU.
	waitShare = 0.01
	// minCPUBatch is the shortest batch, in CPU time, whose value is believed: a
	// thousand steps of the clock, which is read to the microsecond.
	minCPUBatch = time.Millisecond
	// busyFactor is how many times as long as on the CPU a batch takes on the wall
	// where the machine is called busy.
	busyFactor = 1.2
)

// setClocks gives all cells of each entry one clock: whatever is compared is read from
// the same. The rule looks at all samples of the entry together, never at a
// difference between variants.
func setClocks(entries [][]*Cell, asked domain.Clock) {
	for _, cells := range entries {
		clock, why := clockOf(cells, asked)
		for _, c := range cells {
			c.Clock, c.ClockReason = clock, why
		}
	}
}

// clockOf chooses the clock of an entry, and says why in a clause.
func clockOf(cells []*Cell, asked domain.Clock) (domain.Clock, string) {
	why := "it was asked for"
	if asked == "" {
		asked, why = defined(cells), "the definition asks for it"
	}
	if asked == domain.ClockWall {
		return asked, why
	}
	switch lacking, all := withoutCPUTime(cells); {
	case lacking == all:
		return domain.ClockWall, "CPU time is not known"
	case lacking > 0:
		return domain.ClockWall, fmt.Sprintf("the CPU time of %s is not known", count(lacking, "sample"))
	}
	if asked == domain.ClockCPU {
		return asked, why
	}
	if short := shortOnCPU(cells); short > 0 {
		return domain.ClockWall, fmt.Sprintf("%s took less than %v of CPU time, too short for its clock", count(short, "sample"), minCPUBatch)
	}
	if waiting(cells) {
		return domain.ClockWall, "the code waits"
	}
	return domain.ClockCPU, "the code does not wait"
}

// defined is what the definitions of the entry say; wall time where they differ.
func defined(cells []*Cell) domain.Clock {
	clock := domain.Clock("")
	for _, c := range cells {
		switch said := c.Benchmark.Clock; {
		case said == "" || said == domain.ClockAuto || said == clock:
		case clock == "":
			clock = said
		default:
			return domain.ClockWall
		}
	}
	return clock
}

// withoutCPUTime counts the samples whose CPU time is not known, and all.
func withoutCPUTime(cells []*Cell) (lacking, all int) {
	for _, c := range cells {
		all += len(c.Samples)
		for i := range c.Samples {
			if c.Samples[i].BatchCPU <= 0 {
				lacking++
			}
		}
	}
	return lacking, all
}

// shortOnCPU counts the samples whose batch the clock of the CPU cannot resolve, but
// for those that lasted long enough by the wall clock: they wait.
func shortOnCPU(cells []*Cell) (n int) {
	for _, c := range cells {
		for i := range c.Samples {
			if s := &c.Samples[i]; s.BatchCPU < minCPUBatch && s.Batch < 2*minCPUBatch {
				n++
			}
		}
	}
	return n
}

// waiting tells whether the code of any of the cells waits by itself: in most of its
// samples the process gave its core away, and even the least disturbed part of the
// batches was off the CPU for more than waitShare of the time. Neither alone says so:
// others take the core on a busy machine, and a process may give it away for an
// instant.
func waiting(cells []*Cell) bool {
	for _, c := range cells {
		gave, best := 0, 0.0
		for i := range c.Samples {
			s := &c.Samples[i]
			if s.VoluntarySwitches > 0 {
				gave++
			}
			best = math.Max(best, s.cpuShare())
		}
		if 2*gave > len(c.Samples) && best < 1-waitShare {
			return true
		}
	}
	return false
}

// cpuShare is the largest share of CPU time in wall time among the parts of the batch.
func (s *Sample) cpuShare() float64 {
	share := float64(s.BatchCPU) / float64(s.Batch)
	for _, part := range s.SubBatches {
		share = math.Max(share, float64(part.CPU)/float64(part.Wall))
	}
	return share
}

// medianBy is the median of the samples' values by a clock; NaN where one of them is
// not known.
func (c *Cell) medianBy(clock domain.Clock) float64 {
	all := make([]float64, len(c.Samples))
	for i := range c.Samples {
		if all[i] = c.Samples[i].Value(clock); all[i] <= 0 {
			return math.NaN()
		}
	}
	return median(all)
}

// clockWarnings tells where the two clocks tell different stories.
func (c *Cell) clockWarnings() (found []Warning) {
	factor := c.Wall / c.CPU
	switch {
	case c.Clock == domain.ClockCPU && factor > busyFactor && waiting([]*Cell{c}):
		found = append(found, Warning{Code: Waits, Message: "the code waits, which CPU time leaves out",
			Detail: fmt.Sprintf("%.1f times as long on the wall as on the CPU", factor)})
	case c.Clock == domain.ClockCPU && factor > busyFactor:
		found = append(found, Warning{Code: BusyMachine, Message: "others took the core while it was measured; " +
			"the values are CPU time, which that hardly touches, and wall time says little", Detail: fmt.Sprintf("%.1f times as long on the wall as on the CPU", factor)})
	case factor < 1/busyFactor:
		found = append(found, Warning{Code: Threads, Message: "the process took more CPU time than time passed: it has threads",
			Detail: fmt.Sprintf("%.1f times as much", 1/factor)})
	}
	if most := c.involuntaryShare(); c.Clock == domain.ClockWall && factor > busyFactor && most > 0.5 {
		found = append(found, Warning{Code: BusyMachine, Message: "others took the core while it was measured, and the values are wall time",
			Detail: fmt.Sprintf("%.1f times as long on the wall as on the CPU", factor)})
	}
	return found
}

// involuntaryShare is in which share of the samples others took the core more often
// than the process gave it away.
func (c *Cell) involuntaryShare() float64 {
	n := 0
	for i := range c.Samples {
		if c.Samples[i].InvoluntarySwitches > c.Samples[i].VoluntarySwitches {
			n++
		}
	}
	return float64(n) / float64(len(c.Samples))
}
