package rabbitmq

import (
	"context"
	"sync"
)

// window counts how many more messages a subscription may hand out.
type window struct {
	mu   sync.Mutex
	free int
	some chan struct{} // holds a token after free has grown
}

func newWindow(size int) *window {
	return &window{free: size, some: make(chan struct{}, 1)}
}

// wait tells whether there is room, once there is; false where one of the two
// ends before that.
func (w *window) wait(ctx context.Context, closed <-chan struct{}) bool {
	for {
		w.mu.Lock()
		free := w.free
		w.mu.Unlock()
		if ctx.Err() != nil {
			return false
		}
		if free > 0 {
			return true
		}
		select {
		case <-w.some:
		case <-ctx.Done():
			return false
		case <-closed:
			return false
		}
	}
}

// take takes all the room that there is.
func (w *window) take() (size int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	size, w.free = w.free, 0
	return size
}

// give gives back room.
func (w *window) give(size int) {
	w.mu.Lock()
	w.free += size
	w.mu.Unlock()
	select {
	case w.some <- struct{}{}:
	default:
	}
}
