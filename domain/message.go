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
// worker needs.
type ExecuteBenchmark struct {
	Schema    string
	RunID     RunID
	Iteration int // from 1
	Of        int // iterations of the whole run
	// Entry is what to compare, with snapshots of the definitions; shared, read only.
	Entry            Entry
	Samples          int
	Seed             int64
	TargetBatch      time.Duration
	SampleTimeout    time.Duration
	IterationTimeout time.Duration
	// CountInstructions asks for instructions beside the times.
	CountInstructions bool
	// ReplyTo is the address of the run's reply queue.
	ReplyTo string
	// Attempt counts the tries, from 1.
	Attempt int
	// Redeliveries is how many of the attempts before ended without an answer: the
	// worker died or lost its connection. After two, an iteration may well
	// have been why, and workers execute it alone.
	Redeliveries int
	// HostFailures is how often a worker gave the iteration back because its host
	// could not execute it: at the cost of no attempt, up to a number.
	HostFailures int
	// WaitingSince is when a worker first gave the iteration back for lack of a
	// runtime; zero where none did.
	WaitingSince time.Time
	// Deadline is when the iteration is no longer wanted; zero means never.
	Deadline time.Time
	// LastAttempt says that no retry will follow. It is the bus's that delivers the
	// message, and not in it.
	LastAttempt bool
}

// MessageID is the id of an iteration's message, the same on every retry.
func MessageID(run RunID, iteration int) string { return string(run) + "/" + strconv.Itoa(iteration) }

// MessageID is the message's id.
func (m ExecuteBenchmark) MessageID() string { return MessageID(m.RunID, m.Iteration) }

// Work is the part of the message that concerns an executor; it is granted no
// core yet.
func (m ExecuteBenchmark) Work() Iteration {
	return Iteration{
		Run: m.RunID, Number: m.Iteration, Variants: m.Entry.Variants, Samples: m.Samples, Seed: m.Seed,
		TargetBatch: m.TargetBatch, SampleTimeout: m.SampleTimeout, CountInstructions: m.CountInstructions, CPU: -1,
	}
}

// Check tells whether the message can be acted on. The error has class
// ClassUnreadable.
func (m ExecuteBenchmark) Check() error {
	if err := m.CheckFields(); err != nil {
		return err
	}
	return m.Entry.Check()
}

// CheckFields is Check but for the entry, which many messages share.
func (m ExecuteBenchmark) CheckFields() error {
	var b bounds
	if m.Schema != SchemaExecute {
		b.refuse("schema %.100q is not %q", m.Schema, SchemaExecute)
	}
	b.present("run_id", string(m.RunID), MaxRunID)
	number(&b, "of", m.Of, 1, MaxIterations)
	number(&b, "iteration", m.Iteration, 1, m.Of)
	number(&b, "samples", m.Samples, 1, MaxSamples)
	number(&b, "seed", m.Seed, 0, seedBits)
	number(&b, "target_batch_ns", int64(m.TargetBatch), 1, int64(maxTargetBatch))
	number(&b, "sample_timeout_ns", int64(m.SampleTimeout), 1, int64(MaxIterationTime))
	number(&b, "iteration_timeout_ns", int64(m.IterationTimeout), 1, int64(MaxIterationTime))
	b.present("reply_to", m.ReplyTo, MaxAddress)
	number(&b, "attempt", m.Attempt, 1, MaxAttempts)
	number(&b, "redeliveries", m.Redeliveries, 0, MaxAttempts)
	number(&b, "host_failures", m.HostFailures, 0, MaxAttempts)
	b.moment("waiting_since", m.WaitingSince)
	b.moment("deadline", m.Deadline)
	return b.problem
}

// IterationExecuted answers one ExecuteBenchmark: either samples or a failure.
type IterationExecuted struct {
	Schema    string
	RunID     RunID
	Iteration int
	// Entry names what was compared, for readers; the plan decides.
	Entry string
	// Attempt is the try that this is the answer to, from 1.
	Attempt int
	// Worker is the name of the worker that executed it.
	Worker string
	// Host is the machine of the worker, Load how busy it was meanwhile.
	Host Host
	Load Load
	// Started is when the worker began, Took how long all of it lasted.
	Started time.Time
	Took    time.Duration
	// Samples are in the order in which they ran; none where Failure is set.
	Samples []Sample
	// VariantFailures are why variants have no samples although others have.
	VariantFailures []VariantFailure
	// Environments are what the variants were executed in, by index.
	Environments []Environment
	// Failure is why there are no samples at all; nil where there are.
	Failure *Failure
}

// Check tells whether the answer can be counted: every number is one that a worker
// can have seen. The error has class ClassUnreadable.
func (m IterationExecuted) Check() error {
	var b bounds
	if m.Schema != SchemaExecuted {
		b.refuse("schema %.100q is not %q", m.Schema, SchemaExecuted)
	}
	b.present("run_id", string(m.RunID), MaxRunID)
	number(&b, "iteration", m.Iteration, 1, MaxIterations)
	b.text("entry", m.Entry, maxName)
	number(&b, "attempt", m.Attempt, 1, MaxAttempts)
	b.text("worker", m.Worker, maxName)
	m.Host.check(&b)
	m.Load.check(&b)
	b.moment("started_at", m.Started)
	number(&b, "took_ns", int64(m.Took), 0, int64(maxTook))
	number(&b, "the number of samples", len(m.Samples), 0, MaxSamples*MaxVariants)
	number(&b, "the number of variants that failed", len(m.VariantFailures), 0, MaxVariants-1)
	switch {
	case m.Failure == nil && len(m.Samples) == 0, m.Failure != nil && len(m.Samples)+len(m.VariantFailures) > 0:
		b.refuse("there must be either samples or a failure")
	case m.Failure != nil:
		m.Failure.check(&b)
	}
	for _, f := range m.VariantFailures {
		number(&b, "variant", f.Variant, 0, MaxVariants-1)
		f.check(&b)
	}
	number(&b, "the number of environments", len(m.Environments), 0, MaxVariants)
	for _, e := range m.Environments {
		e.check(&b)
	}
	for _, s := range m.Samples {
		if err := s.check(); err != nil {
			b.refuse("%w", err)
			break
		}
	}
	return b.problem
}
