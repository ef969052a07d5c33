package rabbitmq

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/benchbus/benchbus/adapters/topics"
	"github.com/benchbus/benchbus/domain"
)

// kind says what the broker needs for a topic.
type kind int

const (
	kindQueue       kind = iota // any other queue, such as a reply address of somebody else's
	kindCommands                // a queue of commands
	kindDelay                   // TOPIC.delay.MILLISECONDS, dead-letters to TOPIC
	kindFailed                  // the failed queue
	kindReplies                 // the results of a run
	kindEvents                  // a fan-out exchange
	kindUnroutable              // the queue that keeps replies that nobody waits for
	unlimited       = math.MaxInt32
	unroutableLimit = 100_000 // messages that kindUnroutable keeps; the oldest go first
)

// resource describes how to declare a queue, or the exchange of an event topic.
type resource struct {
	kind  kind
	name  string
	queue QueueType // empty for an exchange
	args  amqp.Table
}

// names tells what each topic of a namespace is.
type names struct {
	Config
	quorum bool
}

func (n names) topics() topics.Names { return topics.Names{Namespace: n.Namespace} }

func delayName(topic string, delay time.Duration) string {
	return topic + ".delay." + strconv.FormatInt(delayMillis(delay), 10)
}

// delayMillis returns the delay in milliseconds. It rounds up, because a retry may be
// late but never early.
func delayMillis(delay time.Duration) int64 {
	return int64((delay + time.Millisecond - 1) / time.Millisecond)
}

func (n names) kindOf(topic string) kind {
	switch n.topics().KindOf(topic) {
	case topics.Events:
		return kindEvents
	case topics.Failed:
		return kindFailed
	case topics.Unroutable:
		return kindUnroutable
	case topics.Replies:
		return kindReplies
	case topics.Commands:
		if _, _, ok := n.delayed(topic); ok {
			return kindDelay
		}
		return kindCommands
	}
	return kindQueue
}

// delayed splits the name of a queue in which commands wait. It returns the queue to
// which they go then, and after how many milliseconds. It looks for the last ".delay."
// behind the namespace, because a queue of commands may itself be named delay, and the
// namespace may hold the word too.
func (n names) delayed(topic string) (target string, millis int64, ok bool) {
	at := strings.LastIndex(topic, ".delay.")
	if at < len(n.topics().Commands()) || !strings.HasPrefix(topic, n.topics().Commands()) {
		return "", 0, false
	}
	ms, err := strconv.ParseUint(topic[at+len(".delay."):], 10, 63)
	return topic[:at], int64(ms), err == nil
}

// resource returns how to declare a topic.
func (n names) resource(topic string) resource {
	r := resource{kind: n.kindOf(topic), name: topic, args: amqp.Table{}, queue: QueueClassic}
	if r.kind == kindEvents {
		return r
	}
	if n.quorum {
		r.queue = QueueQuorum
		r.args["x-queue-type"] = "quorum"
		// The limit must not give up messages of the other queues, which are only
		// looked at, or wait for a runner that comes back. Newer brokers set a limit by
		// default.
		r.args["x-delivery-limit"] = int64(unlimited)
	}
	switch r.kind {
	case kindCommands:
		n.deadLetter(r.args, n.topics().Failed())
		if n.quorum {
			r.args["x-delivery-limit"] = int64(n.DeliveryLimit)
		}
	case kindDelay:
		target, millis, _ := n.delayed(topic)
		r.args["x-message-ttl"] = millis
		n.deadLetter(r.args, target)
	case kindReplies:
		r.args["x-expires"] = n.ReplyExpiry.Milliseconds()
	case kindUnroutable:
		r.args["x-max-length"] = int64(unroutableLimit)
	}
	return r
}

// deadLetter makes the broker move a message that expires, or was delivered too often,
// to another queue. A quorum queue does so without a moment in which it could be lost.
func (n names) deadLetter(args amqp.Table, to string) {
	args["x-dead-letter-exchange"] = ""
	args["x-dead-letter-routing-key"] = to
	if n.quorum {
		args["x-dead-letter-strategy"] = "at-least-once"
		args["x-overflow"] = "reject-publish" // at-least-once needs it
	}
}

// needs returns the topics to which a topic dead-letters, and which must exist first.
func (n names) needs(topic string) []string {
	switch n.kindOf(topic) {
	case kindCommands:
		return []string{n.topics().Failed()}
	case kindDelay:
		target, _, _ := n.delayed(topic)
		return []string{n.topics().Failed(), target}
	}
	return nil
}

// declare declares the resource. It fails if the resource exists with other properties.
func (r resource) declare(ch *amqp.Channel) error {
	var err error
	if r.kind == kindEvents {
		err = ch.ExchangeDeclare(r.name, amqp.ExchangeFanout, true, false, false, false, nil)
	} else {
		_, err = ch.QueueDeclare(r.name, true, false, false, false, r.args)
	}
	return r.explain(err)
}

// ErrMismatch says that a queue or exchange exists with other properties than the
// configuration asks for.
var ErrMismatch = errors.New("exists with other properties")

func isMismatch(err error) bool { return errors.Is(err, ErrMismatch) }

// isFinal reports whether trying again cannot help.
func isFinal(err error) bool { return isMismatch(err) || errors.Is(err, domain.ErrAccess) }

func (r resource) explain(err error) error {
	var refused *amqp.Error
	if !errors.As(err, &refused) || refused.Code != amqp.PreconditionFailed {
		if _, dead := r.args["x-dead-letter-exchange"]; dead {
			return deadening.access(err)
		}
		return declaring.access(err)
	}
	what := "queue"
	if r.kind == kindEvents {
		what = "exchange"
	}
	return fmt.Errorf("rabbitmq: %s %s %w (%s); use the same settings as those who declared it, or delete it once it is empty",
		what, r.name, ErrMismatch, refused.Reason)
}
