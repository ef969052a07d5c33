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

// DelayedPublisher is a publisher that can deliver after a delay.
type DelayedPublisher interface {
	PublishAfter(topic string, delay time.Duration, messages ...*message.Message) error
}

// Preparer is a subscriber that can make ready, before the first is needed, what
// messages published with one of the delays wait in.
type Preparer interface {
	Prepare(ctx context.Context, topic string, delays ...time.Duration) error
}

// Browser is a subscriber that can show every message of a queue, oldest first,
// and remove those for which the function returns true.
type Browser interface {
	Browse(ctx context.Context, topic string, each func(*message.Message) (remove bool, err error)) error
}

// Inspector is a subscriber that knows how the queue of a topic stands, and
// those in which messages published with one of the delays wait. Their kinds are
// left empty.
type Inspector interface {
	Inspect(ctx context.Context, topic string, delays ...time.Duration) ([]domain.Queue, error)
}

// WindowSubscriber is a subscriber that can hand out several messages of a topic
// before the first is settled, and lets those be settled that are in flight when
// ctx ends. Of a reply topic it may refuse a second subscriber with
// domain.ErrRunTaken.
type WindowSubscriber interface {
	SubscribeWindow(ctx context.Context, topic string, window int) (<-chan *message.Message, error)
}

// FanOut is a subscriber that tells of which topics each subscription gets a copy
// of every message. Those of events must be among them, and no other.
type FanOut interface {
	FansOut(topic string) bool
}

// DeliveryCounter is a subscriber whose messages say, in the metadata key
// x-delivery-count, how often they were delivered before without an answer. One
// that does not count sets x-redelivered to "true" for those that perhaps were: they
// cost no attempt, and are given up when they come so for the eleventh time.
type DeliveryCounter interface {
	CountsDeliveries() bool
}

// Tombstones is a publisher that can put up a tombstone which everybody on
// the broker sees, for at least a day.
type Tombstones interface {
	PutTombstone(ctx context.Context, name string) error
	HasTombstone(ctx context.Context, name string) (bool, error)
}

// Namer is a publisher or subscriber that has a namespace of its own, which the
// bus then shares.
type Namer interface {
	Namespace() string
}

// lacks names each power that publisher and subscriber do not have, with what
// that costs. A [Preparer] only makes things faster.
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

// defaultWindow is the default of [Config.ReplyWindow].
func defaultWindow(sub message.Subscriber) int {
	if _, ok := sub.(WindowSubscriber); ok {
		return 256
	}
	return 4
}

// eventsFrom returns the subscriber that hands a copy to each who watches, if
// there is one.
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

// isGoChannel tells Watermill's gochannel by its name: a service that does not
// use it must not depend on it.
func isGoChannel(half any) bool {
	t := reflect.TypeOf(half)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return strings.HasSuffix(t.PkgPath(), "/watermill/pubsub/gochannel")
}
