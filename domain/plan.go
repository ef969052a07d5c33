package domain

import (
	"errors"
	"fmt"
	"time"
)

// Limits of a plan.
const (
	MaxIterations = 10_000_000 // of a whole run
	MaxSamples    = 1000       // of one variant in one iteration
	// maxResultSamples keeps a result, with notices in every sample, within what a
	// bus reads.
	maxResultSamples = 6000
	// DefaultTargetBatch is long beside the clock's step, and short beside a process:
	// more processes say more than longer batches.
	DefaultTargetBatch = 20 * time.Millisecond
	// maxTargetBatch bounds how long a batch should last.
	maxTargetBatch = time.Minute
	// MaxIterationTime keeps an iteration well below the half hour after
	// which a broker takes a message away from a worker that still holds it.
	MaxIterationTime = 25 * time.Minute
)

// Plan says what a run executes. It is small whatever the number of iterations:
// each message is computed from its number.
type Plan struct {
	// Entries are what is compared; at least one. Required.
	Entries []Entry
	// Iterations is how many iterations each entry gets; Iterations ×
	// len(Entries) is at most MaxIterations. Defaults to 10.
	Iterations int
	// Samples is how many fresh processes each variant gets in one iteration,
	// from 1 to MaxSamples. Defaults to 3.
	Samples int
	// Seed decides the order of the samples; equal seeds give equal orders,
	// 0 included. Defaults to 0.
	Seed int64
	// TargetBatch is how long a batch should last where a benchmark leaves
	// its revolutions open. Defaults to DefaultTargetBatch, 20 ms.
	TargetBatch time.Duration
	// SampleTimeout bounds one process. Defaults to 60 s.
	SampleTimeout time.Duration
	// IterationTimeout bounds a whole iteration, up to MaxIterationTime.
	// Defaults to SampleTimeout for every process of the largest entry, those that
	// calibrate, count, or run once an iteration included, but at most MaxIterationTime.
	IterationTimeout time.Duration
	// CountInstructions asks for the instructions of each variant beside its times;
	// see [InstructionCounter]. It takes a process more for each sample that is
	// counted, many times slower than a timed one. Defaults to false.
	CountInstructions bool
	// Deadline is when iterations that have not begun are given up; zero
	// means never. Defaults to never.
	Deadline time.Time
}

// WithDefaults returns the plan with its defaults filled in.
func (p Plan) WithDefaults() Plan {
	if p.Iterations == 0 {
		p.Iterations = 10
	}
	if p.Samples == 0 {
		p.Samples = 3
	}
	if p.TargetBatch == 0 {
		p.TargetBatch = DefaultTargetBatch
	}
	if p.SampleTimeout == 0 {
		p.SampleTimeout = time.Minute
	}
	if p.IterationTimeout == 0 {
		most := 0
		for _, e := range p.Entries {
			most = max(most, p.processes(e))
		}
		processes := time.Duration(most)
		p.IterationTimeout = MaxIterationTime
		if processes > 0 && p.SampleTimeout < MaxIterationTime/processes {
			p.IterationTimeout = processes * p.SampleTimeout
		}
	}
	return p
}

// processes is how many processes an iteration of the entry has at most: samples, one to
// calibrate each variant, those that count, and those that run once an iteration.
func (p Plan) processes(e Entry) int {
	each := p.Samples + 1
	if p.CountInstructions {
		each += p.Samples
	}
	n := len(e.Variants) * each
	for _, v := range e.Variants {
		if v.Benchmark != nil {
			n += min(1, len(v.Benchmark.BeforeIteration)) + min(1, len(v.Benchmark.AfterIteration))
		}
	}
	return n
}

