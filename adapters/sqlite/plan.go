package sqlite

import (
	"time"

	"github.com/benchbus/benchbus/domain"
)

// storedPlan is a plan as plan_json holds it.
type storedPlan struct {
	// Entries have a table of their own.
	Entries           []domain.Entry `json:"-"`
	Iterations        int            `json:"iterations"`
	Samples           int            `json:"samples"`
	Seed              int64          `json:"seed"`
	TargetBatch       time.Duration  `json:"target_batch_ns"`
	SampleTimeout     time.Duration  `json:"sample_timeout_ns"`
	IterationTimeout  time.Duration  `json:"iteration_timeout_ns"`
	CountInstructions bool           `json:"count_instructions,omitempty"`
	Deadline          time.Time      `json:"deadline,omitzero"`
}

func encodePlan(p domain.Plan) (string, error) { return encode(storedPlan(p)) }

// decodePlan reads a plan, which has no entries yet.
func decodePlan(text string) (domain.Plan, error) {
	p, err := decode[storedPlan](text)
	return domain.Plan(p), err
}
