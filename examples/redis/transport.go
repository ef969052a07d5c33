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

// group is the consumer group that turns a stream into a queue.
const group = "benchbus"

// transport opens a bus over Redis streams, with Watermill's publisher and subscriber.
type transport struct {
	// URL is the address of Redis: redis://… or unix://….
	URL string
	// Namespace is the prefix of the names of the streams.
	Namespace string
	// Redelivery is the time after which a message without an answer goes to another
	// subscriber. An iteration that takes longer is executed twice.
	Redelivery time.Duration
}

// open opens the bus. Publisher, subscriber and events each need a client of their own,
// because each closes its client.
func (t transport) open(cfg watermillbus.Config) (*watermillbus.Bus, error) {
	options, err := redis.ParseURL(t.URL)
	if err != nil {
		return nil, err
	}
	// Let the publisher trim only the streams of events. In a queue, trimming would
	// drop messages that no worker has taken yet.
	limits := map[string]int64{}
	for _, subject := range domain.Subjects() {
		limits[topics.Names{Namespace: t.Namespace}.Events(subject)] = 1000
	}
	pub, pubErr := redisstream.NewPublisher(redisstream.PublisherConfig{Client: redis.NewClient(options), Maxlens: limits}, nil)
	sub, subErr := redisstream.NewSubscriber(redisstream.SubscriberConfig{
		Client: redis.NewClient(options), ConsumerGroup: group,
		MaxIdleTime: t.Redelivery, ClaimInterval: t.Redelivery / 10,
		DisableIndefiniteInitialBlock: true, // otherwise a subscription that has ended would take one more message
	}, nil)
	if err := errors.Join(pubErr, subErr); err != nil {
		return nil, err
	}
	cfg.Namespace = t.Namespace
	cfg.Events = newEvents(redis.NewClient(options))
	return watermillbus.New(pub, sub, cfg)
}

// events subscribes without a consumer group, so that each subscription gets a copy of
// all messages after the present end of the stream. It looks up that end itself: the
// subscriber's "$" means the end at each read, which misses messages between two reads.
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
