package application

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// listenPause is how long a listener waits after a failure before it tries again.
const listenPause = time.Second

// listener receives the events about its subjects as long as its context lasts. If a
// watch fails, it begins another, so that it does not stay deaf because the broker was
// away for a moment.
type listener struct {
	bus      domain.EventBus
	subjects []domain.Subject
	logger   *slog.Logger
	hears    atomic.Bool // true while it misses no event
}

// run listens until ctx ends. It calls begun once, when it misses no event any more or
// its first try has failed, because nobody should have to wait for events.
func (l *listener) run(ctx context.Context, begun func(), each func(domain.Event)) {
	waiting := true
	begin := func() {
		if waiting {
			waiting = false
			begun()
		}
	}
	for level := slog.LevelWarn; ; level = slog.LevelDebug { // a warning is logged once
		err := l.bus.Watch(ctx, l.subjects, func() {
			if l.hears.Store(true); level != slog.LevelWarn {
				l.logger.Info("events are heard again")
			}
			begin()
		}, each)
		heard := l.hears.Swap(false)
		begin()
		if ctx.Err() != nil {
			return
		}
		if errors.Is(err, errors.ErrUnsupported) { // the bus logged it when it was made
			l.hears.Store(true) // there are no events to miss
			<-ctx.Done()
			l.hears.Store(false)
			return
		}
		if heard {
			level = slog.LevelWarn
		}
		l.logger.Log(ctx, level, "cannot hear events, trying again", "error", err)
		if pause(ctx, listenPause) != nil {
			return
		}
	}
}

// pause waits for d. It fails if ctx ends before that.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
