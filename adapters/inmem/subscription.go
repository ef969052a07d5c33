package inmem

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"sync"

	"github.com/ThreeDotsLabs/watermill/message"
)

// Subscribe delivers the topic's messages, one at a time: the next one comes after the
// one before was acknowledged. After ctx has ended it delivers nothing new. The channel
// closes as soon as the message in flight is settled, or at Close.
func (t *Transport) Subscribe(ctx context.Context, topic string) (<-chan *message.Message, error) {
	return t.SubscribeWindow(ctx, topic, 1)
}

// SubscribeWindow is Subscribe with up to window unsettled messages.
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

// join returns the queue from which a new subscriber takes.
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

// leave removes a subscriber's queue if that subscriber was the last one and the queue
// is empty. Otherwise the reply queues of past runs would pile up.
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

// deliver hands the message out and waits until it is settled. It returns false if the
// subscription has ended.
func (t *Transport) deliver(ctx context.Context, q *queue, e envelope, out chan<- *message.Message) bool {
	msg := message.NewMessage(e.msg.UUID, e.msg.Payload)
	if e.msg.Metadata != nil {
		msg.Metadata = maps.Clone(e.msg.Metadata)
	}
	if e.deliveries > 0 {
		msg.Metadata.Set(DeliveryCountKey, strconv.Itoa(e.deliveries))
	}
	inflight, settled := context.WithCancel(ctx)
	defer settled() // Watermill promises that a message's context ends when the message is settled
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
