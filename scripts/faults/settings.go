package main

import (
	"encoding/json"
	"log/slog"
	"os"
	"time"

	"github.com/benchbus/benchbus/adapters/rabbitmq"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/domain"
)

// settings configure a process of a case.
type settings struct {
	URL, Namespace string
	Queue          rabbitmq.QueueType
	Name           string
	Slots          int
	// Executions is the file to which every worker writes what it executes.
	Executions string
	// Takes is the duration of an iteration.
	Takes time.Duration
	// Poison is the iteration that kills its worker.
	Poison int
	// Wordy is the number of iterations, from the first, that fail permanently with a
	// long text.
	Wordy int
	// Runtime is the only runtime of the worker. If it is empty, the worker executes
	// everything.
	Runtime domain.RuntimeName
	// Full is a file. While it exists, the worker's host cannot execute anything.
	Full string
	// Hold is a file. While it exists, no iteration after HoldAfter ends.
	Hold      string
	HoldAfter int
	// Store and Iterations are for runners. Resume is the run to resume.
	Store      string
	Iterations int
	Resume     string
	Verbose    bool
}

func (s settings) text() string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // cannot happen with these types
	}
	return string(text)
}

func parseSettings(text string) settings {
	var s settings
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		panic(err) // cannot happen, because this program wrote it
	}
	return s
}

func (s settings) logger() *slog.Logger {
	if !s.Verbose {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(os.Stderr, nil)).With("process", s.Name)
}

// open connects to the broker. It sets a short interval of the watchdog, so that the
// cases are short.
func (s settings) open(logger *slog.Logger) (*watermillbus.Bus, error) {
	transport, err := rabbitmq.New(rabbitmq.Config{
		URL: s.URL, Namespace: s.Namespace, QueueType: s.Queue, CheckInterval: time.Second, Logger: logger,
	})
	if err != nil {
		return nil, err
	}
	return watermillbus.New(transport, transport, watermillbus.Config{Logger: logger})
}
