package watermillbus

import (
	"context"
	"errors"
	"fmt"

	"github.com/benchbus/benchbus/domain"
)

// Queues reports the messages and consumers of each queue; see [domain.CommandBus].
func (b *Bus) Queues(ctx context.Context, results ...domain.RunID) ([]domain.Queue, error) {
	if b.isClosed() {
		return nil, domain.ErrBusClosed
	}
	inspector, ok := b.sub.(Inspector)
	if !ok {
		return nil, fmt.Errorf("watermillbus: the subscriber %T cannot tell how queues stand: %w", b.sub, errors.ErrUnsupported)
	}
	queues, err := inspector.Inspect(ctx, b.topics.Commands(), b.cfg.Retry.Delays()...)
	if err != nil {
		return nil, err
	}
	for i := range queues {
		queues[i].Kind = domain.QueueDelayed
		if queues[i].Name == b.topics.Commands() {
			queues[i].Kind = domain.QueueCommands
		}
	}
	failed, err := inspector.Inspect(ctx, b.topics.Failed())
	if err != nil {
		return nil, err
	}
	for _, queue := range failed {
		queue.Kind = domain.QueueFailed
		queues = append(queues, queue)
	}
	for _, run := range results {
		waiting, err := inspector.Inspect(ctx, b.topics.Replies(run))
		if err != nil {
			return nil, err
		}
		for _, queue := range waiting {
			queue.Kind, queue.RunID = domain.QueueReplies, run
			queues = append(queues, queue)
		}
	}
	return queues, nil
}
