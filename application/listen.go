package application

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// listenPause is how long a listener that has failed waits before it begins again.
const listenPause = time.Second

// listener hears the events about its subjects as long as its context lasts. A
// watch that fails is begun again: whoever needs to hear must not stay deaf because
// the broker was away for a moment.
type listener struct {
	bus      domain.EventBus
	subjects []domain.Subject
	logger   *slog.Logger
	hears    atomic.Bool // nothing is missed at the moment
}

// run listens until ctx ends. begun is called once, when nothing is missed or the
// first try has failed: nobody stands still for news.
func (l *listener) run(ctx context.Context, begun func(), each func(domain.Event)) {
	waiting := true
	begin := func() {
		if waiting {
			waiting = false
			begun()
		}
	}
	for level := slog.LevelWarn; ; level = slog.LevelDebug { // once is enough to know
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
		if errors.Is(err, errors.ErrUnsupported) { // the transport told so when the bus was made
			l.hears.Store(true) // all that there is
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

// pause lets time pass, and fails where ctx ends before that.
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
