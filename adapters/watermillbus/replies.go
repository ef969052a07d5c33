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

// stream passes on the results, and gives back, when the end comes, what is not
// acknowledged by then.
func (r *replies) stream(messages <-chan *message.Message) {
	var unsettled []*message.Message // oldest first; acknowledged ones leave from the front
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
				msg.Nack() // without effect on one that is acknowledged
			}
		}
	}
}

// pass hands on the results of a message, which is acknowledged when all of them
// are.
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

// giveUp moves to the failed queue what is no result, as is done with what is no
// command. It tells whether that worked.
func (r *replies) giveUp(msg *message.Message, err error) bool {
	delivery{bus: r.bus, worker: "runner"}.giveUp(r.take, msg, domain.ExecuteBenchmark{}, false, domain.FailureOf(err, 1))
	select {
	case <-msg.Acked():
		return true
	default:
		return false
	}
}

// release lets go of the messages at the front that are settled.
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

// whyEnded says why nothing comes any more. A transport ends the subscription by
// itself where it leaves the queue to another process.
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

// Close gives back what is not acknowledged and ends the subscription.
func (r *replies) Close() error {
	r.closeOnce.Do(func() {
		r.stop()
		close(r.closed)
	})
	<-r.ended
	return nil
}
