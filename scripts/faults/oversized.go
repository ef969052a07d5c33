package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/benchbus/benchbus/domain"
)

var oversized = []func(*rand.Rand) amqp.Publishing{
	text(`{"schema":"` + strings.Repeat("A", 200_000) + `"}`),
	text(`{"schema":"` + strings.Repeat("A", 20_000_000) + `"}`),
	func(*rand.Rand) amqp.Publishing {
		return amqp.Publishing{Headers: amqp.Table{"one": strings.Repeat("x", 120_000)}, Body: []byte("{}")}
	},
	func(*rand.Rand) amqp.Publishing {
		headers := amqp.Table{}
		for i := range 1200 {
			headers[fmt.Sprintf("h%d", i)] = strings.Repeat("x", 90)
		}
		return amqp.Publishing{Headers: headers, Body: []byte("{}"), Type: domain.SchemaExecutedBatch}
	},
}

func oversizedRounds(short bool) int {
	if short {
		return 1
	}
	return 5
}

// oversizedCount returns the number of messages that are published to both queues
// together.
func oversizedCount(short bool) int { return 2 * oversizedRounds(short) * len(oversized) }

// oversizedMessages publishes messages that are too large for a frame, or too large to
// be read, to the commands queue and to the run's reply queue.
func oversizedMessages(s *stage) error {
	for i := range oversizedRounds(s.isShort) {
		if !s.reach(s.n * (i + 1) / 10) {
			return fmt.Errorf("the run was over before the oversized messages")
		}
		for _, queue := range []string{s.names().Commands(), s.names().Replies(s.id)} {
			if err := s.publishAll("", queue, made(oversized, len(oversized))); err != nil {
				return err
			}
		}
	}
	return s.failedQueueHolds(oversizedCount(s.isShort))
}

// failedQueueHolds waits until the failed queue holds n messages.
func (s *stage) failedQueueHolds(n int) error {
	bus, err := s.directly()
	if err != nil {
		return err
	}
	defer bus.Close()
	for {
		queues, err := bus.Queues(s.ctx)
		if err != nil {
			return err
		}
		for _, q := range queues {
			if q.Kind == domain.QueueFailed && q.Ready >= n {
				return nil
			}
		}
		if err := s.sleep(100 * time.Millisecond); err != nil {
			return fmt.Errorf("%w: the failed queue does not get its %d messages: %v", context.Cause(s.ctx), n, queues)
		}
	}
}
