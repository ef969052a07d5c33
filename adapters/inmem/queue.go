package inmem

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/ThreeDotsLabs/watermill/message"
)

// envelope is a message at rest. The message itself is never handed out: each
// delivery is a copy with acknowledgements of its own.
type envelope struct {
	msg        *message.Message
	deliveries int // how often it was delivered before and came back
}

// queue is a first-in first-out queue with competing takers. Puts wait for room
// or push out the oldest; returns and delayed messages never wait.
type queue struct {
	limit      int
	dropOldest bool
	closed     <-chan struct{}
	takers     int // subscriptions; guarded by the transport's lock

	mu      sync.Mutex
	items   []envelope // items[head:] are waiting
	head    int
	retired bool
	// Each channel holds at most one token that says "look again". Whoever
	// takes the token and leaves something for others puts it back.
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

// errRetired says that the queue has left its transport: ask for the topic's
// queue again.
var errRetired = errors.New("inmem: the queue is retired")

// retire takes an empty queue out of service; false when something is waiting.
func (q *queue) retire() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.retired = q.head == len(q.items)
	return q.retired
}

// put appends the message; while the queue is full it waits until there is
// room, the context ends, or the transport is closed.
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

// giveBack puts a message that was not acknowledged before all others.
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

// take waits for a message; false when the context ended or the transport was
// closed first.
func (q *queue) take(ctx context.Context) (envelope, bool) {
	for {
		// An ended context wins over a waiting message, or a draining
		// subscription would go on as long as there is something to take.
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

// list returns what is waiting, oldest first.
func (q *queue) list() []envelope {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.Clone(q.items[q.head:])
}

// len is how many are waiting.
func (q *queue) len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.items) - q.head
}

// remove takes out a message that waits.
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
	// Reclaim the room of what was taken before the slice would have to grow.
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
	q.items[q.head] = envelope{} // let the message go
	q.head++
	if q.head == len(q.items) {
		q.items, q.head = q.items[:0], 0
	}
	return e
}
