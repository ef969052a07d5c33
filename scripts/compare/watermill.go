package main

import (
	"context"
	"fmt"

	"github.com/ThreeDotsLabs/watermill"
	wamqp "github.com/ThreeDotsLabs/watermill-amqp/v3/pkg/amqp"
	"github.com/ThreeDotsLabs/watermill/message"
	amqp "github.com/rabbitmq/amqp091-go"
)

// measureWatermill measures Watermill's publisher with its defaults, one message after
// another. It is so slow that a tenth of the messages is enough for its rate.
func measureWatermill(ctx context.Context, s settings, report report) error {
	return withQueues(s.amqp, amqp.QueueTypeClassic, 1, func(_ *amqp.Connection, queues []string) error {
		config := wamqp.NewDurableQueueConfig(s.amqp)
		config.Publish.ConfirmDelivery = true
		publisher, err := wamqp.NewPublisher(config, watermill.NopLogger{})
		if err != nil {
			return err
		}
		defer publisher.Close()
		n := max(1, s.jobs/10)
		body := make([]byte, s.size)
		name := fmt.Sprintf("watermill-amqp, publish, classic queue, %d bytes", s.size)
		return timed(report, name, n, func() error {
			for range n {
				if err := ctx.Err(); err != nil { // Publish takes no context
					return err
				}
				if err := publisher.Publish(queues[0], message.NewMessage(watermill.NewUUID(), body)); err != nil {
					return err
				}
			}
			return nil
		})
	})
}
