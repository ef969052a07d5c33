package watermillbus

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// absenceLifetime is the time for which the bus trusts its finding that a run has no
// tombstone. A worker stops executing a cancelled run after this time at the latest.
const absenceLifetime = time.Second

// cancellations remembers which runs are cancelled and which are not, so that the
// broker is not asked for every command.
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

// Cancel puts up a tombstone for the run; see [domain.CommandBus].
func (b *Bus) Cancel(ctx context.Context, run domain.RunID) error {
	if b.isClosed() {
		return domain.ErrBusClosed
	}
	tombstones, ok := b.pub.(Tombstones)
	if !ok {
		return fmt.Errorf("watermillbus: the publisher %T cannot put up a tombstone: %w", b.pub, errors.ErrUnsupported)
	}
	if err := tombstones.PutTombstone(ctx, b.topics.Cancelled(run)); err != nil {
		return err
	}
	b.cancelled.remember(run, true)
	return nil
}

// isCancelled reports whether the run has a tombstone. It returns false where the
// broker does not say, because it is better to execute a command in vain than to lose
// one.
func (b *Bus) isCancelled(ctx context.Context, run domain.RunID) bool {
	tombstones, ok := b.pub.(Tombstones)
	if !ok {
		return false
	}
	b.cancelled.mu.Lock()
	known, ok := b.cancelled.runs[run]
	b.cancelled.mu.Unlock()
	if ok && (known.cancelled || time.Since(known.at) < absenceLifetime) {
		return known.cancelled
	}
	found, err := tombstones.HasTombstone(ctx, b.topics.Cancelled(run))
	if err != nil {
		b.cfg.Logger.Warn("cannot find out whether a run is cancelled", "run", run, "error", err)
		return false
	}
	b.cancelled.remember(run, found)
	return found
}
