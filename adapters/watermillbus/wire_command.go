package watermillbus

import (
	"encoding/json"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// wireCommand is an ExecuteBenchmark as JSON; docs/messages.md says what the fields
// mean. The entry is encoded by itself, because many commands share it.
type wireCommand struct {
	Schema            string          `json:"schema"`
	RunID             domain.RunID    `json:"run_id"`
	Iteration         int             `json:"iteration"`
	Of                int             `json:"of"`
	Entry             json.RawMessage `json:"entry"`
	Samples           int             `json:"samples"`
	Seed              int64           `json:"seed"`
	TargetBatch       time.Duration   `json:"target_batch_ns"`
	SampleTimeout     time.Duration   `json:"sample_timeout_ns"`
	IterationTimeout  time.Duration   `json:"iteration_timeout_ns"`
	CountInstructions bool            `json:"count_instructions,omitempty"`
	ReplyTo           string          `json:"reply_to"`
	Attempt           int             `json:"attempt"`
	Redeliveries      int             `json:"redeliveries,omitempty"`
	HostFailures      int             `json:"host_failures,omitempty"`
	WaitingSince      time.Time       `json:"waiting_since,omitzero"`
	Deadline          time.Time       `json:"deadline,omitzero"`
}

func wireCommandOf(c domain.ExecuteBenchmark, entry json.RawMessage) wireCommand {
	return wireCommand{
		c.Schema, c.RunID, c.Iteration, c.Of, entry, c.Samples, c.Seed, c.TargetBatch, c.SampleTimeout, c.IterationTimeout,
		c.CountInstructions, c.ReplyTo, c.Attempt, c.Redeliveries, c.HostFailures, c.WaitingSince, c.Deadline,
	}
}

// command returns the command without its entry, which is still encoded.
func (w wireCommand) command() domain.ExecuteBenchmark {
	return domain.ExecuteBenchmark{
		Schema: w.Schema, RunID: w.RunID, Iteration: w.Iteration, Of: w.Of, Samples: w.Samples, Seed: w.Seed,
		TargetBatch: w.TargetBatch, SampleTimeout: w.SampleTimeout, IterationTimeout: w.IterationTimeout,
		CountInstructions: w.CountInstructions, ReplyTo: w.ReplyTo, Attempt: w.Attempt, Redeliveries: w.Redeliveries, HostFailures: w.HostFailures,
		WaitingSince: w.WaitingSince, Deadline: w.Deadline,
	}
}
