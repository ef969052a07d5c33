package watermillbus

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/benchbus/benchbus/domain"
)

// replies receives the results of one run and holds at most a window of them.
type replies struct {
	bus     *Bus
	address string
	ready   chan domain.Reply

	closeOnce sync.Once
	closed    chan struct{}
	take      context.Context // ends with Close
	stop      context.CancelFunc
	ended     chan struct{} // closed when the subscription has ended
}

// OpenReplies begins to receive a run's results; see [domain.ReplyBus].
func (b *Bus) OpenReplies(ctx context.Context, run domain.RunID) (domain.Replies, error) {
	if b.isClosed() {
		return nil, domain.ErrBusClosed
	}
	address := b.topics.Replies(run)
	if !b.collected.add(address) {
		return nil, domain.ErrRunTaken
	}
	take, stop := context.WithCancel(context.WithoutCancel(ctx))
	r := &replies{
		bus: b, address: address, ready: make(chan domain.Reply, b.cfg.ReplyWindow),
		closed: make(chan struct{}), take: take, stop: stop, ended: make(chan struct{}),
	}
	streams, err := b.streams(take, stop, r.address, b.cfg.ReplyWindow)
	if err != nil {
		stop()
		b.collected.remove(address)
		return nil, fmt.Errorf("subscribe to %s: %w", address, err)
	}
	go func() {
		r.stream(merge(take, streams))
		b.collected.remove(address)
		close(r.ended)
	}()
	return r, nil
}

func (r *replies) Address() string { return r.address }

// stream passes on the results. On Close it gives back the messages that are not
// acknowledged.
func (r *replies) stream(messages <-chan *message.Message) {
	var unsettled []*message.Message // oldest first; settled ones leave from the front
	closed := r.closed
	for {
		select {
		case msg, ok := <-messages:
			if !ok {
				return
			}
			unsettled = append(release(unsettled), msg)
			if closed == nil {
				msg.Nack()
				continue
			}
			r.pass(msg)
		case <-closed:
			closed = nil
			for _, msg := range unsettled {
				msg.Nack() // has no effect on an acknowledged message
			}
		}
	}
}

// pass hands on the results of a message. It acknowledges the message when all of them
// are acknowledged.
func (r *replies) pass(msg *message.Message) {
	parts, err := []json.RawMessage{json.RawMessage(msg.Payload)}, r.bus.fits(msg.Payload)
	isBatch := msg.Metadata.Get(keyType) == domain.SchemaExecutedBatch
	if err == nil && isBatch {
		parts, err = decodeBatch(msg.Payload)
	}
	if err != nil {
		r.giveUp(msg, err)
		return
	}
	var left atomic.Int64
	left.Store(int64(len(parts)))
	for i, part := range parts {
		ack := sync.OnceFunc(func() {
			if left.Add(-1) == 0 {
				msg.Ack()
			}
		})
		result, err := r.bus.codec.decodeResult(part)
		if err != nil {
			alone := msg.Copy()
			if isBatch {
				alone = partOf(msg, i, part)
			}
			if r.giveUp(alone, err) {
				ack()
				continue
			}
			msg.Nack()
			return
		}
		select {
		case r.ready <- domain.Reply{Result: result, Ack: ack}:
		case <-r.closed:
			return
		case <-r.bus.closed:
			return
		}
	}
}

// giveUp moves a message that is no result to the failed queue, and reports whether
// that worked.
func (r *replies) giveUp(msg *message.Message, err error) bool {
	delivery{bus: r.bus, worker: "runner"}.giveUp(r.take, msg, domain.ExecuteBenchmark{}, false, domain.FailureOf(err, 1))
	select {
	case <-msg.Acked():
		return true
	default:
		return false
	}
}

// release drops the settled messages at the front.
func release(unsettled []*message.Message) []*message.Message {
	for len(unsettled) > 0 {
		select {
		case <-unsettled[0].Acked():
			unsettled = unsettled[1:]
		case <-unsettled[0].Nacked():
			unsettled = unsettled[1:]
		default:
			return unsettled
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
		return nil, r.whyEnded()
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

// whyEnded returns why no more results come. A transport ends the subscription by
// itself when another process takes over the queue.
func (r *replies) whyEnded() error {
	select {
	case <-r.closed:
		return domain.ErrBusClosed
	default:
	}
	if r.bus.isClosed() {
		return domain.ErrBusClosed
	}
	return domain.ErrRunTaken
}

// Close gives back the messages that are not acknowledged and ends the subscription.
func (r *replies) Close() error {
	r.closeOnce.Do(func() {
		r.stop()
		close(r.closed)
	})
	<-r.ended
	return nil
}
