package watermillbus

import (
	"context"
	"fmt"
	"sync"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/benchbus/benchbus/domain"
)

// replies receives the results of one run, up to a window of them at once.
type replies struct {
	bus     *Bus
	address string
	ready   chan domain.Reply

	closeOnce sync.Once
	closed    chan struct{}
	take      context.Context // ends with Close
	stop      context.CancelFunc
	ended     chan struct{} // the subscription is over
}

// OpenReplies begins to receive a run's results; see [domain.ReplyBus].
func (b *Bus) OpenReplies(ctx context.Context, run domain.RunID) (domain.Replies, error) {
	if b.isClosed() {
		return nil, domain.ErrBusClosed
	}
	take, stop := context.WithCancel(context.WithoutCancel(ctx))
	r := &replies{
		bus: b, address: b.replies(run), ready: make(chan domain.Reply, b.cfg.ReplyWindow),
		closed: make(chan struct{}), take: take, stop: stop, ended: make(chan struct{}),
	}
	messages, err := b.window(take, r.address, b.cfg.ReplyWindow)
	if err != nil {
		stop()
		return nil, fmt.Errorf("subscribe to %s: %w", r.address, err)
	}
	go func() {
		r.stream(messages)
		close(r.ended)
	}()
	return r, nil
}

// window subscribes so that up to n messages are in hand at once; where the
// subscriber knows no windows, through as many subscriptions.
func (b *Bus) window(ctx context.Context, topic string, n int) (<-chan *message.Message, error) {
	if sub, ok := b.sub.(WindowSubscriber); ok {
		return sub.SubscribeWindow(ctx, topic, n)
	}
	ctx, stop := context.WithCancel(ctx)
	all := make(chan *message.Message)
	var streams sync.WaitGroup
	for range n {
		messages, err := b.sub.Subscribe(ctx, topic)
		if err != nil {
			stop()
			streams.Wait()
			return nil, err
		}
		streams.Go(func() {
			for msg := range messages {
				select {
				case all <- msg:
				case <-ctx.Done():
					msg.Nack()
				}
			}
		})
	}
	go func() { streams.Wait(); stop(); close(all) }()
	return all, nil
}

func (r *replies) Address() string { return r.address }

// stream passes on the results, and gives back, when the end comes, what is not
// acknowledged by then.
func (r *replies) stream(messages <-chan *message.Message) {
	var held []*message.Message // oldest first; acknowledged ones leave from the front
	closed := r.closed
	for {
		select {
		case msg, ok := <-messages:
			if !ok {
				return
			}
			held = append(release(held), msg)
			if closed == nil {
				msg.Nack()
				continue
			}
			result, err := r.bus.codec.decodeResult(msg.Payload)
			if err != nil {
				// What is no result goes the way of what is no command.
				delivery{bus: r.bus, worker: "runner"}.giveUp(r.take, msg, domain.ExecuteBenchmark{}, false, domain.FailureOf(err, 1))
				continue
			}
			select {
			case r.ready <- domain.Reply{Result: result, Ack: func() { msg.Ack() }}:
			case <-r.closed:
			case <-r.bus.closed:
			}
		case <-closed:
			closed = nil
			for _, msg := range held {
				msg.Nack() // without effect on one that is acknowledged
			}
		}
	}
}

// release lets go of the messages at the front that are settled.
func release(held []*message.Message) []*message.Message {
	for len(held) > 0 {
		select {
		case <-held[0].Acked():
			held = held[1:]
		case <-held[0].Nacked():
			held = held[1:]
		default:
			return held
		}
	}
	return nil
}

func (r *replies) Next(ctx context.Context) ([]domain.Reply, error) {
	var batch []domain.Reply
	select {
	case first := <-r.ready:
		batch = append(batch, first)
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-r.ended:
		return nil, domain.ErrBusClosed
	}
	for len(batch) < cap(r.ready) {
		select {
		case next := <-r.ready:
			batch = append(batch, next)
		default:
			return batch, nil
		}
	}
	return batch, nil
}

// Close gives back what is not acknowledged and ends the subscription.
func (r *replies) Close() error {
	r.closeOnce.Do(func() {
		r.stop()
		close(r.closed)
	})
	<-r.ended
	return nil
}
