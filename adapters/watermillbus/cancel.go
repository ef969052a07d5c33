package watermillbus

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// markLifetime is how long what is known about a run's mark is believed: so much
// later a cancelled run is executed no more.
const markLifetime = time.Second

// cancellations remembers which runs are cancelled and which are not.
type cancellations struct {
	mu   sync.Mutex
	runs map[domain.RunID]cancellation
}

type cancellation struct {
	cancelled bool
	at        time.Time
}

func (c *cancellations) remember(run domain.RunID, cancelled bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.runs == nil || len(c.runs) >= cacheEntries {
		c.runs = map[domain.RunID]cancellation{}
	}
	c.runs[run] = cancellation{cancelled, time.Now()}
}

// Cancel marks the run; see [domain.CommandBus].
func (b *Bus) Cancel(ctx context.Context, run domain.RunID) error {
	if b.isClosed() {
		return domain.ErrBusClosed
	}
	marker, ok := b.pub.(Marker)
	if !ok {
		return fmt.Errorf("watermillbus: the publisher %T cannot mark a run: %w", b.pub, errors.ErrUnsupported)
	}
	if err := marker.Mark(ctx, b.topics.Cancelled(run)); err != nil {
		return err
	}
	b.cancelled.remember(run, true)
	return nil
}

// isCancelled tells whether the run is marked. Where that cannot be found out it
// is not: a command executed in vain is better than one lost.
func (b *Bus) isCancelled(ctx context.Context, run domain.RunID) bool {
	marker, ok := b.pub.(Marker)
	if !ok {
		return false
	}
	b.cancelled.mu.Lock()
	known, ok := b.cancelled.runs[run]
	b.cancelled.mu.Unlock()
	if ok && (known.cancelled || time.Since(known.at) < markLifetime) {
		return known.cancelled
	}
	marked, err := marker.Marked(ctx, b.topics.Cancelled(run))
	if err != nil {
		b.cfg.Logger.Warn("cannot find out whether a run is cancelled", "run", run, "error", err)
		return false
	}
	b.cancelled.remember(run, marked)
	return marked
}
