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

// These are metadata keys. A transport copies them to the properties that its broker
// has for them.
const (
	keyType        = "type"           // the message's schema
	keyCorrelation = "correlation_id" // the run's id
	keyTime        = "time"           // when it was sent, RFC 3339
	keyReplyTo     = "reply_to"       // commands only
	keyAttempt     = "attempt"        // commands only
	keyDeadline    = "deadline"       // commands that have one, RFC 3339

	// keyDeliveries holds the number of earlier deliveries that the transport counted.
	keyDeliveries = "x-delivery-count"
	// keyRedelivered is "true" if the transport does not count and may have delivered
	// the message before.
	keyRedelivered = "x-redelivered"
	// keyDeath says why the transport moved a message to the failed queue by itself.
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

// readCommand reads a command and checks it. Its error has class ClassUnreadable. It
// accepts only the address of the command's own run as reply address. Otherwise anybody
// who can send commands could have any queue declared and filled.
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

// fromProperties reads from the properties of a message what its body does not tell. It
// returns false if that is not enough to answer the run.
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

// maxForeign is how many bytes of other people's properties a message keeps in the
// failed queue. Together with the description of the failure this stays well below the
// frame size of RabbitMQ.
const maxForeign = 16 << 10

// boundedProperties returns the properties with which a message goes to the failed
// queue. It cuts those of this module to the length that a broker takes, and keeps
// those of others while they fit, the smallest first. It leaves out the transport's
// count, because the failed queue counts for itself.
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

// deliveriesBefore returns how often the transport delivered the message before without
// an answer.
func deliveriesBefore(msg *message.Message) int {
	n, err := strconv.Atoi(msg.Metadata.Get(keyDeliveries))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// lostBefore returns deliveriesBefore. If the transport does not count, it returns 1
// for a message that was perhaps delivered before.
func lostBefore(msg *message.Message) int {
	if n := deliveriesBefore(msg); n > 0 || msg.Metadata.Get(keyRedelivered) != "true" {
		return n
	}
	return 1
}

// forgetDeliveries removes the transport's count from a message that is sent anew.
func forgetDeliveries(msg *message.Message) {
	delete(msg.Metadata, keyDeliveries)
	delete(msg.Metadata, keyRedelivered)
}
