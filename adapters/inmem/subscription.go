package inmem

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"sync"

	"github.com/ThreeDotsLabs/watermill/message"
)

// Subscribe delivers the topic's messages, one at a time: the next comes after
// the one before was acknowledged. When the context ends, nothing new is
// delivered; the channel closes as soon as the message at hand is settled, or
// at Close.
func (t *Transport) Subscribe(ctx context.Context, topic string) (<-chan *message.Message, error) {
	return t.SubscribeWindow(ctx, topic, 1)
}

// SubscribeWindow is Subscribe with up to window messages that are not settled.
func (t *Transport) SubscribeWindow(ctx context.Context, topic string, window int) (<-chan *message.Message, error) {
	q, err := t.join(topic)
	if err != nil {
		return nil, err
	}
	out := make(chan *message.Message)
	var inflight sync.WaitGroup
	for range max(window, 1) {
		inflight.Go(func() {
			for {
				e, ok := q.take(ctx)
				if !ok || !t.deliver(ctx, q, e, out) {
					return
				}
			}
		})
	}
	go func() {
		inflight.Wait()
		t.leave(topic, q)
		close(out)
		t.subs.Done()
	}()
	return out, nil
}

// join returns the queue that a new subscriber takes from.
func (t *Transport) join(topic string) (*queue, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.done {
		return nil, ErrClosed
	}
	var q *queue
	if t.FansOut(topic) {
		q = newQueue(t.cfg.Buffer, true, t.closed)
		t.fanouts[topic] = append(t.fanouts[topic], q)
	} else {
		q = t.queueLocked(topic)
	}
	q.takers++
	t.subs.Add(1)
	return q, nil
}

// leave takes a subscriber's queue away when it was the last one and nothing is
// left: the reply queues of runs that are over would pile up otherwise.
func (t *Transport) leave(topic string, q *queue) {
	t.mu.Lock()
	defer t.mu.Unlock()
	q.takers--
	if t.FansOut(topic) {
		t.fanouts[topic] = slices.DeleteFunc(t.fanouts[topic], func(other *queue) bool { return other == q })
	} else if q.takers == 0 && q.retire() {
		delete(t.queues, topic)
	}
}

// deliver hands the message out and waits until it is settled; false when the
// subscription is over.
func (t *Transport) deliver(ctx context.Context, q *queue, e envelope, out chan<- *message.Message) bool {
	msg := message.NewMessage(e.msg.UUID, e.msg.Payload)
	if e.msg.Metadata != nil {
		msg.Metadata = maps.Clone(e.msg.Metadata)
	}
	if e.deliveries > 0 {
		msg.Metadata.Set(DeliveryCountKey, strconv.Itoa(e.deliveries))
	}
	inflight, settled := context.WithCancel(ctx)
	defer settled() // as Watermill promises
	msg.SetContext(inflight)
	select {
	case out <- msg:
	case <-ctx.Done():
		q.giveBack(e)
		return false
	case <-t.closed:
		q.giveBack(e)
		return false
	}
	select {
	case <-msg.Acked():
	case <-msg.Nacked():
		e.deliveries++
		q.giveBack(e)
	case <-t.closed:
		return false
	}
	return true
}
