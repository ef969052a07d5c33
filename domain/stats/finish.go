package stats

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// finish completes the report after the last result.
func (b *builder) finish(opts Options) Report {
	r := &b.report
	settle(&r.Run.RunStatus)
	setClocks(b.cells, opts.clock())
	for i := range r.Cells {
		r.Cells[i].finish(r.Run.Plan.TargetBatch)
	}
	r.Families = families(b.cells, opts)
	r.ByInstructions = opts.Clock == domain.ClockInstructions
	r.InstructionFamilies = instructionFamilies(r.Families, opts)
	r.warnOfComparisons()
	slices.SortStableFunc(r.Failures, func(x, y Failure) int { return cmp.Compare(x.Iteration, y.Iteration) })
	for _, use := range b.hosts {
		r.Hosts = append(r.Hosts, *use)
	}
	slices.SortFunc(r.Hosts, func(x, y HostUse) int {
		return cmp.Or(cmp.Compare(x.Key, y.Key), cmp.Compare(x.Name, y.Name))
	})
	warnOfHosts(r.Families, r.Hosts)
	r.Warnings = append(runWarnings(r.Run.RunStatus, r.Hosts), splitWarnings(r.Run.Plan)...)
	add := func(code WarningCode, format string, args ...any) {
		r.Warnings = append(r.Warnings, Warning{Code: code, Message: fmt.Sprintf(format, args...)})
	}
	if slow := b.slowWorkers(); slow > 0 {
		add(SlowWorker, "the very first sample of %s is slow enough to be an outlier: the machine was cold", count(slow, "worker"))
	}
	if b.omitted > 0 {
		add(OutputOmitted, "the output of %s is left out: all together exceed %d MiB", count(b.omitted, "failure"), maxFailureOutput>>20)
	}
	return *r
}

// warnOfComparisons warns of what the comparisons that the report is read by lack.
func (r *Report) warnOfComparisons() {
	read := r.Families
	if r.ByInstructions {
		read = r.InstructionFamilies
		for i := range r.Cells {
			if c := &r.Cells[i]; c.Instructions.N > 1 && c.Instructions.Min == c.Instructions.Max {
				c.Warnings = slices.DeleteFunc(c.Warnings, func(w Warning) bool { return w.Code == FewSamples })
			}
		}
	}
	for _, f := range read {
		for i := range f.Members {
			f.Members[i].warn()
		}
	}
}

// settle adapts the state to the counts. They may disagree, since the run may have
// been completed, or its failures reopened, after it was read from the store.
func settle(run *domain.RunStatus) {
	switch complete := run.Outstanding == 0; {
	case run.State == domain.StateCancelled:
		run.Cancelled, run.Outstanding = run.Outstanding, 0
	case complete && run.State != domain.StateFailed:
		run.State = domain.StateCompleted
	case !complete && run.State == domain.StateCompleted:
		run.State, run.Finished = domain.StateInterrupted, time.Time{}
	}
}

func (c *Cell) finish(targetBatch time.Duration) {
	slices.SortFunc(c.Samples, func(x, y Sample) int {
		return cmp.Or(cmp.Compare(x.Iteration, y.Iteration), cmp.Compare(x.Position, y.Position))
	})
	c.Summary, c.Instructions = c.summarize(c.Clock), c.summarize(domain.ClockInstructions)
	c.Wall, c.CPU = c.medianBy(domain.ClockWall), c.medianBy(domain.ClockCPU)
	known, total := 0, 0.0
	for i := range c.Samples {
		s := &c.Samples[i]
		s.Outlier = c.Summary.IsOutlier(s.Value(c.Clock))
		if s.PeakMemory > 0 {
			known++
			total += float64(s.PeakMemory)
		}
		c.Memory.Peak = max(c.Memory.Peak, s.PeakMemory)
		c.Memory.RuntimePeak = max(c.Memory.RuntimePeak, s.RuntimePeakMemory)
	}
	if known > 0 {
		c.Memory.PeakMean = total / float64(known)
	}
	c.sortEnvironments()
	c.Control = c.control()
	c.Warnings = slices.Concat(c.warnings(targetBatch), c.controlWarnings(), c.clockWarnings(), c.instructionWarnings(), c.environmentWarnings())
}

// slowWorkers counts the workers whose very first sample is an outlier on the
// slow side.
func (b *builder) slowWorkers() int {
	slow := 0
	for _, begun := range b.begun {
		for _, cell := range b.cells[(begun.iteration-1)%len(b.cells)] {
			i := sort.Search(len(cell.Samples), func(i int) bool { return int(cell.Samples[i].Iteration) >= begun.iteration })
			if i < len(cell.Samples) && int(cell.Samples[i].Iteration) == begun.iteration {
				first := &cell.Samples[i]
				if first.Position == 1 && first.Outlier && first.Value(cell.Clock) > cell.Summary.Median {
					slow++
				}
			}
		}
	}
	return slow
}
