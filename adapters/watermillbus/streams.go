package watermillbus

import (
	"context"
	"sync"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
)

// settlePatience is how long an ending subscription waits for the transport to pass on
// the last acknowledgement.
const settlePatience = time.Second

// streams subscribes so that up to n messages are in flight at once. It takes one
// subscription with a [WindowSubscriber], and n with any other, because each of
// Watermill's subscriptions has one message in flight. If a subscription fails, it
// calls stop, which must end ctx, and gives back the messages of the others.
func (b *Bus) streams(ctx context.Context, stop context.CancelFunc, topic string, n int) ([]<-chan *message.Message, error) {
	if sub, ok := b.sub.(WindowSubscriber); ok {
		messages, err := sub.SubscribeWindow(ctx, topic, n)
		return []<-chan *message.Message{messages}, err
	}
	var all []<-chan *message.Message
	for range n {
		messages, err := b.subscribe(ctx, topic)
		if err != nil {
			stop()
			giveBack(all)
			return nil, err
		}
		all = append(all, messages)
	}
	return all, nil
}

// subscribe is Watermill's Subscribe, except that the message in flight when ctx ends
// can still be settled. Many subscribers forget that message when the subscription
// ends, and deliver it again although it was executed.
func (b *Bus) subscribe(ctx context.Context, topic string) (<-chan *message.Message, error) {
	subscription, end := context.WithCancel(context.WithoutCancel(ctx))
	in, err := b.sub.Subscribe(subscription, topic)
	if err != nil {
		end()
		return nil, err
	}
	out := make(chan *message.Message)
	go func() {
		defer close(out)
		defer end()
		b.forward(ctx, in, out)
	}()
	return out, nil
}

// forward passes on one message after the other until ctx has ended and the last one is
// settled. The reader must read out until it is closed.
func (b *Bus) forward(ctx context.Context, in <-chan *message.Message, out chan<- *message.Message) {
	var last *message.Message
	for {
		select {
		case msg, ok := <-in:
			if !ok {
				return
			}
			select {
			case out <- msg:
			case <-b.closed:
				return
			}
			select {
			case <-msg.Acked():
			case <-msg.Nacked():
			case <-b.closed:
				return
			}
			last = msg
		case <-ctx.Done():
			awaitAck(last)
			return
		}
	}
}

// awaitAck waits until the transport has passed on the acknowledgement. The transport
// ends the message's context after that.
func awaitAck(msg *message.Message) {
	if msg == nil {
		return
	}
	select {
	case <-msg.Acked():
	default:
		return
	}
	late := time.NewTimer(settlePatience)
	defer late.Stop()
	select {
	case <-msg.Context().Done():
	case <-late.C:
	}
}

// giveBack returns to the transport the messages that the streams still deliver after
// their context has ended.
func giveBack(streams []<-chan *message.Message) {
	for _, messages := range streams {
		for msg := range messages {
			msg.Nack()
		}
	}
}

// merge joins several streams into one, which ends when all of them have ended.
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
