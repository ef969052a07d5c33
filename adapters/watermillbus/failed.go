package watermillbus

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/benchbus/benchbus/domain"
)

// BrowseFailed goes through the failed queue; see [domain.FailedMessages].
func (b *Bus) BrowseFailed(ctx context.Context, each func(domain.FailedMessage) domain.FailedAction) error {
	if b.isClosed() {
		return domain.ErrBusClosed
	}
	browser, ok := b.sub.(Browser)
	if !ok {
		return fmt.Errorf("watermillbus: the subscriber %T cannot show a queue without consuming it; look at %s with the broker's own tools: %w", b.sub, b.topics.Failed(), errors.ErrUnsupported)
	}
	err := browser.Browse(ctx, b.topics.Failed(), func(msg *message.Message) (remove bool, err error) {
		switch each(b.readFailed(msg)) {
		case domain.RetryFailed:
			return true, b.retryFailed(ctx, msg)
		case domain.RemoveFailed:
			return true, nil
		}
		return false, nil
	})
	if err != nil {
		return fmt.Errorf("go through %s: %w", b.topics.Failed(), err)
	}
	return nil
}

// retryFailed sends a failed message to the workers again.
func (b *Bus) retryFailed(ctx context.Context, msg *message.Message) error {
	switch schema := msg.Metadata.Get(keyType); schema {
	case domain.SchemaExecuted, domain.SchemaExecutedBatch:
		return fmt.Errorf("message %s is a %s, which no worker can execute", msg.UUID, schema)
	}
	cmd, err := b.readCommand(msg.Payload)
	if err != nil { // perhaps a newer worker can read it
		again := msg.Copy()
		for _, key := range failureKeys {
			delete(again.Metadata, key)
		}
		forgetDeliveries(again)
		return b.publish(ctx, b.topics.Commands(), again)
	}
	cmd.Attempt, cmd.Redeliveries, cmd.HostFailures, cmd.WaitingSince = 1, 0, 0, time.Time{}
	return b.Dispatch(ctx, cmd)
}

// readFailed reads what the failed queue says of a message. Anybody may put anything
// into that queue, so a field that is missing or makes no sense stays empty.
func (b *Bus) readFailed(msg *message.Message) domain.FailedMessage {
	cmd, _ := b.fromProperties(msg)
	if reason := msg.Metadata.Get(keyDeath); reason != "" && msg.Metadata.Get(keyFailureClass) == "" {
		msg = died(msg, reason)
	}
	attempts, _ := strconv.Atoi(msg.Metadata.Get(keyFailureAttempts))
	at, _ := time.Parse(time.RFC3339Nano, msg.Metadata.Get(keyFailureTime))
	return domain.FailedMessage{
		ID: msg.UUID, Schema: msg.Metadata.Get(keyType), RunID: cmd.RunID, Iteration: cmd.Iteration,
		Failure: domain.Failure{
			Class:    domain.FailureClass(msg.Metadata.Get(keyFailureClass)),
			Message:  msg.Metadata.Get(keyFailureMessage),
			Output:   msg.Metadata.Get(keyFailureOutput),
			Attempts: attempts,
		},
		Worker: msg.Metadata.Get(keyFailureWorker), At: at, Payload: msg.Payload,
	}
}

// died fills in why the broker itself moved a message to the failed queue.
func died(msg *message.Message, reason string) *message.Message {
	msg = msg.Copy()
	msg.Metadata[keyFailureClass], msg.Metadata[keyFailureMessage] = string(domain.ClassWorkerLost),
		"the broker gave it up ("+reason+"): no worker that got it lived to answer"
	if reason == "expired" {
		msg.Metadata[keyFailureClass], msg.Metadata[keyFailureMessage] = string(domain.ClassExpired), "its deadline was over before a worker took it"
	}
	return msg
}
