package main

import (
	"time"

	"github.com/benchbus/benchbus/domain"
)

// printedQueue is how a queue stands.
type printedQueue struct {
	Name      string           `json:"name"`
	Kind      domain.QueueKind `json:"kind"`
	RunID     domain.RunID     `json:"run_id,omitempty"`
	Ready     int              `json:"ready"`
	Consumers int              `json:"consumers"`
}

func printQueue(q domain.Queue) printedQueue { return printedQueue(q) }

// printedFailed is a message of the failed queue; its payload is in Base64.
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

// printedFailure is why it failed.
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
