package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"os"
	"slices"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/benchbus/benchbus/domain"
)

// forgedWorkers is the number of invented workers. A runner remembers as many.
const forgedWorkers = 10_000

// impossible lists changes that make a result one that no worker can have sent.
var impossible = []func(*forgedResult){
	func(r *forgedResult) { r.Samples[0].Batch = -1 },
	func(r *forgedResult) { r.Samples[0].Batch = math.MaxInt64 },
	func(r *forgedResult) { r.Samples[0].Revolutions = 1 << 60 },
	func(r *forgedResult) { r.Samples[0].UserCPU = 3e18 },
	func(r *forgedResult) { r.Samples[0].PeakMemory = math.MinInt64 },
	func(r *forgedResult) { r.Samples[0].Position = 0 },
	func(r *forgedResult) { r.Samples = nil },
	func(r *forgedResult) { r.Iteration = -7 },
	func(r *forgedResult) { r.Attempt = math.MaxInt },
	func(r *forgedResult) { r.Took = math.MinInt64 },
	func(r *forgedResult) { r.Started = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC) },
	func(r *forgedResult) { r.Load.Steal = 1e300 },
	func(r *forgedResult) { r.Failure = &forgedFailure{Class: "none", Attempts: 1} }, // although it has samples
}

// wrong lists changes that make a result one that a worker may send, but not for that
// iteration.
var wrong = []func(*forgedResult){
	func(r *forgedResult) { r.Samples[0].Variant = 1 },
	func(r *forgedResult) {
		second := r.Samples[0]
		second.Position = 2
		r.Samples = append(r.Samples, second)
	},
	func(r *forgedResult) { r.Samples[0].Batch = 20 * time.Minute }, // a process may take one minute
}

func forgedCount(bool) int { return len(impossible) }

// forge deletes the commands queue while the messages about workers and iterations
// cannot be trusted.
func forge(s *stage) error {
	if !s.reach(s.n / 10) {
		return fmt.Errorf("the run was over before anything was forged")
	}
	if err := s.publishAll(s.names().Events(domain.SubjectWorkers), "", s.forgedHeartbeats()); err != nil {
		return err
	}
	recorded := s.tally.some(len(impossible))
	results := s.forgedResults([]int{s.n, s.n - 1, s.n - 2}, wrong) // these are held back, and so have no result yet
	results = append(results, s.forgedResults(recorded, wrong)...)
	results = append(results, s.forgedResults([]int{s.n + 1}, wrong)...)
	results = append(results, s.forgedResults(recorded, impossible)...)
	if err := s.reply(results); err != nil {
		return err
	}
	if err := s.failedQueueHolds(forgedCount(s.isShort)); err != nil {
		return err
	}
	// Let the held iterations end: as long as a worker has an iteration of the run, the
	// runner counts none as lost.
	err := errors.Join(os.Remove(s.settings.Hold), s.deleteCommands())
	s.tooShort = s.settledNow() > s.n*9/10
	return err
}

// forgedHeartbeats yields heartbeats which say that some workers have all iterations
// and will be silent for a century, and that there are more workers than a runner
// remembers.
func (s *stage) forgedHeartbeats() iter.Seq[amqp.Publishing] {
	beat := forgedHeartbeat{
		Schema: domain.SchemaHeartbeat, At: time.Now().UTC(), Started: time.Now().UTC(), Slots: 4,
	}
	return func(yield func(amqp.Publishing) bool) {
		for i := range forgedWorkers {
			silent, another := beat, beat
			silent.Worker, silent.Interval = fmt.Sprintf("silent-%d", i), 3e18
			silent.Running = []forgedRunning{{RunID: s.id, Iteration: i%s.n + 1, Attempt: 1, Since: beat.At}}
			another.Worker, another.Interval = fmt.Sprintf("another-%d", i), domain.MaxHeartbeat
			if !yield(encoded(silent, silent.Schema)) || !yield(encoded(another, another.Schema)) {
				return
			}
		}
	}
}

// forgedResults makes a result of each kind, for the iterations in turn.
func (s *stage) forgedResults(iterations []int, kinds []func(*forgedResult)) (messages []amqp.Publishing) {
	for i, kind := range kinds {
		r := forgedResult{
			Schema: domain.SchemaExecuted, RunID: s.id, Iteration: iterations[i%len(iterations)], Attempt: 1, Worker: "another", Started: time.Now().UTC(),
			Samples: []forgedSample{{Position: 1, Revolutions: 1, Batch: time.Millisecond}},
		}
		id := domain.MessageID(s.id, r.Iteration)
		kind(&r)
		msg := encoded(r, r.Schema)
		msg.MessageId, msg.CorrelationId = id, string(s.id)
		messages = append(messages, msg)
	}
	return messages
}

// reply publishes the messages to the run's reply queue.
func (s *stage) reply(messages []amqp.Publishing) error {
	return s.publishAll("", s.names().Replies(s.id), slices.Values(messages))
}

func encoded(message any, schema string) amqp.Publishing {
	body, err := json.Marshal(message)
	fatal(err)
	return amqp.Publishing{Body: body, ContentType: "application/json", Type: schema}
}
