package watermillbus

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/benchbus/benchbus/domain"
)

// Announce sends an event to all who watch; see [domain.EventBus].
func (b *Bus) Announce(ctx context.Context, event domain.RunEvent) error {
	payload, err := json.Marshal(event)
	if err != nil {
		return fmt.Errorf("encode event %s: %w", event.Schema, err)
	}
	msg := message.NewMessage(fmt.Sprintf("%s/%s/%d", event.RunID, event.Schema, event.At.UnixNano()), payload)
	b.setProperties(ctx, msg, event.Schema, event.RunID, event.At)
	return b.publish(ctx, b.events(), msg)
}

// Watch calls the function for every event; see [domain.EventBus]. What is not
// an event is passed over.
func (b *Bus) Watch(ctx context.Context, ready func(), each func(domain.RunEvent)) error {
	if b.isClosed() {
		return domain.ErrBusClosed
	}
	messages, err := b.sub.Subscribe(ctx, b.events())
	if err != nil {
		return fmt.Errorf("subscribe to %s: %w", b.events(), err)
	}
	ready()
	for msg := range messages {
		var event domain.RunEvent
		if err := json.Unmarshal(msg.Payload, &event); err != nil || event.Schema == "" {
			b.cfg.Logger.Warn("passed over what is not an event", "message", msg.UUID, "error", err)
		} else if ctx.Err() == nil {
			each(event)
		}
		msg.Ack()
	}
	if ctx.Err() == nil {
		return domain.ErrBusClosed
	}
	return nil
}
