package main

import (
	"time"

	"github.com/benchbus/benchbus/domain"
)

// bareCommand encodes to the same bytes as the bus's message for a no-op iteration. It
// lacks the fields that are empty in that message.
type bareCommand struct {
	Schema           string        `json:"schema"`
	RunID            domain.RunID  `json:"run_id"`
	Iteration        int           `json:"iteration"`
	Of               int           `json:"of"`
	Entry            bareEntry     `json:"entry"`
	Samples          int           `json:"samples"`
	Seed             int64         `json:"seed"`
	TargetBatch      time.Duration `json:"target_batch_ns"`
	SampleTimeout    time.Duration `json:"sample_timeout_ns"`
	IterationTimeout time.Duration `json:"iteration_timeout_ns"`
	ReplyTo          string        `json:"reply_to"`
	Attempt          int           `json:"attempt"`
}

type bareEntry struct {
	Benchmarks []bareBenchmark `json:"benchmarks"`
	Variants   []bareVariant   `json:"variants"`
}

type bareBenchmark struct {
	Slug     string               `json:"slug"`
	Name     string               `json:"name"`
	Category string               `json:"category"`
	Runtimes []domain.RuntimeName `json:"runtimes"`
	Code     string               `json:"code"`
}

type bareVariant struct {
	Benchmark int                `json:"benchmark"`
	Runtime   domain.RuntimeName `json:"runtime"`
}

// bareCommandOf converts commands with entries of the no-op benchmark only.
func bareCommandOf(m domain.ExecuteBenchmark) bareCommand {
	b := m.Entry.Variants[0].Benchmark
	entry := bareEntry{Benchmarks: []bareBenchmark{{b.Slug, b.Name, b.Category, b.Runtimes, b.Code}}}
	for _, v := range m.Entry.Variants {
		entry.Variants = append(entry.Variants, bareVariant{0, v.Runtime})
	}
	return bareCommand{
		m.Schema, m.RunID, m.Iteration, m.Of, entry, m.Samples, m.Seed, m.TargetBatch, m.SampleTimeout, m.IterationTimeout, m.ReplyTo, m.Attempt,
	}
}

// bareResult encodes to the same bytes as the bus's message for the result of a no-op
// iteration.
type bareResult struct {
	Schema    string        `json:"schema"`
	RunID     domain.RunID  `json:"run_id"`
	Iteration int           `json:"iteration"`
	Entry     string        `json:"entry"`
	Attempt   int           `json:"attempt"`
	Worker    string        `json:"worker"`
	Host      bareHost      `json:"host"`
	Load      bareLoad      `json:"load"`
	Started   time.Time     `json:"started_at"`
	Took      time.Duration `json:"took_ns"`
	Samples   []bareSample  `json:"samples"`
}

type bareHost struct {
	Key   string `json:"key"`
	Name  string `json:"name"`
	OS    string `json:"os"`
	Arch  string `json:"arch"`
	Cores int    `json:"cores"`
}

type bareLoad struct {
	Load1 float64 `json:"load1"`
	Steal float64 `json:"steal"`
}

type bareSample struct {
	Variant     int           `json:"variant"`
	Position    int           `json:"position"`
	Revolutions int           `json:"revolutions"`
	Warmup      int           `json:"warmup"`
	Batch       time.Duration `json:"batch_ns"`
}

// bareResultOf returns the result of the command. It does not say which worker measured
// it.
func bareResultOf(cmd bareCommand, m domain.Measurement) bareResult {
	r := bareResult{Schema: domain.SchemaExecuted, RunID: cmd.RunID, Iteration: cmd.Iteration}
	for _, s := range m.Samples {
		r.Samples = append(r.Samples, bareSample{s.Variant, s.Position, s.Revolutions, s.Warmup, s.Batch})
	}
	return r
}
