package watermillbus

import (
	"context"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/benchbus/benchbus/adapters/topics"
	"github.com/benchbus/benchbus/domain"
)

// DelayedPublisher is a publisher that can deliver messages after a delay.
type DelayedPublisher interface {
	PublishAfter(topic string, delay time.Duration, messages ...*message.Message) error
}

// Preparer is a subscriber that can declare the queues of delayed messages before the
// first such message is sent.
type Preparer interface {
	Prepare(ctx context.Context, topic string, delays ...time.Duration) error
}

// Browser is a subscriber that can show every message of a queue, oldest first,
// and remove those for which the function returns true.
type Browser interface {
	Browse(ctx context.Context, topic string, each func(*message.Message) (remove bool, err error)) error
}

// Inspector is a subscriber that can report the ready messages and the consumers of a
// topic's queue, and of the queues in which messages published with one of the delays
// wait. It leaves the kinds of the queues empty.
type Inspector interface {
	Inspect(ctx context.Context, topic string, delays ...time.Duration) ([]domain.Queue, error)
}

// WindowSubscriber is a subscriber that can deliver up to window messages of a topic
// before the first is settled. The messages that are in flight when ctx ends can still
// be settled. For a reply topic it may refuse a second subscriber with
// domain.ErrRunTaken.
type WindowSubscriber interface {
	SubscribeWindow(ctx context.Context, topic string, window int) (<-chan *message.Message, error)
}

// FanOut is a subscriber that can give each subscription of a topic a copy of every
// message. FansOut must return true for the topics of events, and for no other.
type FanOut interface {
	FansOut(topic string) bool
}

// DeliveryCounter is a subscriber that writes into the metadata key x-delivery-count
// how often it delivered a message before without an answer. If it cannot count, it
// sets x-redelivered to "true" on a message that it perhaps delivered before. Such a
// message loses no attempt, and the bus gives it up when it comes so for the eleventh
// time.
type DeliveryCounter interface {
	CountsDeliveries() bool
}

// Tombstones is a publisher that can put up a tombstone. Everybody on the broker must
// see it for at least a day.
type Tombstones interface {
	PutTombstone(ctx context.Context, name string) error
	HasTombstone(ctx context.Context, name string) (bool, error)
}

// Namer is a publisher or subscriber that has a namespace of its own. The bus takes it
// over.
type Namer interface {
	Namespace() string
}

// lacks lists the powers that publisher and subscriber do not have, and what each lack
// costs. It leaves out [Preparer], which only makes the first retry faster.
func (b *Bus) lacks() []slog.Attr {
	var lacks []slog.Attr
	need := func(there bool, power, cost string) {
		if !there {
			lacks = append(lacks, slog.String(power, cost))
		}
	}
	_, delays := b.pub.(DelayedPublisher)
	need(delays, "delays", "a retry follows after a second at most, and its slot waits for that long")
	_, tombstones := b.pub.(Tombstones)
	need(tombstones, "tombstones", "the waiting iterations of a cancelled run are still executed")
	_, browses := b.sub.(Browser)
	need(browses, "browsing", "the failed queue can be neither listed nor retried")
	_, inspects := b.sub.(Inspector)
	need(inspects, "inspection", "nobody sees how long the queues are, and what a queue loses is not sent again")
	_, windows := b.sub.(WindowSubscriber)
	need(windows, "windows", "each message in flight takes a subscription of its own")
	counter, counts := b.sub.(DeliveryCounter)
	need(counts && counter.CountsDeliveries(), "delivery_counts", "a message that ends every worker is delivered for ever")
	need(b.events != nil, "fan_out",
		"nobody can watch, and workers and runners do not hear each other; set Config.Events to a subscriber that has it")
	return lacks
}

// defaultWindow returns the default of [Config.ReplyWindow].
func defaultWindow(sub message.Subscriber) int {
	if _, ok := sub.(WindowSubscriber); ok {
		return 256
	}
	return 4
}

// eventsFrom returns the subscriber that gives each watcher a copy of an event, or nil
// if there is none.
func (c Config) eventsFrom(sub message.Subscriber, names topics.Names) message.Subscriber {
	if c.Events != nil {
		return c.Events
	}
	fan, ok := sub.(FanOut)
	if !ok || slices.ContainsFunc(domain.Subjects(), func(s domain.Subject) bool { return !fan.FansOut(names.Events(s)) }) {
		return nil
	}
	return sub
}

// isGoChannel recognises Watermill's gochannel by the name of its package, so that a
// service that does not use gochannel need not depend on it.
func isGoChannel(half any) bool {
	t := reflect.TypeOf(half)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return strings.HasSuffix(t.PkgPath(), "/watermill/pubsub/gochannel")
}
