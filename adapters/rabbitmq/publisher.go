package rabbitmq

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/benchbus/benchbus/domain"
)

// ErrUnroutable says that the queue does not exist and could not be declared.
var ErrUnroutable = errors.New("the broker has no queue for the message")

// publisher sends messages and waits for the broker's confirms. All messages go through
// one channel, many of them unconfirmed at once. When a connection is lost, it sends
// the unconfirmed messages again on the next one.
type publisher struct {
	conn     *connection
	topology *topology
	marshal  func(*message.Message) (amqp.Publishing, error)
	cfg      Config
	work     chan *publication
	blocked  *flowControl
	ended    chan struct{} // closed when send has returned
}

// deletedPause is how long the transport waits before it declares a deleted queue
// again. If it were declared at once, a quorum queue of RabbitMQ 3.10 would still count
// on the consumers of the old one, which do not get what it sends them.
const deletedPause = 500 * time.Millisecond

// publication is a message that publisher sends.
type publication struct {
	exchange, key string
	body          amqp.Publishing
	batch         *batch
	returned      bool // the broker had no queue for it
	suspect       bool // the broker may have closed a channel or the connection because of it
	strikes       int  // how often the broker closed the connection because of this one alone
}

// batch lets a caller wait for several publications.
type batch struct {
	left      atomic.Int64
	done      chan struct{} // closed when all are confirmed or returned
	refused   chan error    // gets the reason if the broker refuses one of them for good
	abandoned atomic.Bool   // the caller has stopped waiting
}

func (p *publication) settle() {
	if p.batch.left.Add(-1) == 0 {
		close(p.batch.done)
	}
}

func newPublisher(conn *connection, topology *topology, blocked *flowControl, cfg Config) *publisher {
	p := &publisher{
		conn: conn, topology: topology, marshal: marshal, cfg: cfg, blocked: blocked,
		work: make(chan *publication, cfg.PublishWindow), ended: make(chan struct{}),
	}
	go p.send()
	return p
}

// publish sends the messages to the topic and waits until the broker has confirmed all
// of them.
func (p *publisher) publish(topic string, messages []*message.Message) error {
	if len(messages) == 0 {
		return nil
	}
	if err := fits("topic", topic); err != nil {
		return err
	}
	ctx := messages[0].Context()
	kind := names{Config: p.cfg}.kindOf(topic)
	if kind != kindReplies { // the runner declares its reply queue, so that a forged command cannot make a worker declare one
		if err := p.declare(ctx, topic); err != nil {
			return err
		}
	}
	publications := make([]*publication, len(messages))
	for i, msg := range messages {
		body, err := p.marshal(msg)
		if err != nil {
			return err
		}
		if kind != kindCommands {
			body.Expiration = "" // it would end a delay early, or delete a failed message
		}
		publications[i] = &publication{key: topic, body: body}
	}
	if kind == kindEvents {
		for _, one := range publications {
			one.exchange, one.key, one.body.DeliveryMode = topic, "", amqp.Transient
		}
	}
	returned, err := p.confirm(ctx, publications)
	if err != nil || len(returned) == 0 || kind == kindEvents {
		return err // an event may have no listener
	}
	if kind == kindReplies || kind == kindQueue {
		return p.catch(ctx, topic, returned)
	}
	// The broker returned them because somebody deleted the queue.
	p.cfg.Logger.Warn("a queue is gone, declaring it again", "queue", topic)
	if err := p.conn.pause(ctx, deletedPause); err != nil {
		return err
	}
	p.topology.forget(topic)
	if err := p.declare(ctx, topic); err != nil {
		return err
	}
	if returned, err = p.confirm(ctx, returned); err == nil && len(returned) > 0 {
		err = fmt.Errorf("rabbitmq: %s: %w", topic, ErrUnroutable)
	}
	return err
}

// declare waits for the declaration at most as long as for a confirm.
func (p *publisher) declare(ctx context.Context, topic string) error {
	within, cancel := context.WithTimeout(ctx, p.cfg.PublishTimeout)
	defer cancel()
	err := p.topology.declare(within, topic)
	if err != nil && within.Err() != nil && ctx.Err() == nil {
		return fmt.Errorf("rabbitmq: publish to %s: %w (%w)", topic, domain.ErrUnconfirmed, err)
	}
	return err
}

// catch sends replies that nobody waits for any more to a queue that keeps them. The
// worker has done its part, and an error would stop it.
func (p *publisher) catch(ctx context.Context, topic string, lost []*publication) error {
	to := names{Config: p.cfg}.topics().Unroutable()
	p.cfg.Logger.Warn("nobody waits for this reply any more, it is kept aside", "address", topic, "kept_in", to, "message", lost[0].body.MessageId)
	if err := p.declare(ctx, to); err != nil {
		return err
	}
	for _, one := range lost {
		one.key = to
	}
	returned, err := p.confirm(ctx, lost)
	if err == nil && len(returned) > 0 {
		p.topology.forget(to)
		err = fmt.Errorf("rabbitmq: %s, and %s: %w", topic, to, ErrUnroutable)
	}
	return err
}

// confirm sends the publications, waits for their confirms, and returns those for which
// the broker had no queue.
func (p *publisher) confirm(ctx context.Context, publications []*publication) (returned []*publication, err error) {
	b := &batch{done: make(chan struct{}), refused: make(chan error, 1)}
	b.left.Store(int64(len(publications)))
	timeout := time.NewTimer(p.cfg.PublishTimeout)
	defer timeout.Stop()
	for _, one := range publications {
		one.batch, one.returned = b, false
	}
	for unsent := publications; ; {
		var work chan<- *publication
		var next *publication
		if len(unsent) > 0 {
			work, next = p.work, unsent[0]
		}
		select {
		case work <- next:
			unsent = unsent[1:]
			continue
		case <-b.done:
			for _, one := range publications {
				if one.returned {
					returned = append(returned, one)
				}
			}
			return returned, nil
		case err = <-b.refused:
		case <-timeout.C:
			if left := p.blocked.left(p.cfg.PublishTimeout); left > 0 { // the broker blocked publishers meanwhile
				timeout.Reset(left)
				continue
			}
			err = domain.ErrUnconfirmed
		case <-ctx.Done():
			err = ctx.Err()
		case <-p.ended:
			err = errClosed
		}
		b.abandoned.Store(true)
		return nil, fmt.Errorf("rabbitmq: publish to %s: %w", publications[0].key, err)
	}
}
