package rabbitmq

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// outage logs one line when a transport loses the broker, and another when it has it
// again, however many connections and subscriptions that concerns. It logs everything
// else meanwhile at level debug.
type outage struct {
	logger *slog.Logger

	mu    sync.Mutex
	since time.Time // zero while the broker is there
}

// newOutage logs the broker's address with each line.
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
