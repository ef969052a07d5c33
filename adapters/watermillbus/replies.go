package watermillbus

import (
	"context"
	"fmt"
	"sync"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/benchbus/benchbus/domain"
)

// replies receives the results of one run through as many subscriptions as
// results may be held unacknowledged.
type replies struct {
	bus     *Bus
	address string
	ready   chan domain.Reply

	closeOnce sync.Once
	closed    chan struct{}
	take      context.Context // ends with Close
	stop      context.CancelFunc
	streams   sync.WaitGroup
	ended     chan struct{} // all subscriptions are over
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
	for range b.cfg.ReplyWindow {
		messages, err := b.sub.Subscribe(take, r.address)
		if err != nil {
			close(r.closed)
			stop()
			r.streams.Wait()
			return nil, fmt.Errorf("subscribe to %s: %w", r.address, err)
		}
		r.streams.Go(func() { r.stream(messages) })
	}
	go func() { r.streams.Wait(); close(r.ended) }()
	return r, nil
}

func (r *replies) Address() string { return r.address }

// stream passes on one result at a time and waits until it is recorded.
func (r *replies) stream(messages <-chan *message.Message) {
	for msg := range messages {
		result, err := r.bus.codec.decodeResult(msg.Payload)
		if err != nil {
			// What is no result goes the way of what is no command.
			delivery{bus: r.bus, worker: "runner"}.giveUp(r.take, msg, domain.ExecuteBenchmark{}, false, domain.FailureOf(err, 1))
			continue
		}
		select {
		case r.ready <- domain.Reply{Result: result, Ack: func() { msg.Ack() }}:
		case <-r.closed:
			msg.Nack()
			continue
		}
		select {
		case <-msg.Acked():
		case <-r.closed:
			msg.Nack()
		case <-r.bus.closed:
			return
		}
	}
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

// Close gives back what is not acknowledged and ends the subscriptions.
func (r *replies) Close() error {
	r.closeOnce.Do(func() {
		r.stop()
		close(r.closed)
	})
	<-r.ended
	return nil
}
