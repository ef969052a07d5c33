package main

import (
	"time"

	"github.com/benchbus/benchbus/domain"
)

// printedQueue is the JSON of the status of a queue.
type printedQueue struct {
	Name      string           `json:"name"`
	Kind      domain.QueueKind `json:"kind"`
	RunID     domain.RunID     `json:"run_id,omitempty"`
	Ready     int              `json:"ready"`
	Consumers int              `json:"consumers"`
}

func printQueue(q domain.Queue) printedQueue { return printedQueue(q) }

// printedFailed is the JSON of a message of the failed queue. The payload is in Base64.
type printedFailed struct {
	ID        string       `json:"id"`
	Schema    string       `json:"schema,omitempty"`
	RunID     domain.RunID `json:"run_id,omitempty"`
	Iteration int          `json:"iteration,omitempty"`
	printedFailure
	Worker  string    `json:"worker"`
	At      time.Time `json:"at"`
	Payload []byte    `json:"payload"`
}

// printedFailure is the part of printedFailed that says why the message failed.
type printedFailure struct {
	Class    domain.FailureClass `json:"class"`
	Message  string              `json:"message"`
	Output   string              `json:"output,omitempty"`
	Attempts int                 `json:"attempts"`
}

func printFailed(m domain.FailedMessage) printedFailed {
	return printedFailed{
		ID: m.ID, Schema: m.Schema, RunID: m.RunID, Iteration: m.Iteration, printedFailure: printedFailure(m.Failure),
		Worker: m.Worker, At: m.At, Payload: m.Payload,
	}
}
