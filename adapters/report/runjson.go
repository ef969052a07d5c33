package report

import (
	"time"

	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// jsonRun describes the run: its status, and the settings of its plan that the
// figures depend on.
type jsonRun struct {
	jsonStatus
	PartlyFailed      int   `json:"partly_failed"`
	Iterations        int   `json:"iterations_per_entry"`
	Samples           int   `json:"samples_per_iteration"`
	Seed              int64 `json:"seed"`
	TargetBatch       int64 `json:"target_batch_ns"`
	CountInstructions bool  `json:"count_instructions,omitempty"`
}

// jsonStatus is the status of the run. It omits times that have not come.
type jsonStatus struct {
	ID       domain.RunID `json:"id"`
	State    domain.State `json:"state"`
	Created  time.Time    `json:"created_at"`
	Started  time.Time    `json:"started_at,omitzero"`
	Finished time.Time    `json:"finished_at,omitzero"`
	Updated  time.Time    `json:"updated_at,omitzero"`
	jsonCounts
	Benchmarks []string             `json:"benchmarks"`
	Runtimes   []domain.RuntimeName `json:"runtimes"`
}

// jsonCounts accounts for every iteration of the run.
type jsonCounts struct {
	Planned     int `json:"planned"`
	Done        int `json:"done"`
	Failed      int `json:"failed"`
	Cancelled   int `json:"cancelled"`
	Outstanding int `json:"outstanding"`
	Duplicates  int `json:"duplicates"`
}

func runJSON(r *stats.Report) jsonRun {
	plan := &r.Run.Plan
	return jsonRun{statusJSON(r.Run.RunStatus), r.PartlyFailed, plan.Iterations, plan.Samples, plan.Seed, int64(plan.TargetBatch), plan.CountInstructions}
}

func statusJSON(s domain.RunStatus) jsonStatus {
	return jsonStatus{s.ID, s.State, s.Created, s.Started, s.Finished, s.Updated, jsonCounts(s.Counts), s.Benchmarks, s.Runtimes}
}
