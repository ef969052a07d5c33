package stats

import (
	"fmt"
	"iter"
	"math"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// maxFailureOutput limits the bytes that the outputs of all failures take together.
// Equal outputs count once.
const maxFailureOutput = 16 << 20

// Build reads the results of a run, in any order, and computes its report. It
// counts the results against the plan and ignores the counts of the run, so that a
// run as it was planned will do. If an iteration has several results, Build takes
// the first and counts the others as duplicates. It stops at the first error of the
// results, and fails if a result is not of this run.
//
// The options say how the run is read. Build fails with the error of [Options.Check]
// where they do not fit it.
func Build(run domain.Run, results iter.Seq2[domain.IterationExecuted, error], opts Options) (Report, error) {
	b := newBuilder(run)
	if err := opts.Check(run.Plan); err != nil {
		return Report{}, err
	}
	for result, err := range results {
		if err == nil {
			err = b.add(&result)
		}
		if err != nil {
			return Report{}, fmt.Errorf("report of run %s: %w", run.ID, err)
		}
	}
	return b.finish(opts), nil
}

// builder collects results.
type builder struct {
	report  Report
	cells   [][]*Cell // by entry and variant
	seen    []bool    // by iteration
	hosts   map[hostKey]*HostUse
	origins map[Origin]*Origin
	begun   map[string]beginning // by worker
	outputs map[string]string    // of failures, each kept once
	room    int                  // bytes left for more outputs
	omitted int                  // failures whose output was dropped for lack of room
}

type hostKey struct{ key, name string }

// beginning identifies the earliest iteration of a worker.
type beginning struct {
	at        time.Time
	iteration int
}

func newBuilder(run domain.Run) *builder {
	b := &builder{
		report: Report{Run: run}, seen: make([]bool, run.Plan.Total()+1),
		hosts: map[hostKey]*HostUse{}, origins: map[Origin]*Origin{}, begun: map[string]beginning{},
		outputs: map[string]string{}, room: maxFailureOutput,
	}
	room := min(run.Plan.Iterations, run.Done) * run.Plan.Samples // a guess: the run's count may be too low
	b.report.Run.Counts = domain.Counts{Planned: run.Plan.Total(), Outstanding: run.Plan.Total(), Duplicates: run.Duplicates}
	for i, entry := range run.Plan.Entries {
		for variant, v := range entry.Variants {
			b.report.Cells = append(b.report.Cells, Cell{Entry: i, Index: variant, Variant: v, Samples: make([]Sample, 0, room)})
		}
	}
	b.cells = make([][]*Cell, len(run.Plan.Entries))
	for i := range b.report.Cells {
		c := &b.report.Cells[i]
		b.cells[c.Entry] = append(b.cells[c.Entry], c)
	}
	return b
}

func (b *builder) add(result *domain.IterationExecuted) error {
	plan := &b.report.Run.Plan
	n := result.Iteration
	if result.RunID != b.report.Run.ID || n < 1 || n > plan.Total() {
		return fmt.Errorf("iteration %d of run %s is not in the plan", n, result.RunID)
	}
	if b.seen[n] {
		b.report.Run.Duplicates++
		return nil
	}
	b.seen[n] = true
	b.report.Run.Outstanding--
	b.addHost(result)
	if result.Failure != nil {
		b.report.Run.Failed++
		b.addFailure(result, nil, *result.Failure)
		return nil
	}
	b.report.Run.Done++
	cells := b.cells[(n-1)%len(plan.Entries)]
	if len(result.VariantFailures) > 0 {
		b.report.PartlyFailed++
	}
	for _, f := range result.VariantFailures {
		if f.Variant < 0 || f.Variant >= len(cells) {
			return fmt.Errorf("iteration %d has a failure of variant %d, which the plan does not have", n, f.Variant)
		}
		cells[f.Variant].Failed++
		b.addFailure(result, cells[f.Variant], f.Failure)
	}
	for i, e := range result.Environments {
		if i < len(cells) {
			cells[i].addEnvironment(e)
		}
	}
	for i := range result.Samples {
		sample := &result.Samples[i]
		if sample.Variant < 0 || sample.Variant >= len(cells) {
			return fmt.Errorf("iteration %d has a sample of variant %d, which the plan does not have", n, sample.Variant)
		}
		cell := cells[sample.Variant]
		if sample.Batch <= 0 || sample.Revolutions < 1 {
			return fmt.Errorf("iteration %d has a sample without a time: batch %v, revolutions %d", n, sample.Batch, sample.Revolutions)
		}
		cell.Samples = append(cell.Samples, b.sample(result, sample))
		cell.addNotices(sample.Notices)
	}
	if first, ok := b.begun[result.Worker]; !ok || result.Started.Before(first.at) {
		b.begun[result.Worker] = beginning{result.Started, n}
	}
	return nil
}

func (b *builder) sample(result *domain.IterationExecuted, s *domain.Sample) Sample {
	origin := Origin{Worker: result.Worker, HostKey: result.Host.Key, Timer: s.Timer}
	shared := b.origins[origin]
	if shared == nil {
		shared = &origin
		b.origins[origin] = shared
	}
	cpu := -1
	if s.CPU != nil {
		cpu = *s.CPU
	}
	return Sample{
		Iteration: result.Iteration, Position: s.Position, Revolutions: s.Revolutions,
		Warmup: s.Warmup, CPU: cpu, Batch: s.Batch, BatchCPU: s.BatchCPU, SubBatches: s.SubBatches,
		VoluntarySwitches: s.VoluntarySwitches, InvoluntarySwitches: s.InvoluntarySwitches, Instructions: s.Instructions, CountedRevolutions: s.CountedRevolutions, Wall: s.Wall, UserCPU: s.UserCPU, SystemCPU: s.SystemCPU,
		PeakMemory: s.PeakMemory, RuntimePeakMemory: s.RuntimePeakMemory, Origin: shared,
	}
}

func (b *builder) addHost(result *domain.IterationExecuted) {
	key := hostKey{result.Host.Key, result.Host.Name}
	use := b.hosts[key]
	if use == nil {
		use = &HostUse{Host: result.Host}
		b.hosts[key] = use
	}
	use.Iterations++
	use.MeanSteal += (result.Load.Steal - use.MeanSteal) / float64(use.Iterations)
	use.MaxSteal = math.Max(use.MaxSteal, result.Load.Steal)
	use.MaxLoad1 = math.Max(use.MaxLoad1, result.Load.Load1)
	if result.Load.Steal > maxSteal {
		use.HighSteal++
	}
	if result.Host.Cores > 0 && result.Load.Load1 > float64(result.Host.Cores) {
		use.HighLoad++
	}
	use.MaxStops = max(use.MaxStops, result.Load.Stops)
	if result.Load.Stops > 0 {
		use.Stopped++
	}
}

// addFailure adds the failure of an iteration, or of one of its variants.
func (b *builder) addFailure(result *domain.IterationExecuted, cell *Cell, failure domain.Failure) {
	failure.Output = b.keepOutput(failure.Output)
	b.report.Failures = append(b.report.Failures, Failure{Iteration: result.Iteration, Entry: b.report.Run.Plan.EntryOf(result.Iteration).Name(),
		Cell: cell, Worker: result.Worker, HostKey: result.Host.Key, Failure: failure})
}

// keepOutput returns the shared copy of the text, or "" if there is no room left
// for a new one.
func (b *builder) keepOutput(text string) string {
	kept, ok := b.outputs[text]
	if !ok && len(text) > b.room {
		b.omitted++
	} else if !ok {
		b.room -= len(text)
		b.outputs[text], kept = text, text
	}
	return kept
}
