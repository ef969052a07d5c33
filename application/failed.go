package application

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/benchbus/benchbus/domain"
)

// FailedFilter chooses failed messages. A message must match every field that is set.
type FailedFilter struct {
	IDs   []string            // one of them; empty means all
	Run   domain.RunID        // empty means all
	Class domain.FailureClass // empty means all
}

func (f FailedFilter) matches(m domain.FailedMessage) bool {
	return (len(f.IDs) == 0 || slices.Contains(f.IDs, m.ID)) &&
		(f.Run == "" || f.Run == m.RunID) && (f.Class == "" || f.Class == m.Class)
}

// ListFailed returns the failed messages that match, oldest first. They stay in the
// queue.
func ListFailed(ctx context.Context, bus domain.FailedMessages, filter FailedFilter) ([]domain.FailedMessage, error) {
	return browseFailed(ctx, bus, filter.matches, domain.KeepFailed)
}

// RemoveFailed deletes the failed messages that match, and returns them.
func RemoveFailed(ctx context.Context, bus domain.FailedMessages, filter FailedFilter) ([]domain.FailedMessage, error) {
	return browseFailed(ctx, bus, filter.matches, domain.RemoveFailed)
}

func browseFailed(ctx context.Context, bus domain.FailedMessages, matches func(domain.FailedMessage) bool, action domain.FailedAction) ([]domain.FailedMessage, error) {
	var matching []domain.FailedMessage
	err := bus.BrowseFailed(ctx, func(m domain.FailedMessage) domain.FailedAction {
		if !matches(m) {
			return domain.KeepFailed
		}
		matching = append(matching, m)
		return action
	})
	return matching, err
}

// Retried says what RetryFailed did.
type Retried struct {
	Messages []domain.FailedMessage
	// Reopened holds the runs of the store whose failures are outstanding again.
	// Somebody must collect their results: see Runner.Wait.
	Reopened []domain.RunID
}

// RetryFailed sends the failed messages that match to the workers again, with the same
// ids, as first attempts. Iterations that the store has recorded as failed become
// outstanding again.
//
// It leaves alone the messages of a cancelled run, and those of a run whose results are
// being collected, because its runner has counted them. The error says so, after the
// others were retried.
func RetryFailed(ctx context.Context, bus domain.Bus, store domain.Store, filter FailedFilter) (Retried, error) {
	matching, err := ListFailed(ctx, bus, filter)
	if err != nil {
		return Retried{}, err
	}
	var done Retried
	var problems []error
	runs := map[domain.RunID][]domain.FailedMessage{}
	for _, m := range matching {
		if isResult(m) {
			problems = append(problems, fmt.Errorf("message %s is a result that could not be read, and no command; resume run %q to execute what has no result", m.ID, m.RunID))
			continue
		}
		runs[m.RunID] = append(runs[m.RunID], m)
	}
	chosen := map[string]bool{}
	for _, run := range slices.Sorted(maps.Keys(runs)) {
		if run != "" { // only an unreadable message has no run
			known, release, err := reopen(ctx, bus, store, run, runs[run])
			if err != nil {
				problems = append(problems, fmt.Errorf("run %s: %w", run, err))
				continue
			}
			defer release() // nobody may count its results while its messages are still in the failed queue
			if known {
				done.Reopened = append(done.Reopened, run)
			}
		}
		for _, m := range runs[run] {
			chosen[m.ID] = true
		}
	}
	if len(chosen) > 0 {
		done.Messages, err = browseFailed(ctx, bus, func(m domain.FailedMessage) bool { return chosen[m.ID] && !isResult(m) }, domain.RetryFailed)
	}
	return done, errors.Join(append(problems, err)...)
}

// isResult reports whether a message is a result from a worker.
func isResult(m domain.FailedMessage) bool {
	return m.Schema == domain.SchemaExecuted || m.Schema == domain.SchemaExecutedBatch
}

// reopen makes the messages' iterations outstanding again, and keeps others from
// collecting the run's results until release is called. known is false if the store
// does not have the run.
func reopen(ctx context.Context, bus domain.Bus, store domain.Store, run domain.RunID, messages []domain.FailedMessage) (known bool, release func(), err error) {
	replies, err := bus.OpenReplies(ctx, run)
	if errors.Is(err, domain.ErrRunTaken) {
		err = fmt.Errorf("%w; retry what failed when it is over", err)
	}
	if err != nil {
		return false, nil, err
	}
	release = func() { _ = replies.Close() }
	iterations := make([]int, len(messages))
	for i, m := range messages {
		iterations[i] = m.Iteration
	}
	err = store.Reopen(ctx, run, iterations)
	if errors.Is(err, domain.ErrRunNotFound) {
		return false, release, nil
	}
	if err != nil {
		release()
		return false, nil, fmt.Errorf("make what failed outstanding again: %w", err)
	}
	return true, release, nil
}
