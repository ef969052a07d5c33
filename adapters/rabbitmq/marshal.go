package rabbitmq

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"strconv"
	"strings"
	"time"

	wamqp "github.com/ThreeDotsLabs/watermill-amqp/v3/pkg/amqp"
	"github.com/ThreeDotsLabs/watermill/message"
	amqp "github.com/rabbitmq/amqp091-go"
)

// These metadata keys have a place of their own among AMQP's properties.
const (
	keyType        = "type"
	keyCorrelation = "correlation_id"
	keyReplyTo     = "reply_to"
	keyTime        = "time"     // RFC 3339 with nanoseconds; AMQP's own timestamp has seconds
	keyDeadline    = "deadline" // RFC 3339
	keyDeliveries  = "x-delivery-count"
	keyRedelivered = "x-redelivered"
	keyDeath       = "x-death-reason" // why the broker itself moved the message
)

// directReplyTo is a pseudo-queue of the broker. The broker refuses a message with this
// reply address from anybody who does not consume from it.
const directReplyTo = "amq.rabbitmq.reply-to"

const (
	appID       = "benchbus"
	contentType = "application/json"
)

// Marshaler turns Watermill's messages into AMQP's and back. It copies the bus's
// metadata to AMQP's own properties. It can read whatever anybody may send: it turns a
// header that is not text into text, and leaves out the broker's own headers (x-...,
// CC, BCC), on which the broker would act once more, except for the number of
// deliveries.
//
// It can be given to watermill-amqp's own publisher and subscriber too.
type Marshaler struct{}

var _ wamqp.Marshaler = Marshaler{}

// Marshal makes a persistent message. If the message has a deadline and is in a queue
// of commands, the broker moves it to the failed queue when the deadline is over. A
// broker's frame takes 128 KiB of properties, headers included. Marshal cuts headers
// that are too large for it, the longest first, and leaves them out where that is not
// enough. It returns an error for a property above 255 bytes.
func (Marshaler) Marshal(msg *message.Message) (amqp.Publishing, error) {
	p, err := marshal(msg)
	fit(&p, frameMax)
	return p, err
}

// marshal is Marshal without the limit on headers.
func marshal(msg *message.Message) (amqp.Publishing, error) {
	p := amqp.Publishing{
		DeliveryMode: amqp.Persistent, ContentType: contentType, AppId: appID,
		MessageId: msg.UUID, Body: msg.Payload,
	}
	headers := make(amqp.Table, len(msg.Metadata))
	for key, value := range msg.Metadata {
		switch key {
		case keyType:
			p.Type = value
		case keyCorrelation:
			p.CorrelationId = value
		case keyReplyTo:
			if value == directReplyTo {
				headers[key] = value
			} else {
				p.ReplyTo = value
			}
		case keyTime:
			p.Timestamp, _ = time.Parse(time.RFC3339Nano, value)
			headers[key] = value
		case keyDeadline:
			if at, err := time.Parse(time.RFC3339Nano, value); err == nil {
				p.Expiration = expiration(time.Until(at))
			}
			headers[key] = value
		default:
			if err := fits("header's name", key); err != nil {
				return p, err
			}
			headers[key] = value
		}
	}
	if len(headers) > 0 {
		p.Headers = headers
	}
	for _, short := range []string{p.MessageId, p.Type, p.CorrelationId, p.ReplyTo} {
		if err := fits("message's property", short); err != nil {
			return p, err
		}
	}
	return p, nil
}

// fits returns an error for a text above 255 bytes, which amqp091 would cut silently.
func fits(what, short string) error {
	if len(short) > 255 {
		return fmt.Errorf("rabbitmq: a %s is %d bytes long; AMQP allows 255: %.40s…", what, len(short), short)
	}
	return nil
}

// expiration returns the time left in milliseconds, or nothing if it is too long. A
// broker refuses a time beyond its limit, which is ten years with RabbitMQ 3.10. Every
// broker takes 32 bits, 49.7 days. Beyond that the worker alone looks at the deadline.
func expiration(left time.Duration) string {
	if ms := left.Milliseconds(); ms <= math.MaxUint32 {
		return strconv.FormatInt(max(1, ms), 10)
	}
	return ""
}

// errPhantom reports the empty delivery that a closed channel hands out.
var errPhantom = errors.New("rabbitmq: not a message: the channel is closed")

// Unmarshal reads a delivery. It fails only for the empty one of a closed channel.
func (Marshaler) Unmarshal(d amqp.Delivery) (*message.Message, error) {
	if d.Acknowledger == nil {
		return nil, errPhantom
	}
	msg := message.NewMessage(d.MessageId, d.Body)
	for key, value := range d.Headers {
		if strings.HasPrefix(key, "x-") || key == "CC" || key == "BCC" {
			continue
		}
		if text, ok := value.(string); ok {
			msg.Metadata[key] = text
		} else {
			msg.Metadata[key] = fmt.Sprint(value)
		}
	}
	own := map[string]string{keyType: d.Type, keyCorrelation: d.CorrelationId, keyReplyTo: d.ReplyTo}
	maps.DeleteFunc(own, func(_, value string) bool { return value == "" })
	maps.Copy(msg.Metadata, own)
	if reason := death(d); reason != "" {
		msg.Metadata[keyDeath] = reason
	}
	if n, counted := deliveries(d); n > 0 {
		msg.Metadata[keyDeliveries] = strconv.Itoa(n)
	} else if d.Redelivered && !counted {
		msg.Metadata[keyRedelivered] = "true"
	}
	return msg, nil
}

// death returns why the broker itself moved the message last. The broker's list has the
// newest reason first. The header with the first reason would not do, because after a
// retry it only says that the message had waited.
func death(d amqp.Delivery) string {
	if all, _ := d.Headers["x-death"].([]any); len(all) > 0 {
		if newest, ok := all[0].(amqp.Table); ok {
			if reason, ok := newest["reason"].(string); ok {
				return reason
			}
		}
	}
	reason, _ := d.Headers["x-first-death-reason"].(string)
	return reason
}

// deliveries returns how often a quorum queue delivered the message before without an
// answer. counted is false if the queue does not count.
func deliveries(d amqp.Delivery) (n int, counted bool) {
	switch n := d.Headers[keyDeliveries].(type) {
	case int64:
		return clamp(n), true
	case int32:
		return clamp(int64(n)), true
	}
	return 0, false
}

func clamp(n int64) int { return int(max(0, min(n, 1<<30))) }
