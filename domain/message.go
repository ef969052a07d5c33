package domain

import (
	"strconv"
	"time"
)

// Names of the messages. A change that an old reader would misread gets a new
// number; a field that an old reader may ignore does not.
const (
	SchemaExecute  = "benchmark.execute.v1"
	SchemaExecuted = "benchmark.executed.v1"
	// SchemaExecutedBatch is several results in one message.
	SchemaExecutedBatch = "benchmark.executed.batch.v1"
)

// Limits of what a broker keeps beside a message, in bytes.
const (
	// MaxAddress is AMQP's limit of a queue's name and of a message's id.
	MaxAddress = 255
	// MaxRunID leaves room for any iteration's number in a message's id.
	MaxRunID = MaxAddress - len("/9223372036854775807")
)

// ExecuteBenchmark is the command to execute one iteration. It holds all that a
// worker needs. Durations are nanoseconds in JSON, times RFC 3339.
type ExecuteBenchmark struct {
	Schema    string `json:"schema"`
	RunID     RunID  `json:"run_id"`
	Iteration int    `json:"iteration"` // from 1
	Of        int    `json:"of"`        // iterations of the whole run
	// Benchmark is a snapshot of the definition; shared, read only.
	Benchmark *Benchmark `json:"benchmark"`
	// Runtimes are those of this run, a part of the benchmark's.
	Runtimes         []RuntimeName `json:"runtimes"`
	Samples          int           `json:"samples"`
	Seed             int64         `json:"seed"`
	TargetBatch      time.Duration `json:"target_batch_ns"`
	SampleTimeout    time.Duration `json:"sample_timeout_ns"`
	IterationTimeout time.Duration `json:"iteration_timeout_ns"`
	// ReplyTo is the address of the run's reply queue.
	ReplyTo string `json:"reply_to"`
	// Attempt counts the tries, from 1.
	Attempt int `json:"attempt"`
	// Lost is how many of the attempts before ended without an answer: the
	// worker died or lost its connection. After two, an iteration may well
	// have been why, and workers execute it alone.
	Lost int `json:"lost,omitempty"`
	// Deadline is when the iteration is no longer wanted; zero means never.
	Deadline time.Time `json:"deadline,omitzero"`
}

// MessageID is the id of an iteration's message, the same on every retry.
func MessageID(run RunID, iteration int) string { return string(run) + "/" + strconv.Itoa(iteration) }

// MessageID is the message's id.
func (m ExecuteBenchmark) MessageID() string { return MessageID(m.RunID, m.Iteration) }

// Check tells whether the message can be acted on. The error has class
// ClassUnreadable.
func (m ExecuteBenchmark) Check() error {
	switch {
	case m.Schema != SchemaExecute:
		return Fail(ClassUnreadable, "schema %q is not %q", m.Schema, SchemaExecute)
	case m.RunID == "":
		return Fail(ClassUnreadable, "run_id is missing")
	case len(m.RunID) > MaxRunID:
		return Fail(ClassUnreadable, "run_id is %d bytes long; at most %d are allowed", len(m.RunID), MaxRunID)
	case m.Iteration < 1 || m.Iteration > m.Of:
		return Fail(ClassUnreadable, "iteration %d is outside 1 to %d", m.Iteration, m.Of)
	case m.Benchmark == nil:
		return Fail(ClassUnreadable, "benchmark is missing")
	case len(m.Runtimes) == 0:
		return Fail(ClassUnreadable, "runtimes is missing")
	case m.Samples < 1 || m.Samples > MaxSamples:
		return Fail(ClassUnreadable, "samples %d is outside 1 to %d", m.Samples, MaxSamples)
	case m.TargetBatch <= 0 || m.SampleTimeout <= 0 || m.IterationTimeout <= 0:
		return Fail(ClassUnreadable, "target_batch_ns, sample_timeout_ns and iteration_timeout_ns must be above 0")
	case m.ReplyTo == "":
		return Fail(ClassUnreadable, "reply_to is missing")
	case len(m.ReplyTo) > MaxAddress:
		return Fail(ClassUnreadable, "reply_to is %d bytes long; at most %d are allowed", len(m.ReplyTo), MaxAddress)
	case m.Lost < 0:
		return Fail(ClassUnreadable, "lost %d is negative", m.Lost)
	case m.Attempt < 1:
		return Fail(ClassUnreadable, "attempt %d is below 1", m.Attempt)
	}
	if problems := m.Benchmark.Problems(); len(problems) > 0 {
		return Fail(ClassUnreadable, "benchmark.%w", problems[0])
	}
	return nil
}

// IterationExecuted answers one ExecuteBenchmark: either samples or a failure.
type IterationExecuted struct {
	Schema    string `json:"schema"`
	RunID     RunID  `json:"run_id"`
	Iteration int    `json:"iteration"`
	// Benchmark is the slug, for readers; the plan decides.
	Benchmark string `json:"benchmark"`
	// Attempt is the try that this is the answer to, from 1.
	Attempt int `json:"attempt"`
	// Worker is the name of the worker that executed it.
	Worker string `json:"worker"`
	// Host is the machine of the worker, Load how busy it was meanwhile.
	Host Host `json:"host"`
	Load Load `json:"load"`
	// Started is when the worker began, Took how long all of it lasted.
	Started time.Time     `json:"started_at"`
	Took    time.Duration `json:"took_ns"`
	// Samples are in the order in which they ran; none where Failure is set.
	Samples []Sample `json:"samples,omitempty"`
	// Failure is why there are no samples; nil where there are.
	Failure *Failure `json:"failure,omitempty"`
}

// Check tells whether the answer can be counted. The error has class
// ClassUnreadable.
func (m IterationExecuted) Check() error {
	switch {
	case m.Schema != SchemaExecuted:
		return Fail(ClassUnreadable, "schema %q is not %q", m.Schema, SchemaExecuted)
	case m.RunID == "":
		return Fail(ClassUnreadable, "run_id is missing")
	case len(m.RunID) > MaxRunID:
		return Fail(ClassUnreadable, "run_id is %d bytes long; at most %d are allowed", len(m.RunID), MaxRunID)
	case m.Iteration < 1:
		return Fail(ClassUnreadable, "iteration %d is below 1", m.Iteration)
	case (m.Failure == nil) == (len(m.Samples) == 0):
		return Fail(ClassUnreadable, "there must be either samples or a failure")
	}
	return nil
}

// IterationsExecuted are results of one run that travel together. A worker
// gathers what it has while the message before is on its way; each result counts
// for itself.
type IterationsExecuted struct {
	Schema  string              `json:"schema"`
	Results []IterationExecuted `json:"results"`
}
