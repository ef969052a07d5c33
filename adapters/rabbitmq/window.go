package rabbitmq

import (
	"context"
	"sync"
)

// window counts how many more messages a subscription may hand out. Several goroutines
// may use it.
type window struct {
	mu   sync.Mutex
	free int
	some chan struct{} // holds a token after free has grown
}

func newWindow(size int) *window {
	return &window{free: size, some: make(chan struct{}, 1)}
}

// wait waits for room and returns true. It returns false if ctx or closed ends before
// that.
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

// take takes all free room and returns its size.
func (w *window) take() (size int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	size, w.free = w.free, 0
	return size
}

// give returns room to the window.
func (w *window) give(size int) {
	w.mu.Lock()
	w.free += size
	w.mu.Unlock()
	select {
	case w.some <- struct{}{}:
	default:
	}
}
