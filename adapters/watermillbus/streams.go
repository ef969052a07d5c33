package watermillbus

import (
	"context"
	"sync"

	"github.com/ThreeDotsLabs/watermill/message"
)

// streams subscribes so that up to n messages are in hand at once: through one
// subscription, or, where the subscriber knows no windows, through n, since each
// of Watermill's has one message in flight. stop ends ctx, and with it those that
// were opened before one failed.
func (b *Bus) streams(ctx context.Context, stop context.CancelFunc, topic string, n int) ([]<-chan *message.Message, error) {
	if sub, ok := b.sub.(WindowSubscriber); ok {
		messages, err := sub.SubscribeWindow(ctx, topic, n)
		return []<-chan *message.Message{messages}, err
	}
	var all []<-chan *message.Message
	for range n {
		messages, err := b.sub.Subscribe(ctx, topic)
		if err != nil {
			stop()
			giveBack(all)
			return nil, err
		}
		all = append(all, messages)
	}
	return all, nil
}

// giveBack returns to the transport what streams whose context has ended still
// deliver.
func giveBack(streams []<-chan *message.Message) {
	for _, messages := range streams {
		for msg := range messages {
			msg.Nack()
		}
	}
}

// merge makes one stream of several; it ends when all have ended.
func merge(ctx context.Context, streams []<-chan *message.Message) <-chan *message.Message {
	if len(streams) == 1 {
		return streams[0]
	}
	all := make(chan *message.Message)
	var running sync.WaitGroup
	for _, messages := range streams {
		running.Go(func() {
			for msg := range messages {
				select {
				case all <- msg:
				case <-ctx.Done(): // nobody reads any more
					msg.Nack()
				}
			}
		})
	}
	go func() { running.Wait(); close(all) }()
	return all
}
