package watermillbus

import (
	"time"

	"github.com/benchbus/benchbus/domain"
)

// wireHeartbeat is a WorkerHeartbeat as JSON; docs/messages.md says what the fields
// mean.
type wireHeartbeat struct {
	Schema             string               `json:"schema"`
	At                 time.Time            `json:"at"`
	Worker             string               `json:"worker"`
	Host               wireHost             `json:"host"`
	Started            time.Time            `json:"started_at"`
	Interval           time.Duration        `json:"interval_ns"`
	Stopping           bool                 `json:"stopping"`
	Stopped            bool                 `json:"stopped"`
	Queue              string               `json:"queue,omitempty"`
	Slots              int                  `json:"slots"`
	Runtimes           []domain.RuntimeName `json:"runtimes"`
	CountsInstructions bool                 `json:"counts_instructions,omitempty"`
	Accepts            []string             `json:"accepts"`
	Running            []wireRunning        `json:"running"`
	Executed           int64                `json:"executed"`
	Errors             int64                `json:"errors"`
	GivenUp            int64                `json:"given_up"`
	Trouble            string               `json:"trouble,omitempty"`
	PerSecond          float64              `json:"per_second"`
}

// wireRunning has the fields of a [domain.RunningIteration], and converts to one.
type wireRunning struct {
	RunID     domain.RunID `json:"run_id"`
	Iteration int          `json:"iteration"`
	Entry     string       `json:"entry"`
	Attempt   int          `json:"attempt"`
	Since     time.Time    `json:"since"`
}

func wireHeartbeatOf(e domain.WorkerHeartbeat) wireHeartbeat {
	return wireHeartbeat{
		e.Schema, e.At, e.Worker, wireHost(e.Host), e.Started, e.Interval, e.Stopping, e.Stopped, e.Queue, e.Slots, e.Runtimes, e.CountsInstructions, e.Accepts,
		convertEach(e.Running, func(r domain.RunningIteration) wireRunning { return wireRunning(r) }),
		e.Executed, e.Errors, e.GivenUp, e.Trouble, e.PerSecond,
	}
}

func (w wireHeartbeat) event() domain.Event {
	return domain.WorkerHeartbeat{
		Schema: w.Schema, At: w.At, Worker: w.Worker, Host: domain.Host(w.Host), Started: w.Started, Interval: w.Interval,
		Stopping: w.Stopping, Stopped: w.Stopped, Queue: w.Queue, Slots: w.Slots, Runtimes: w.Runtimes, CountsInstructions: w.CountsInstructions, Accepts: w.Accepts,
		Running:  convertEach(w.Running, func(r wireRunning) domain.RunningIteration { return domain.RunningIteration(r) }),
		Executed: w.Executed, Errors: w.Errors, GivenUp: w.GivenUp, Trouble: w.Trouble, PerSecond: w.PerSecond,
	}
}
