package main

import (
	"context"
	"errors"
	"time"

	"github.com/ThreeDotsLabs/watermill-redisstream/pkg/redisstream"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/redis/go-redis/v9"

	"github.com/benchbus/benchbus/adapters/topics"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/domain"
)

// group is the consumer group that makes a queue of a stream.
const group = "benchbus"

// transport is a Watermill pair over Redis streams.
type transport struct {
	// URL is where Redis is: redis://… or unix://….
	URL string
	// Namespace begins the names of the streams.
	Namespace string
	// Redelivery is after how long a message without an answer goes to another
	// subscriber. An iteration that lasts longer is executed twice.
	Redelivery time.Duration
}

// open makes the bus. Each part closes its client, so that each needs its own.
func (t transport) open(cfg watermillbus.Config) (*watermillbus.Bus, error) {
	options, err := redis.ParseURL(t.URL)
	if err != nil {
		return nil, err
	}
	// The publisher trims streams of events alone: in a queue, that would drop
	// what nobody has taken yet.
	limits := map[string]int64{}
	for _, subject := range domain.Subjects() {
		limits[topics.Names{Namespace: t.Namespace}.Events(subject)] = 1000
	}
	pub, pubErr := redisstream.NewPublisher(redisstream.PublisherConfig{Client: redis.NewClient(options), Maxlens: limits}, nil)
	sub, subErr := redisstream.NewSubscriber(redisstream.SubscriberConfig{
		Client: redis.NewClient(options), ConsumerGroup: group,
		MaxIdleTime: t.Redelivery, ClaimInterval: t.Redelivery / 10,
		DisableIndefiniteInitialBlock: true, // or a subscription that has ended would take one more message
	}, nil)
	if err := errors.Join(pubErr, subErr); err != nil {
		return nil, err
	}
	cfg.Namespace = t.Namespace
	cfg.Events = newEvents(redis.NewClient(options))
	return watermillbus.New(pub, sub, cfg)
}

// events subscribes without a consumer group, so that each subscription gets a
// copy of what comes after the stream's present end. The subscriber's own "$" is
// the end at each read, and would miss what comes between two.
type events struct {
	client  *redis.Client
	closing context.Context
	end     context.CancelFunc
}

func newEvents(client *redis.Client) *events {
	closing, end := context.WithCancel(context.Background())
	return &events{client: client, closing: closing, end: end}
}

func (e *events) Subscribe(ctx context.Context, topic string) (<-chan *message.Message, error) {
	newest, err := e.client.XRevRangeN(ctx, topic, "+", "-", 1).Result()
	if err != nil {
		return nil, err
	}
	after := "0"
	if len(newest) > 0 {
		after = newest[0].ID
	}
	sub, err := redisstream.NewSubscriber(redisstream.SubscriberConfig{
		Client: e.client, FanOutOldestId: after, DisableIndefiniteInitialBlock: true,
	}, nil)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	context.AfterFunc(e.closing, cancel)
	return sub.Subscribe(ctx, topic)
}

func (e *events) Close() error {
	e.end()
	return e.client.Close()
}

var _ message.Subscriber = (*events)(nil)
