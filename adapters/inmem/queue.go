package inmem

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/ThreeDotsLabs/watermill/message"
)

// envelope is a message in a queue. Each delivery is a copy with acknowledgements of
// its own, so the message itself is never handed out.
type envelope struct {
	msg        *message.Message
	deliveries int // how often it was delivered and came back
}

// queue is a first-in first-out queue with competing takers. put waits for room, or
// drops the oldest message to make room. Messages that come back and delayed ones never
// wait.
type queue struct {
	limit      int
	dropOldest bool
	closed     <-chan struct{}
	takers     int // subscriptions; guarded by the transport's lock

	mu      sync.Mutex
	items   []envelope // items[head:] wait
	head    int
	retired bool
	// Each channel holds at most one token, which means "look again". A goroutine that
	// takes the token and leaves something for others must put it back.
	notEmpty, notFull chan struct{}
}

func newQueue(limit int, dropOldest bool, closed <-chan struct{}) *queue {
	return &queue{
		limit: limit, dropOldest: dropOldest, closed: closed,
		notEmpty: make(chan struct{}, 1), notFull: make(chan struct{}, 1),
	}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// errRetired says that the queue has left its transport. The caller must ask for the
// topic's queue again.
var errRetired = errors.New("inmem: the queue is retired")

// retire takes the queue out of service if it is empty, and reports whether it did.
func (q *queue) retire() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.retired = q.head == len(q.items)
	return q.retired
}

// put appends the message. While the queue is full it waits until there is room, ctx
// ends or the transport is closed.
func (q *queue) put(ctx context.Context, msg *message.Message) error {
	for {
		q.mu.Lock()
		if q.retired {
			q.mu.Unlock()
			return errRetired
		}
		waiting := len(q.items) - q.head
		if waiting >= q.limit && q.dropOldest {
			q.pop()
			waiting--
		}
		if waiting < q.limit {
			q.push(envelope{msg: msg})
			if waiting+1 < q.limit {
				signal(q.notFull)
			}
			q.mu.Unlock()
			return nil
		}
		q.mu.Unlock()
		select {
		case <-q.notFull:
		case <-ctx.Done():
			return ctx.Err()
		case <-q.closed:
			return ErrClosed
		}
	}
}

// add appends the message whether or not there is room.
func (q *queue) add(_ context.Context, msg *message.Message) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.retired {
		return errRetired
	}
	q.push(envelope{msg: msg})
	return nil
}

// giveBack puts a message that was not acknowledged in front of all others.
func (q *queue) giveBack(e envelope) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.head > 0 {
		q.head--
		q.items[q.head] = e
	} else {
		q.items = slices.Insert(q.items, 0, e)
	}
	signal(q.notEmpty)
}

// take waits for a message. It returns false if ctx ends or the transport is closed
// first.
func (q *queue) take(ctx context.Context) (envelope, bool) {
	for {
		// The end of ctx comes before a waiting message. Otherwise a draining
		// subscription would go on as long as there are messages.
		if ctx.Err() != nil {
			signal(q.notEmpty)
			return envelope{}, false
		}
		q.mu.Lock()
		if q.head < len(q.items) {
			e := q.pop()
			if q.head < len(q.items) {
				signal(q.notEmpty)
			}
			if len(q.items)-q.head < q.limit {
				signal(q.notFull)
			}
			q.mu.Unlock()
			return e, true
		}
		q.mu.Unlock()
		select {
		case <-q.notEmpty:
		case <-ctx.Done():
		case <-q.closed:
			return envelope{}, false
		}
	}
}

// list returns the waiting messages, oldest first.
func (q *queue) list() []envelope {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.Clone(q.items[q.head:])
}

// len returns the number of waiting messages.
func (q *queue) len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.items) - q.head
}

// remove takes a waiting message out of the queue.
func (q *queue) remove(msg *message.Message) {
	q.mu.Lock()
	defer q.mu.Unlock()
	waiting := slices.DeleteFunc(q.items[q.head:], func(e envelope) bool { return e.msg == msg })
	q.items = q.items[:q.head+len(waiting)]
	if len(waiting) < q.limit {
		signal(q.notFull)
	}
}

func (q *queue) push(e envelope) {
	// Reuse the room of taken messages before the slice would have to grow.
	if len(q.items) == cap(q.items) && q.head > len(q.items)/2 {
		rest := copy(q.items, q.items[q.head:])
		clear(q.items[rest:])
		q.items, q.head = q.items[:rest], 0
	}
	q.items = append(q.items, e)
	signal(q.notEmpty)
}

func (q *queue) pop() envelope {
	e := q.items[q.head]
	q.items[q.head] = envelope{} // frees the message
	q.head++
	if q.head == len(q.items) {
		q.items, q.head = q.items[:0], 0
	}
	return e
}
