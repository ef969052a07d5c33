package main

import (
	"time"

	"github.com/benchbus/benchbus/domain"
)

// These types follow docs/messages.md, and not the code of the bus, because a stranger
// on the broker has only the documentation. They lack the fields that the stranger does
// not need.

type forgedHeartbeat struct {
	Schema   string          `json:"schema"`
	At       time.Time       `json:"at"`
	Worker   string          `json:"worker"`
	Started  time.Time       `json:"started_at"`
	Interval time.Duration   `json:"interval_ns"`
	Slots    int             `json:"slots"`
	Running  []forgedRunning `json:"running"`
}

type forgedRunning struct {
	RunID     domain.RunID `json:"run_id"`
	Iteration int          `json:"iteration"`
	Attempt   int          `json:"attempt"`
	Since     time.Time    `json:"since"`
}

type forgedResult struct {
	Schema    string         `json:"schema"`
	RunID     domain.RunID   `json:"run_id"`
	Iteration int            `json:"iteration"`
	Attempt   int            `json:"attempt"`
	Worker    string         `json:"worker"`
	Load      forgedLoad     `json:"load"`
	Started   time.Time      `json:"started_at"`
	Took      time.Duration  `json:"took_ns"`
	Samples   []forgedSample `json:"samples,omitempty"`
	Failure   *forgedFailure `json:"failure,omitempty"`
}

type forgedLoad struct {
	Steal float64 `json:"steal"`
}

type forgedSample struct {
	Variant     int           `json:"variant"`
	Position    int           `json:"position"`
	Revolutions int           `json:"revolutions"`
	Batch       time.Duration `json:"batch_ns"`
	UserCPU     time.Duration `json:"user_cpu_ns,omitempty"`
	PeakMemory  int64         `json:"peak_memory_bytes,omitempty"`
}

type forgedFailure struct {
	Class    domain.FailureClass `json:"class"`
	Attempts int                 `json:"attempts"`
}
