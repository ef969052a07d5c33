package watermillbus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/benchbus/benchbus/domain"
)

// Announce sends an event to all who watch; see [domain.EventBus].
func (b *Bus) Announce(ctx context.Context, event domain.Event) error {
	if b.events == nil && !b.isClosed() {
		return nil // nobody can watch, and events in a queue would pile up
	}
	schema, run, at := event.About()
	payload, err := encodeEvent(event)
	if err != nil {
		return fmt.Errorf("encode event %s: %w", schema, err)
	}
	msg := message.NewMessage(fmt.Sprintf("%s/%s/%d", run, schema, at.UnixNano()), payload)
	b.setProperties(ctx, msg, schema, run, at)
	return b.publish(ctx, b.topics.Events(event.Subject()), msg)
}

// Watch calls each for every event; see [domain.EventBus]. It passes over a message
// that is not an event, or is one of a later version.
func (b *Bus) Watch(ctx context.Context, subjects []domain.Subject, ready func(), each func(domain.Event)) error {
	if b.isClosed() {
		return domain.ErrBusClosed
	}
	if b.events == nil {
		return fmt.Errorf("watermillbus: the subscriber %T does not give each who watches a copy of an event; set Config.Events to one that does: %w", b.sub, errors.ErrUnsupported)
	}
	listening, stop := context.WithCancel(ctx)
	defer stop()
	var streams []<-chan *message.Message
	for _, subject := range subjects {
		topic := b.topics.Events(subject)
		messages, err := b.events.Subscribe(listening, topic)
		if err != nil {
			stop()
			giveBack(streams)
			return fmt.Errorf("subscribe to %s: %w", topic, err)
		}
		streams = append(streams, messages)
	}
	ready()
	for msg := range merge(ctx, streams) {
		msg.Ack() // at once: a listener that fails to handle news does not get it again
		if event, err := b.readEvent(msg.Payload); err != nil {
			b.cfg.Logger.Warn("passed over what is not an event", "message", msg.UUID, "error", err)
		} else if ctx.Err() == nil {
			each(event)
		}
	}
	if ctx.Err() == nil {
		return domain.ErrBusClosed
	}
	return nil
}

func encodeEvent(event domain.Event) ([]byte, error) {
	switch e := event.(type) {
	case domain.RunEvent:
		return json.Marshal(wireRunEventOf(e))
	case domain.WorkerHeartbeat:
		return json.Marshal(wireHeartbeatOf(e))
	case domain.StatusRequest:
		return json.Marshal(wireStatusRequest(e))
	}
	return nil, fmt.Errorf("watermillbus: a %T is not an event of the bus", event)
}

func (b *Bus) readEvent(payload []byte) (domain.Event, error) {
	if err := b.fits(payload); err != nil {
		return nil, err
	}
	var head struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(payload, &head); err != nil {
		return nil, err
	}
	switch {
	case domain.IsRunSchema(head.Schema):
		return decodeEvent[wireRunEvent](payload)
	case head.Schema == domain.SchemaHeartbeat:
		return decodeEvent[wireHeartbeat](payload)
	case head.Schema == domain.SchemaStatusRequest:
		return decodeEvent[wireStatusRequest](payload)
	}
	return nil, fmt.Errorf("schema %q is not known", head.Schema)
}

func decodeEvent[W interface{ event() domain.Event }](payload []byte) (domain.Event, error) {
	var wire W
	if err := json.Unmarshal(payload, &wire); err != nil {
		return nil, err
	}
	event := wire.event()
	return event, event.Check()
}
