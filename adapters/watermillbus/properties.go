package watermillbus

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/benchbus/benchbus/domain"
)

// Metadata keys. A transport mirrors them to its broker's own properties where
// it has such.
const (
	keyType        = "type"           // the message's schema
	keyCorrelation = "correlation_id" // the run
	keyTime        = "time"           // when it was sent, RFC 3339
	keyReplyTo     = "reply_to"       // commands only
	keyAttempt     = "attempt"        // commands only
	keyDeadline    = "deadline"       // commands that have one, RFC 3339

	// keyDeliveries is the transport's count of earlier deliveries.
	keyDeliveries = "x-delivery-count"
	// keyRedelivered is "true" where the transport does not count, and the message
	// may have been delivered before.
	keyRedelivered = "x-redelivered"
	// keyDeath is why the transport moved a message to the failed queue by itself.
	keyDeath = "x-death-reason"
)

func (b *Bus) setProperties(ctx context.Context, msg *message.Message, schema string, run domain.RunID, at time.Time) {
	msg.Metadata[keyType] = schema
	msg.Metadata[keyCorrelation] = string(run)
	msg.Metadata[keyTime] = at.UTC().Format(time.RFC3339Nano)
	if b.cfg.Inject != nil {
		b.cfg.Inject(ctx, msg.Metadata.Set)
	}
}

func (b *Bus) commandMessage(ctx context.Context, cmd domain.ExecuteBenchmark) (*message.Message, error) {
	payload, err := b.codec.encodeCommand(cmd)
	if err != nil {
		return nil, err
	}
	msg := message.NewMessage(cmd.MessageID(), payload)
	b.setProperties(ctx, msg, domain.SchemaExecute, cmd.RunID, time.Now())
	msg.Metadata[keyReplyTo] = cmd.ReplyTo
	msg.Metadata[keyAttempt] = strconv.Itoa(cmd.Attempt)
	if !cmd.Deadline.IsZero() {
		msg.Metadata[keyDeadline] = cmd.Deadline.UTC().Format(time.RFC3339Nano)
	}
	return msg, nil
}

// readCommand reads a command and checks it; its error has class ClassUnreadable.
// Results go to the address of the command's run alone: whoever can send commands
// could have any queue declared and filled otherwise.
func (b *Bus) readCommand(payload []byte) (domain.ExecuteBenchmark, error) {
	if err := b.fits(payload); err != nil {
		return domain.ExecuteBenchmark{}, err
	}
	cmd, err := b.codec.decodeCommand(payload)
	if err == nil && cmd.ReplyTo != b.topics.Replies(cmd.RunID) {
		err = domain.Fail(domain.ClassUnreadable, "reply_to %.300q is not the address of the run's results, %q", cmd.ReplyTo, b.topics.Replies(cmd.RunID))
	}
	return cmd, err
}

// fromProperties tells what a command that cannot be read says of itself in its
// properties; false where that is not enough to answer it.
func (b *Bus) fromProperties(msg *message.Message) (domain.ExecuteBenchmark, bool) {
	cmd := domain.ExecuteBenchmark{
		RunID:   domain.RunID(msg.Metadata.Get(keyCorrelation)),
		ReplyTo: msg.Metadata.Get(keyReplyTo),
		Attempt: 1,
	}
	if n, err := strconv.Atoi(msg.Metadata.Get(keyAttempt)); err == nil && n > 1 && n <= domain.MaxAttempts {
		cmd.Attempt = n
	}
	number, ok := strings.CutPrefix(msg.UUID, string(cmd.RunID)+"/")
	n, err := strconv.Atoi(number)
	cmd.Iteration = n
	return cmd, ok && err == nil && n >= 1 && n <= domain.MaxIterations && cmd.RunID != "" && len(cmd.RunID) <= domain.MaxRunID &&
		cmd.ReplyTo == b.topics.Replies(cmd.RunID)
}

// maxForeign is how many bytes of somebody else's properties a message keeps in the
// failed queue. With what is said of the failure that is well below a frame of
// RabbitMQ's.
const maxForeign = 16 << 10

// boundedProperties are the properties of a message that goes to the failed queue:
// those of this module cut to what a broker takes, and those of others, the smallest
// first, as far as they fit. The transport's count is left out, since the failed
// queue counts for itself.
func boundedProperties(msg *message.Message) message.Metadata {
	bounded := message.Metadata{}
	var foreign []string
	for key, value := range msg.Metadata {
		switch key {
		case keyDeliveries, keyRedelivered:
		case keyType, keyCorrelation, keyReplyTo, keyTime, keyAttempt, keyDeadline, keyDeath:
			bounded[key] = domain.Shorten(value, domain.MaxAddress)
		default:
			foreign = append(foreign, key)
		}
	}
	size := func(key string) int { return len(key) + len(msg.Metadata[key]) }
	slices.SortFunc(foreign, func(a, b string) int { return cmp.Or(size(a)-size(b), cmp.Compare(a, b)) })
	for left := maxForeign; len(foreign) > 0 && size(foreign[0]) <= left; foreign = foreign[1:] {
		bounded[foreign[0]] = msg.Metadata[foreign[0]]
		left -= size(foreign[0])
	}
	return bounded
}

// deliveriesBefore is how often the transport delivered the message before,
// without an answer.
func deliveriesBefore(msg *message.Message) int {
	n, err := strconv.Atoi(msg.Metadata.Get(keyDeliveries))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// lostBefore is deliveriesBefore, or 1 where it was perhaps delivered before.
func lostBefore(msg *message.Message) int {
	if n := deliveriesBefore(msg); n > 0 || msg.Metadata.Get(keyRedelivered) != "true" {
		return n
	}
	return 1
}

// forgetDeliveries takes off what the transport said of a message that is sent anew.
func forgetDeliveries(msg *message.Message) {
	delete(msg.Metadata, keyDeliveries)
	delete(msg.Metadata, keyRedelivered)
}
