package watermillbus

import (
	"time"

	"github.com/benchbus/benchbus/domain"
)

// wireResult is an IterationExecuted as JSON; docs/messages.md says what the fields
// mean.
type wireResult struct {
	Schema          string               `json:"schema"`
	RunID           domain.RunID         `json:"run_id"`
	Iteration       int                  `json:"iteration"`
	Entry           string               `json:"entry"`
	Attempt         int                  `json:"attempt"`
	Worker          string               `json:"worker"`
	Host            wireHost             `json:"host"`
	Load            wireLoad             `json:"load"`
	Started         time.Time            `json:"started_at"`
	Took            time.Duration        `json:"took_ns"`
	Samples         []wireSample         `json:"samples,omitempty"`
	VariantFailures []wireVariantFailure `json:"variant_failures,omitempty"`
	Failure         *wireFailure         `json:"failure,omitempty"`
	Environments    []pairs              `json:"environments,omitempty"` // by variant
}

func wireResultOf(r domain.IterationExecuted) wireResult {
	return wireResult{
		r.Schema, r.RunID, r.Iteration, r.Entry, r.Attempt, r.Worker, wireHost(r.Host), wireLoad(r.Load), r.Started, r.Took,
		convertEach(r.Samples, wireSampleOf), convertEach(r.VariantFailures, wireVariantFailureOf), (*wireFailure)(r.Failure),
		convertEach(r.Environments, pairsOf[domain.Environment]),
	}
}

func (w wireResult) result() domain.IterationExecuted {
	return domain.IterationExecuted{
		Schema: w.Schema, RunID: w.RunID, Iteration: w.Iteration, Entry: w.Entry, Attempt: w.Attempt, Worker: w.Worker,
		Host: domain.Host(w.Host), Load: domain.Load(w.Load), Started: w.Started, Took: w.Took,
		Samples: convertEach(w.Samples, wireSample.sample), VariantFailures: convertEach(w.VariantFailures, wireVariantFailure.failure),
		Environments: convertEach(w.Environments, func(p pairs) domain.Environment { return p.sorted() }),
		Failure:      (*domain.Failure)(w.Failure),
	}
}
