package rabbitmq

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// outage tells in one line that a transport has lost the broker, and in another
// when it has it again, however many connections and subscriptions that concerns.
// What else is said meanwhile is for those who look for details.
type outage struct {
	logger *slog.Logger

	mu    sync.Mutex
	since time.Time // zero while there is none
}

// newOutage tells of the broker with that address.
func newOutage(cfg Config) *outage {
	return &outage{logger: cfg.Logger.With("address", Address(cfg.URL))}
}

func (o *outage) begin(what string, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	level := slog.LevelDebug
	if o.since.IsZero() {
		level, o.since = slog.LevelWarn, time.Now()
	}
	o.logger.Log(context.Background(), level, what, "error", err)
}

func (o *outage) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.since.IsZero() {
		o.logger.Info("connected to the broker again", "after", time.Since(o.since).Round(time.Millisecond))
		o.since = time.Time{}
	}
}
