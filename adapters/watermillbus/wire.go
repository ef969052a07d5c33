package watermillbus

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// wireCommand is an ExecuteBenchmark as JSON; docs/messages.md says what the fields
// mean.
type wireCommand struct {
	Schema           string          `json:"schema"`
	RunID            domain.RunID    `json:"run_id"`
	Iteration        int             `json:"iteration"`
	Of               int             `json:"of"`
	Entry            json.RawMessage `json:"entry"`
	Samples          int             `json:"samples"`
	Seed             int64           `json:"seed"`
	TargetBatch      time.Duration   `json:"target_batch_ns"`
	SampleTimeout    time.Duration   `json:"sample_timeout_ns"`
	IterationTimeout time.Duration   `json:"iteration_timeout_ns"`
	ReplyTo          string          `json:"reply_to"`
	Attempt          int             `json:"attempt"`
	Lost             int             `json:"redeliveries,omitempty"`
	HostFailures     int             `json:"host_failures,omitempty"`
	WaitingSince     time.Time       `json:"waiting_since,omitzero"`
	Deadline         time.Time       `json:"deadline,omitzero"`
}

func wireCommandOf(c domain.ExecuteBenchmark, entry json.RawMessage) wireCommand {
	return wireCommand{
		c.Schema, c.RunID, c.Iteration, c.Of, entry, c.Samples, c.Seed, c.TargetBatch, c.SampleTimeout, c.IterationTimeout,
		c.ReplyTo, c.Attempt, c.Redeliveries, c.HostFailures, c.WaitingSince, c.Deadline,
	}
}

// command is all but the entry.
func (w wireCommand) command() domain.ExecuteBenchmark {
	return domain.ExecuteBenchmark{
		Schema: w.Schema, RunID: w.RunID, Iteration: w.Iteration, Of: w.Of, Samples: w.Samples, Seed: w.Seed,
		TargetBatch: w.TargetBatch, SampleTimeout: w.SampleTimeout, IterationTimeout: w.IterationTimeout,
		ReplyTo: w.ReplyTo, Attempt: w.Attempt, Redeliveries: w.Lost, HostFailures: w.HostFailures,
		WaitingSince: w.WaitingSince, Deadline: w.Deadline,
	}
}

// wireEntry has each definition once; the variants point at them.
type wireEntry struct {
	Benchmarks []*domain.Benchmark `json:"benchmarks"`
	Variants   []wireVariant       `json:"variants"`
}

type wireVariant struct {
	// Benchmark is an index of the benchmarks, from 0.
	Benchmark int                `json:"benchmark"`
	Runtime   domain.RuntimeName `json:"runtime"`
	Settings  pairs              `json:"settings,omitempty"`
	Source    string             `json:"source,omitempty"`
}

// pairs are names and values, each name once, as an object.
type pairs map[string]string

func pairsOf[S ~[]domain.Setting](settings S) pairs {
	var p pairs
	for _, s := range settings {
		if p == nil {
			p = pairs{}
		}
		p[s.Name] = s.Value
	}
	return p
}

// sorted are the settings; nil where there are none.
func (p pairs) sorted() (settings []domain.Setting) {
	for _, name := range slices.Sorted(maps.Keys(p)) {
		settings = append(settings, domain.Setting{Name: name, Value: p[name]})
	}
	return settings
}

func wireEntryOf(e domain.Entry) wireEntry {
	w := wireEntry{Benchmarks: e.Benchmarks()}
	for _, v := range e.Variants {
		w.Variants = append(w.Variants, wireVariant{slices.Index(w.Benchmarks, v.Benchmark), v.Runtime, pairsOf(v.Settings), v.Source})
	}
	return w
}

func (w wireEntry) entry() (domain.Entry, error) {
	var e domain.Entry
	if len(w.Variants) > domain.MaxVariants {
		return e, domain.Fail(domain.ClassUnreadable, "there are %d variants; at most %d are allowed", len(w.Variants), domain.MaxVariants)
	}
	for _, v := range w.Variants {
		if v.Benchmark < 0 || v.Benchmark >= len(w.Benchmarks) || w.Benchmarks[v.Benchmark] == nil {
			return e, domain.Fail(domain.ClassUnreadable, "a variant is of benchmark %d; the message has %d", v.Benchmark, len(w.Benchmarks))
		}
		e.Variants = append(e.Variants, domain.Variant{
			Benchmark: w.Benchmarks[v.Benchmark], Runtime: v.Runtime, Settings: v.Settings.sorted(), Source: v.Source,
		})
	}
	return e, nil
}

// wireResult is an IterationExecuted as JSON.
type wireResult struct {
	domain.IterationExecuted
	Environments []pairs `json:"environments,omitempty"` // by variant
}

func wireResultOf(r domain.IterationExecuted) wireResult {
	w := wireResult{IterationExecuted: r}
	for _, e := range r.Environments {
		w.Environments = append(w.Environments, pairsOf(e))
	}
	return w
}

func (w wireResult) result() domain.IterationExecuted {
	r := w.IterationExecuted
	for _, e := range w.Environments {
		r.Environments = append(r.Environments, e.sorted())
	}
	return r
}

// wireResults are results of one run that travel together. A worker gathers what it
// has while the message before is on its way; each result counts for itself.
type wireResults struct {
	Schema  string            `json:"schema"`
	Results []json.RawMessage `json:"results"`
}
