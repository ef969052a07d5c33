package main

import (
	"bytes"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"

	amqp "github.com/rabbitmq/amqp091-go"
)

func hostileCount(short bool) int {
	if short {
		return 100
	}
	return 1000
}

// hostileMessages publishes messages to the commands queue that no runner would send.
func hostileMessages(s *stage) error {
	if !s.reach(s.n / 10) {
		return fmt.Errorf("the run was over before the first hostile message")
	}
	return s.publishAll("", s.names().Commands(), made(hostile, hostileCount(s.isShort)))
}

// made yields n messages, of each kind in turn.
func made(kinds []func(*rand.Rand) amqp.Publishing, n int) iter.Seq[amqp.Publishing] {
	random := rand.New(rand.NewPCG(1, 2)) // a fixed seed, so that each time makes the same messages
	return func(yield func(amqp.Publishing) bool) {
		for i := range n {
			if !yield(kinds[i%len(kinds)](random)) {
				return
			}
		}
	}
}

// publishAll publishes the messages past the fleet, and waits until the broker has all
// of them.
func (s *stage) publishAll(exchange, key string, messages iter.Seq[amqp.Publishing]) error {
	return s.direct(func(ch *amqp.Channel) error {
		// Use confirms, because the fleet is not to blame for messages that are lost on
		// the way to the broker.
		if err := ch.Confirm(false); err != nil {
			return err
		}
		var confirms []*amqp.DeferredConfirmation
		for msg := range messages {
			msg.DeliveryMode = amqp.Persistent
			confirm, err := ch.PublishWithDeferredConfirmWithContext(s.ctx, exchange, key, true, false, msg)
			if err != nil {
				return err
			}
			confirms = append(confirms, confirm)
		}
		for _, confirm := range confirms {
			if ok, err := confirm.WaitContext(s.ctx); err != nil || !ok {
				return fmt.Errorf("a hostile message was not accepted: %w", err)
			}
		}
		return nil
	})
}

var hostile = []func(*rand.Rand) amqp.Publishing{
	func(*rand.Rand) amqp.Publishing { return amqp.Publishing{} },
	func(r *rand.Rand) amqp.Publishing {
		body := make([]byte, r.IntN(2000))
		for i := range body {
			body[i] = byte(r.Uint32())
		}
		return amqp.Publishing{Body: body}
	},
	text(`{"schema":"benchmark.executed.v1","run_id":"x","iteration":1}`),
	text(`{"schema":"benchmark.execute.v2","run_id":"x","iteration":1,"of":1}`),
	text(`{"schema":"benchmark.execute.v1","run_id":7,"iteration":"one","of":[],"benchmark":"loop"}`),
	text(`{"iteration":1e400}`),
	text(`{"schema":"benchmark.execute.v1","run_id":"x","iteration":-1,"of":1,"attempt":-5,"benchmark":null}`),
	text(strings.Repeat("[", 100_000)),
	func(*rand.Rand) amqp.Publishing {
		return amqp.Publishing{Body: bytes.Repeat([]byte(`{"a":`), 200_000), ContentType: "application/json"}
	},
	func(*rand.Rand) amqp.Publishing { // many headers, of every type
		headers := amqp.Table{
			"x-delivery-count": "many", "x-death": []any{amqp.Table{"count": int64(-1)}}, "attempt": int32(1 << 30),
			"correlation_id": true, "reply_to": []byte{0xff}, "time": amqp.Table{"a": amqp.Table{"b": nil}}, "failure_class": 1.5,
		}
		for i := range 2000 {
			headers[fmt.Sprintf("h%d", i)] = strings.Repeat("x", 50)
		}
		return amqp.Publishing{Headers: headers, Body: []byte("{}"), Expiration: "", MessageId: "run/1"}
	},
	func(*rand.Rand) amqp.Publishing {
		return amqp.Publishing{
			Body: []byte("{"), MessageId: "nobody/1", CorrelationId: "nobody", ReplyTo: "no.such.queue", Type: "benchmark.execute.v1",
		}
	},
}

func text(body string) func(*rand.Rand) amqp.Publishing {
	return func(*rand.Rand) amqp.Publishing {
		return amqp.Publishing{Body: []byte(body), ContentType: "application/json"}
	}
}
