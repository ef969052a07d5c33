package main

import (
	"context"
	"errors"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// bareWindow is the number of unconfirmed messages that the alternative allows.
const bareWindow = 1000

// bareDispatch publishes copies of the message at the head of the queue to the same
// queue. It uses deferred confirms, which is the fastest way of amqp091-go.
func bareDispatch(ctx context.Context, url, queue string) (time.Duration, error) {
	conn, err := amqp.Dial(url)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	ch, err := conn.Channel()
	if err != nil {
		return 0, err
	}
	d, ok, err := ch.Get(queue, true)
	if err != nil || !ok {
		return 0, errors.Join(err, errors.New("there is no message to publish again"))
	}
	if _, err := ch.QueuePurge(queue, false); err != nil {
		return 0, err
	}
	if err := ch.Confirm(false); err != nil {
		return 0, err
	}
	same := amqp.Publishing{
		Headers: d.Headers, ContentType: d.ContentType, DeliveryMode: d.DeliveryMode, CorrelationId: d.CorrelationId,
		ReplyTo: d.ReplyTo, MessageId: d.MessageId, Timestamp: d.Timestamp, Type: d.Type, AppId: d.AppId, Body: d.Body,
	}
	return clock(func() error {
		var window []*amqp.DeferredConfirmation
		confirm := func() error {
			ok, err := window[0].WaitContext(ctx)
			window = window[1:]
			if err == nil && !ok {
				err = errors.New("a message was not confirmed")
			}
			return err
		}
		for range fleetJobs {
			if len(window) == bareWindow {
				if err := confirm(); err != nil {
					return err
				}
			}
			c, err := ch.PublishWithDeferredConfirmWithContext(ctx, "", queue, true, false, same)
			if err != nil {
				return err
			}
			window = append(window, c)
		}
		for len(window) > 0 {
			if err := confirm(); err != nil {
				return err
			}
		}
		return nil
	})
}
