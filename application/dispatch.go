package application

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/benchbus/benchbus/domain"
)

const (
	// dispatchBatch is the number of commands in one call of Dispatch, so that a broker
	// confirms many at once.
	dispatchBatch = 250
	// dispatchers is the number of batches on their way at once, so that the next ones
	// are sent while the first is being confirmed. They hold twice as many messages as
	// a broker's usual window of 1000, which so stays full.
	dispatchers = 8
)

// dispatch sends the commands in batches. It returns when the bus has accepted all of
// them, or the first error.
func (r *Runner) dispatch(ctx context.Context, pending iter.Seq[domain.ExecuteBenchmark]) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	batches, failed := make(chan []domain.ExecuteBenchmark), make(chan error, dispatchers)
	for range dispatchers {
		go func() {
			failed <- func() error {
				for batch := range batches {
					if err := r.send(ctx, batch); err != nil {
						stop()
						return fmt.Errorf("dispatch iterations %d to %d: %w", batch[0].Iteration, batch[len(batch)-1].Iteration, err)
					}
				}
				return nil
			}()
		}()
	}
	send := func(batch []domain.ExecuteBenchmark) bool {
		select {
		case batches <- batch:
			return true
		case <-ctx.Done():
			return false
		}
	}
	var batch []domain.ExecuteBenchmark
	for cmd := range pending {
		if batch = append(batch, cmd); len(batch) == dispatchBatch {
			if !send(batch) {
				break
			}
			batch = nil
		}
	}
	if len(batch) > 0 {
		send(batch)
	}
	close(batches)
	var err error
	for range dispatchers {
		// The first error stops the others, which then fail with context.Canceled.
		// Return the first one.
		if e := <-failed; e != nil && (err == nil || errors.Is(err, context.Canceled)) {
			err = e
		}
	}
	if err == nil {
		err = ctx.Err() // set if ctx ended before all were sent
	}
	return err
}

// send passes a batch to the bus until the broker has confirmed it.
func (r *Runner) send(ctx context.Context, batch []domain.ExecuteBenchmark) error {
	return domain.SendUntilConfirmed(ctx, func() error { return r.bus.Dispatch(ctx, batch...) }, func() {
		r.cfg.Logger.Warn("the broker did not confirm commands, sending them again", "run", batch[0].RunID, "commands", len(batch))
	})
}
