package main

import (
	"context"

	amqp "github.com/rabbitmq/amqp091-go"
	"golang.org/x/sync/errgroup"
)

// replyPrefetch is the number of unacknowledged replies that the reader may have.
const replyPrefetch = 256

// measureLoop measures how fast waiting commands become replies that the reader has
// read. A job system on AMQP that loses no job cannot do less.
func measureLoop(ctx context.Context, conn *amqp.Connection, commands, replies string, s settings, name string, report report) error {
	reader, err := conn.Channel()
	if err != nil {
		return err
	}
	defer reader.Close()
	workers := make([]*amqp.Channel, s.concurrency)
	for i := range workers {
		if workers[i], err = confirming(conn); err != nil {
			return err
		}
		defer workers[i].Close()
	}
	return timed(report, name, s.jobs, func() error {
		looping, done := context.WithCancel(ctx)
		defer done()
		g, looping := errgroup.WithContext(looping)
		g.Go(func() error {
			defer done() // this also stops the workers
			return read(looping, reader, replies, s.jobs)
		})
		for _, ch := range workers {
			g.Go(func() error {
				err := work(looping, ch, commands, replies, s.replySize)
				if looping.Err() != nil {
					return nil
				}
				return err
			})
		}
		if err := g.Wait(); err != nil {
			return err
		}
		return ctx.Err()
	})
}

// work answers one command after another. It acknowledges a command only after the
// broker has confirmed the reply.
func work(ctx context.Context, ch *amqp.Channel, commands, replies string, size int) error {
	deliveries, err := consume(ch, commands, 1)
	if err != nil {
		return err
	}
	body := make([]byte, size)
	for {
		select {
		case <-ctx.Done():
			return nil
		case command, ok := <-deliveries:
			if !ok {
				return errClosed
			}
			confirmation, err := send(ctx, ch, replies, body)
			if err != nil {
				return err
			}
			if err := confirmed(ctx, confirmation); err != nil {
				return err
			}
			if err := command.Ack(false); err != nil {
				return err
			}
		}
	}
}

// read reads n replies. Whenever no other reply is waiting, it acknowledges all that it
// has read.
func read(ctx context.Context, ch *amqp.Channel, replies string, n int) error {
	deliveries, err := consume(ch, replies, replyPrefetch)
	if err != nil {
		return err
	}
	// Copy the messages into a channel whose length says how many are waiting. The
	// buffer of the client does not say that.
	buffer := make(chan amqp.Delivery, replyPrefetch)
	go func() {
		defer close(buffer)
		for d := range deliveries {
			buffer <- d
		}
	}()
	for range n {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case reply, ok := <-buffer:
			if !ok {
				return errClosed
			}
			if len(buffer) > 0 {
				continue
			}
			if err := reply.Ack(true); err != nil {
				return err
			}
		}
	}
	return nil
}

// consume begins to take messages. It takes no context, because the end of one would
// cancel the consumer while its channel is being closed, and that costs the whole
// connection.
func consume(ch *amqp.Channel, queue string, prefetch int) (<-chan amqp.Delivery, error) {
	if err := ch.Qos(prefetch, 0, false); err != nil {
		return nil, err
	}
	return ch.Consume(queue, "", false, false, false, false, nil)
}
