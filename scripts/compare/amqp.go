package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	amqp "github.com/rabbitmq/amqp091-go"
)

// window is the number of messages that may wait for their confirms at once.
const window = 1000

var errClosed = errors.New("the broker closed the connection; see its log")

func measureAMQP(ctx context.Context, s settings, report report) error {
	for _, kind := range []string{amqp.QueueTypeClassic, amqp.QueueTypeQuorum} {
		err := withQueues(s.amqp, kind, 1, func(conn *amqp.Connection, queues []string) error {
			name := fmt.Sprintf("amqp091-go, publish, %s queue, %d bytes", kind, s.size)
			return timed(report, name, s.jobs, func() error { return publish(ctx, conn, queues[0], s.jobs, s.size) })
		})
		if err != nil {
			return err
		}
		err = withQueues(s.amqp, kind, 2, func(conn *amqp.Connection, queues []string) error {
			name := fmt.Sprintf("amqp091-go, consume-publish-ack, %s queues, %d and %d bytes", kind, s.size, s.replySize)
			commands, replies := queues[0], queues[1]
			if err := timed(report, name+", enqueue", s.jobs, func() error { return publish(ctx, conn, commands, s.jobs, s.size) }); err != nil {
				return err
			}
			return measureLoop(ctx, conn, commands, replies, s, name, report)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// withQueues calls f with a connection and n new durable queues, and deletes them in
// the end.
func withQueues(url, kind string, n int, f func(*amqp.Connection, []string) error) (err error) {
	conn, err := amqp.Dial(url)
	if err != nil {
		return fmt.Errorf("the broker of -amqp does not answer; is it running, and are port, user and password right? (%w)", err)
	}
	defer conn.Close()
	ch, err := conn.Channel()
	if err != nil {
		return err
	}
	queues := make([]string, n)
	for i := range queues {
		queues[i] = "benchbus-compare-" + rand.Text()
		if _, err := ch.QueueDeclare(queues[i], true, false, false, false, amqp.Table{amqp.QueueTypeArg: kind}); err != nil {
			return err
		}
		defer func() {
			if _, e := ch.QueueDelete(queues[i], false, false, false); e != nil {
				err = errors.Join(err, fmt.Errorf("delete the queue %s yourself: %w", queues[i], e))
			}
		}()
	}
	return f(conn, queues)
}

// publish publishes n messages and waits for all their confirms.
func publish(ctx context.Context, conn *amqp.Connection, queue string, n, size int) error {
	ch, err := confirming(conn)
	if err != nil {
		return err
	}
	defer ch.Close()
	// Make room for all messages that can come back between two looks at the channel.
	// Without it the client would block.
	returned := ch.NotifyReturn(make(chan amqp.Return, window))
	inFlight := make(chan *amqp.DeferredConfirmation, window)
	next := func() error {
		if err := confirmed(ctx, <-inFlight); err != nil {
			return err
		}
		select {
		case r := <-returned:
			return fmt.Errorf("a message came back from %s: %s", queue, r.ReplyText)
		default:
			return nil
		}
	}
	body := make([]byte, size)
	for range n {
		if len(inFlight) == window {
			if err := next(); err != nil {
				return err
			}
		}
		confirmation, err := send(ctx, ch, queue, body)
		if err != nil {
			return err
		}
		inFlight <- confirmation
	}
	for len(inFlight) > 0 {
		if err := next(); err != nil {
			return err
		}
	}
	return nil
}

// confirming opens a channel whose messages the broker confirms.
func confirming(conn *amqp.Connection) (*amqp.Channel, error) {
	ch, err := conn.Channel()
	if err != nil {
		return nil, err
	}
	return ch, ch.Confirm(false)
}

// send publishes one persistent and mandatory message through the default exchange.
func send(ctx context.Context, ch *amqp.Channel, queue string, body []byte) (*amqp.DeferredConfirmation, error) {
	return ch.PublishWithDeferredConfirmWithContext(ctx, "", queue, true, false,
		amqp.Publishing{DeliveryMode: amqp.Persistent, Body: body})
}

func confirmed(ctx context.Context, confirmation *amqp.DeferredConfirmation) error {
	acked, err := confirmation.WaitContext(ctx)
	if err == nil && !acked {
		err = errors.New("the broker did not take a message, or closed the channel; see its log")
	}
	return err
}
