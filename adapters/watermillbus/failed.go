package watermillbus

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/benchbus/benchbus/domain"
)

// ListFailed returns what is in the failed queue; see [domain.FailedMessages].
func (b *Bus) ListFailed(ctx context.Context) ([]domain.FailedMessage, error) {
	if b.isClosed() {
		return nil, domain.ErrBusClosed
	}
	browser, ok := b.sub.(Browser)
	if !ok {
		return nil, fmt.Errorf("watermillbus: the subscriber %T cannot show a queue without consuming it; look at %s with the broker's own tools", b.sub, b.failed())
	}
	messages, err := browser.Browse(ctx, b.failed())
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", b.failed(), err)
	}
	failed := make([]domain.FailedMessage, len(messages))
	for i, msg := range messages {
		failed[i] = readFailed(msg)
	}
	return failed, nil
}

// readFailed reads what the failed queue says of a message. Anything may be in
// that queue: what is missing or makes no sense stays empty.
func readFailed(msg *message.Message) domain.FailedMessage {
	cmd, _ := fromProperties(msg)
	attempts, _ := strconv.Atoi(msg.Metadata.Get(keyFailureAttempts))
	at, _ := time.Parse(time.RFC3339Nano, msg.Metadata.Get(keyFailureTime))
	return domain.FailedMessage{
		ID: msg.UUID, RunID: cmd.RunID, Iteration: cmd.Iteration,
		Failure: domain.Failure{
			Class:    domain.FailureClass(msg.Metadata.Get(keyFailureClass)),
			Message:  msg.Metadata.Get(keyFailureMessage),
			Output:   msg.Metadata.Get(keyFailureOutput),
			Attempts: attempts,
		},
		Worker: msg.Metadata.Get(keyFailureWorker), At: at, Payload: msg.Payload,
	}
}