// Validate reports everything that is wrong with the plan. It expects the
// defaults to be filled in.
func (p Plan) Validate() error {
	var problems []error
	add := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if len(p.Entries) == 0 {
		add("the plan has no benchmark: name at least one")
	}
	if limit := MaxIterations / max(1, len(p.Entries)); p.Iterations < 1 || p.Iterations > limit {
		add("iterations: %d is outside 1 to %d", p.Iterations, limit)
	}
	if p.Samples < 1 || p.Samples > MaxSamples {
		add("samples: %d is outside 1 to %d", p.Samples, MaxSamples)
	}
	if p.Seed < 0 || p.Seed > seedBits {
		add("seed: %d is outside 0 to %d", p.Seed, int64(seedBits))
	}
	if p.TargetBatch <= 0 || p.TargetBatch > maxTargetBatch {
		add("target batch time: %v is outside 1 ns to 1 m", p.TargetBatch)
	}
	if p.SampleTimeout <= 0 || p.SampleTimeout > MaxIterationTime {
		add("timeout: %v is outside 1 ns to %v", p.SampleTimeout, MaxIterationTime)
	}
	if p.IterationTimeout <= 0 || p.IterationTimeout > MaxIterationTime {
		add("iteration timeout: %v is outside 1 ns to %v", p.IterationTimeout, MaxIterationTime)
	}
	if !p.Deadline.IsZero() && (p.Deadline.Year() < 2000 || p.Deadline.Year() > 2200) {
		add("deadline: the year %d is outside 2000 to 2200", p.Deadline.Year())
	}
	for i, e := range p.Entries {
		for _, problem := range e.problems() {
			add("entry %d: %w", i+1, problem)
		}
		if n := len(e.Variants); n*p.Samples > maxResultSamples {
			add("entry %d: %d variants × %d samples are more than %d: lower the samples, or compare less at once", i+1, n, p.Samples, maxResultSamples)
		}
		// Each variant may hang once.
		if n := len(e.Variants); n > 0 && p.SampleTimeout > MaxIterationTime/time.Duration(n) {
			add("entry %d: %d variants × a timeout of %v are longer than an iteration may last, which is %v: "+
				"lower the timeout, or compare less at once", i+1, n, p.SampleTimeout, MaxIterationTime)
		}
		if least := time.Duration(len(e.Variants)*max(p.Samples, 0)) * max(p.TargetBatch, 0); p.TargetBatch <= maxTargetBatch && p.Samples <= MaxSamples && least >= MaxIterationTime {
			add("entry %d: %d variants × %d samples × a batch of %v take longer than an iteration may, which is %v: "+
				"lower the samples or the batch time, or compare less at once", i+1, len(e.Variants), p.Samples, p.TargetBatch, MaxIterationTime)
		}
	}
	return errors.Join(problems...)
}

// Total is the number of iterations of the whole run.
func (p Plan) Total() int { return p.Iterations * len(p.Entries) }

// EntryOf returns what iteration n, from 1 to Total, executes. Neighbouring
// iterations take the entries in turn, so that drift of the machine falls on all
// alike.
func (p Plan) EntryOf(n int) Entry { return p.Entries[(n-1)%len(p.Entries)] }

// Message returns iteration n, from 1 to Total, of the run as a message.
func (p Plan) Message(run RunID, n int, replyTo string) ExecuteBenchmark {
	return ExecuteBenchmark{
		Schema: SchemaExecute, RunID: run, Iteration: n, Of: p.Total(), Entry: p.EntryOf(n),
		Samples: p.Samples, Seed: deriveSeed(p.Seed, n), TargetBatch: p.TargetBatch,
		CountInstructions: p.CountInstructions, SampleTimeout: p.SampleTimeout, IterationTimeout: p.IterationTimeout,
		ReplyTo: replyTo, Attempt: 1, Deadline: p.Deadline,
	}
}

// benchmarks are the slugs of what is compared, each once.
func (p Plan) benchmarks() []string {
	return distinct(p.variants(), func(v Variant) string { return v.Benchmark.Slug })
}

func (p Plan) runtimes() []RuntimeName {
	return distinct(p.variants(), func(v Variant) RuntimeName { return v.Runtime })
}

func (p Plan) variants() (all []Variant) {
	for _, e := range p.Entries {
		all = append(all, e.Variants...)
	}
	return all
}
