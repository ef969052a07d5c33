package project

import (
	"io"
	"sync"
)

// sharedWriter lets preparations that run at the same time write to one log.
type sharedWriter struct {
	mu sync.Mutex
	to io.Writer
}

func (w *sharedWriter) Write(chunk []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.to.Write(chunk)
}
