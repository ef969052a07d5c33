package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
)

// logs notices when certain lines are logged.
type logs struct {
	mu   sync.Mutex
	seen map[string]chan struct{} // by a part of the line
}

// line returns a channel that is closed once a line that contains the text has been
// logged.
func (l *logs) line(part string) <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen[part] == nil {
		l.seen[part] = make(chan struct{})
	}
	return l.seen[part]
}

func (l *logs) saw(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for part, c := range l.seen {
		select {
		case <-c:
		default:
			if strings.Contains(line, part) {
				close(c)
			}
		}
	}
}

// hook is a log handler that shows each line to logs first.
type hook struct {
	slog.Handler
	logs *logs
}

func (h hook) Enabled(context.Context, slog.Level) bool { return true }

func (h hook) Handle(ctx context.Context, r slog.Record) error {
	h.logs.saw(r.Message)
	if !h.Handler.Enabled(ctx, r.Level) {
		return nil
	}
	return h.Handler.Handle(ctx, r)
}

func (h hook) WithAttrs(attrs []slog.Attr) slog.Handler {
	return hook{h.Handler.WithAttrs(attrs), h.logs}
}

// await waits for a line of the runner's log.
func (s *stage) await(line <-chan struct{}, what string) error {
	select {
	case <-line:
		return nil
	case <-s.ctx.Done():
		return fmt.Errorf("waited in vain for the log to say: %s", what)
	}
}
