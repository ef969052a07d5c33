package application

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/benchbus/benchbus/domain"
)

// FailedFilter chooses failed messages: those that match all that is given.
type FailedFilter struct {
	IDs   []string            // any of them; none means all
	Run   domain.RunID        // empty means any
	Class domain.FailureClass // empty means any
}

func (f FailedFilter) matches(m domain.FailedMessage) bool {
	return (len(f.IDs) == 0 || slices.Contains(f.IDs, m.ID)) &&
		(f.Run == "" || f.Run == m.RunID) && (f.Class == "" || f.Class == m.Class)
}

// ListFailed returns the failed messages that match, oldest first, and consumes
// nothing.
func ListFailed(ctx context.Context, bus domain.FailedMessages, filter FailedFilter) ([]domain.FailedMessage, error) {
	return sift(ctx, bus, filter, domain.KeepFailed)
}

// RemoveFailed deletes the failed messages that match, and returns them.
func RemoveFailed(ctx context.Context, bus domain.FailedMessages, filter FailedFilter) ([]domain.FailedMessage, error) {
	return sift(ctx, bus, filter, domain.RemoveFailed)
}

func sift(ctx context.Context, bus domain.FailedMessages, filter FailedFilter, action domain.FailedAction) ([]domain.FailedMessage, error) {
	var matching []domain.FailedMessage
	err := bus.SiftFailed(ctx, func(m domain.FailedMessage) domain.FailedAction {
		if !filter.matches(m) {
			return domain.KeepFailed
		}
		matching = append(matching, m)
		return action
	})
	return matching, err
}

// Retried is what RetryFailed did.
type Retried struct {
	Messages []domain.FailedMessage
	// Reopened are the runs of the store whose failures are outstanding again;
	// their results have to be collected: see Runner.Wait.
	Reopened []domain.RunID
}

// RetryFailed sends the failed messages that match to the workers again, with
// the same ids, as first attempts. Iterations that the store has recorded as
// failed are outstanding again. It fails for a run whose results are being
// collected: its runner has counted them.
func RetryFailed(ctx context.Context, bus domain.Bus, store domain.Store, filter FailedFilter) (Retried, error) {
	matching, err := ListFailed(ctx, bus, filter)
	if err != nil {
		return Retried{}, err
	}
	iterations := map[domain.RunID][]int{}
	for _, m := range matching {
		if m.RunID != "" {
			iterations[m.RunID] = append(iterations[m.RunID], m.Iteration)
		}
	}
	var done Retried
	for _, run := range slices.Sorted(maps.Keys(iterations)) {
		known, err := reopen(ctx, bus, store, run, iterations[run])
		if err != nil {
			return done, err
		}
		if known {
			done.Reopened = append(done.Reopened, run)
		}
	}
	done.Messages, err = sift(ctx, bus, filter, domain.RetryFailed)
	return done, err
}

// reopen makes the iterations outstanding again, and sees to it that there is a
// queue for their results; false where the store does not know the run.
func reopen(ctx context.Context, bus domain.Bus, store domain.Store, run domain.RunID, iterations []int) (bool, error) {
	replies, err := bus.OpenReplies(ctx, run)
	if err != nil {
		return false, fmt.Errorf("run %s: %w; retry what failed when it is over", run, err)
	}
	defer replies.Close()
	switch err := store.Reopen(ctx, run, iterations); {
	case errors.Is(err, domain.ErrRunNotFound):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("reopen run %s: %w", run, err)
	}
	return true, nil
}
