package stats

import (
	"fmt"
	"math"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// WarningCode identifies a kind of warning for programs.
type WarningCode string

// Warnings about one variant.
const (
	FewSamples     WarningCode = "few_samples"             // of fewer than six iterations: no interval
	Outliers       WarningCode = "outliers"                // values far from the median
	HighCV         WarningCode = "high_cv"                 // the values scatter widely
	ShortBatch     WarningCode = "short_batch"             // batches much shorter than the target
	HarnessLoop    WarningCode = "harness_loop"            // the loop around the code weighs in
	Drift          WarningCode = "drift"                   // the code gets slower or faster within a batch
	SlowFirst      WarningCode = "slow_first_of_iteration" // the first sample of an iteration is slower than the others
	NoneInCell     WarningCode = "no_samples"              // nothing was measured
	ControlDiffers WarningCode = "control_differs"         // the same code differs from itself
	Partly         WarningCode = "partly_failed"           // the variant failed in iterations that measured others
	Notices        WarningCode = "notices"                 // the runtime complained
	FewForTests    WarningCode = "cannot_decide"           // no outcome of a comparison could be significant
	SlowedBy       WarningCode = "slowed_by"               // a debugger or profiler is loaded
	BusyMachine    WarningCode = "busy_machine"            // others took the core
	Waits          WarningCode = "waits"                   // CPU time of code that waits
	Threads        WarningCode = "threads"                 // more CPU time than time passed
	Interaction    WarningCode = "interaction"             // a ratio differs between iterations
	UnevenCounts   WarningCode = "uneven_counts"           // instructions that do not repeat

	HostsDisagree     WarningCode = "hosts_disagree"     // a ratio differs between kinds of machine
	MixedEnvironments WarningCode = "mixed_environments" // processes of several versions, say
)

// Warnings about the whole run.
const (
	Incomplete    WarningCode = "incomplete"           // some iterations have no result
	MixedMachines WarningCode = "mixed_machines"       // several kinds of machine
	HighSteal     WarningCode = "high_steal"           // the hypervisor took CPU time away
	HighLoad      WarningCode = "high_load"            // more had to run than there are cores
	Throttled     WarningCode = "throttled"            // a CPU quota was used up
	SlowWorker    WarningCode = "slow_first_of_worker" // a worker's very first sample is an outlier
	OutputOmitted WarningCode = "output_omitted"       // the output of some failures was dropped
	Split         WarningCode = "split"                // variants of one comparison ran in different iterations
)

// Warning describes a reason to doubt the figures.
type Warning struct {
	Code WarningCode
	// Message is a sentence for people. All warnings about cells with the same code
	// have the same message.
	Message string
	// Detail holds the particulars of this warning, such as "CV 15 %". It may be empty.
	Detail string
}

// String returns the message and the detail.
func (w Warning) String() string {
	if w.Detail == "" {
		return w.Message
	}
	return w.Message + " (" + w.Detail + ")"
}

// Limits beyond which there is a warning.
const (
	intervalIterations = 6    // the fewest with an interval
	maxCV              = 0.10 // of a cell
	maxSteal           = 0.05 // of an iteration
	minBatchShare      = 0.10 // of the target batch time
	slowFirstP         = 0.01 // of the test of first samples
	// minRevolution is in nanoseconds. The loop around the code takes about a tenth of
	// it at most, which docs/benchmarks.md shows.
	minRevolution = 40
)

// warnings checks the cell's samples for problems.
func (c *Cell) warnings(targetBatch time.Duration) []Warning {
	var found []Warning
	add := func(code WarningCode, message, detail string, args ...any) {
		found = append(found, Warning{code, message, fmt.Sprintf(detail, args...)})
	}
	n := len(c.Samples)
	if c.Failed > 0 && n > 0 {
		add(Partly, "it failed where others of its iteration were measured", "in %s", count(c.Failed, "iteration"))
	}
	switch {
	case n == 0:
		add(NoneInCell, "nothing was measured", "")
		return found
	case c.iterationCount() < intervalIterations:
		add(FewSamples, fmt.Sprintf("a 95 %% interval of the median needs at least %d iterations", intervalIterations), "%s", count(c.iterationCount(), "iteration"))
	}
	if k := c.Summary.Outliers; k > 0 {
		add(Outliers, fmt.Sprintf("values more than %.1f MAD off the median; flagged, and kept in every figure", outlierLimit),
			"%d of %s", k, count(n, "sample"))
	}
	if c.Summary.CV > maxCV {
		add(HighCV, "the values scatter widely: look for other work on the machine", "CV %.0f %%", 100*c.Summary.CV)
	}
	batches := make([]float64, n)
	for i := range c.Samples {
		batches[i] = float64(c.Samples[i].Batch)
	}
	if typical := median(batches); typical < minBatchShare*float64(targetBatch) {
		add(ShortBatch, "timed batches are so short that the timer's resolution weighs in; "+
			"raise the revolutions, or leave them out to have them calibrated", "about %v, the target is %v", shortDuration(typical), targetBatch)
	}
	if c.Summary.Median < minRevolution {
		add(HarnessLoop, "a revolution takes so little that the loop around it, which is some nanoseconds of it, weighs in: "+
			"repeat the code within a revolution", "")
	}
	if drift := c.drift(); drift > maxDrift || drift < 1/maxDrift {
		add(Drift, "how long the code takes depends on how often it has run: it builds up or uses up state, and the value depends on the number of revolutions; "+
			"renew the state within the code, or set the revolutions", "%.2f times as long in the second half of a batch as in the first", drift)
	}
	if len(c.Notices) > 0 {
		add(Notices, "the runtime complains of the code, and a complaint takes time, which counts where it is raised",
			"%s", noticesInWords(c.Notices))
	}
	if first := c.firstAgainstOthers(); first.Verdict == Regressed && first.P <= slowFirstP {
		add(SlowFirst, "the first sample of an iteration takes longer than the others: the machine is cold when it starts",
			"%.2f times as long", first.Ratio)
	}
	return found
}

// firstAgainstOthers compares the first sample of each iteration with the others of
// that iteration.
func (c *Cell) firstAgainstOthers() Comparison {
	all := c.values()
	var blocks []Block
	for start, end := range c.iterations() {
		if c.Samples[start].Position == 1 && end-start > 1 {
			blocks = append(blocks, Block{all[start : start+1], all[start+1 : end]})
		}
	}
	return Compare(blocks, DefaultMargin)
}

// runWarnings checks the whole run for problems.
func runWarnings(status domain.RunStatus, hosts []HostUse) []Warning {
	var found []Warning
	if missing := status.Outstanding + status.Cancelled; missing > 0 {
		found = append(found, Warning{Code: Incomplete, Message: fmt.Sprintf("%d of %s without a result: the figures are of what there is",
			missing, count(status.Planned, "iteration"))})
	}
	keys := map[string]bool{}
	var all HostUse
	for _, h := range hosts {
		keys[h.Key] = true
		all.Iterations += h.Iterations
		all.HighSteal, all.MaxSteal = all.HighSteal+h.HighSteal, math.Max(all.MaxSteal, h.MaxSteal)
		all.HighLoad, all.MaxLoad1 = all.HighLoad+h.HighLoad, math.Max(all.MaxLoad1, h.MaxLoad1)
		all.Stopped, all.MaxStops = all.Stopped+h.Stopped, max(all.MaxStops, h.MaxStops)
	}
	if len(keys) > 1 {
		found = append(found, Warning{Code: MixedMachines, Message: fmt.Sprintf("results come from %d kinds of machine: "+
			"comparisons are made on one kind at a time, but a median mixes them all", len(keys))})
	}
	of := count(all.Iterations, "iteration")
	if all.HighSteal > 0 {
		found = append(found, Warning{Code: HighSteal, Message: fmt.Sprintf("in %d of %s the hypervisor took more than %.0f %% of the CPU time (up to %.0f %%)",
			all.HighSteal, of, 100*maxSteal, 100*all.MaxSteal)})
	}
	if all.HighLoad > 0 {
		found = append(found, Warning{Code: HighLoad, Message: fmt.Sprintf("in %d of %s more programs wanted to run than there are cores (a load of up to %.3g)",
			all.HighLoad, of, all.MaxLoad1)})
	}
	if all.Stopped > 0 {
		found = append(found, Warning{Code: Throttled, Message: fmt.Sprintf("in %d of %s the CPU quota of the control group was used up, and the kernel stopped what was measured "+
			"(in up to %s): raise the quota, or measure less at a time", all.Stopped, of, count(all.MaxStops, "period"))})
	}
	return found
}

// splitWarnings warns of groups and benchmarks that the plan spread over several
// entries, because they had too many variants for one iteration or because no worker
// had all of their runtimes.
func splitWarnings(plan domain.Plan) (found []Warning) {
	var order []string
	parts := map[string]int{}
	for _, e := range plan.Entries {
		if len(e.Variants) == 0 {
			continue
		}
		b := e.Variants[0].Benchmark
		name := "benchmark " + b.Slug
		if b.Group != "" {
			name = "group " + b.Group
		}
		if parts[name]++; parts[name] == 1 {
			order = append(order, name)
		}
	}
	for _, name := range order {
		if parts[name] > 1 {
			found = append(found, Warning{Code: Split, Message: fmt.Sprintf("the %s was measured in %d parts, in different iterations: "+
				"what stands in different parts was not compared", name, parts[name])})
		}
	}
	return found
}

func count(n int, noun string) string { return fmt.Sprintf("%d %s", n, plural(n, noun, noun+"s")) }

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// shortDuration rounds to three digits.
func shortDuration(ns float64) time.Duration {
	unit := math.Pow(10, math.Floor(math.Log10(ns))-2)
	return time.Duration(math.Round(ns/unit) * unit)
}
