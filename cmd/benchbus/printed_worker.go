package main

import (
	"time"

	"github.com/benchbus/benchbus/domain"
)

// printedWorker is what a worker tells of itself. Durations are nanoseconds.
type printedWorker struct {
	Schema             string               `json:"schema"`
	At                 time.Time            `json:"at"`
	Worker             string               `json:"worker"`
	Host               printedHost          `json:"host"`
	Started            time.Time            `json:"started_at"`
	Interval           time.Duration        `json:"interval_ns"`
	Stopping           bool                 `json:"stopping"`
	Stopped            bool                 `json:"stopped"`
	Queue              string               `json:"queue,omitempty"`
	Slots              int                  `json:"slots"`
	Runtimes           []domain.RuntimeName `json:"runtimes"`
	CountsInstructions bool                 `json:"counts_instructions"`
	Accepts            []string             `json:"accepts"`
	Running            []printedIteration   `json:"running"`
	Executed           int64                `json:"executed"`
	Errors             int64                `json:"errors"`
	GivenUp            int64                `json:"given_up"`
	Trouble            string               `json:"trouble,omitempty"`
	PerSecond          float64              `json:"per_second"`
}

func printWorker(w domain.WorkerHeartbeat) printedWorker {
	return printedWorker{
		Schema: w.Schema, At: w.At, Worker: w.Worker, Host: printedHost(w.Host), Started: w.Started, Interval: w.Interval,
		Stopping: w.Stopping, Stopped: w.Stopped, Queue: w.Queue, Slots: w.Slots, Runtimes: w.Runtimes, CountsInstructions: w.CountsInstructions, Accepts: w.Accepts,
		Running: printAll(w.Running, printIteration), Executed: w.Executed, Errors: w.Errors, GivenUp: w.GivenUp,
		Trouble: w.Trouble, PerSecond: w.PerSecond,
	}
}

// printedHost is the machine of a worker.
type printedHost struct {
	Key            string `json:"key"`
	Name           string `json:"name"`
	OS             string `json:"os"`
	Arch           string `json:"arch"`
	Kernel         string `json:"kernel,omitempty"`
	CPUModel       string `json:"cpu_model,omitempty"`
	Cores          int    `json:"cores"`
	MemoryGiB      int    `json:"memory_gib,omitempty"`
	Virtualisation string `json:"virtualisation,omitempty"`
}

// printedIteration is what a worker has in hand.
type printedIteration struct {
	RunID     domain.RunID `json:"run_id"`
	Iteration int          `json:"iteration"`
	Entry     string       `json:"entry"`
	Attempt   int          `json:"attempt"`
	Since     time.Time    `json:"since"`
}

func printIteration(r domain.RunningIteration) printedIteration { return printedIteration(r) }
