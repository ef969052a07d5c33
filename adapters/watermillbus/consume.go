package watermillbus

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/benchbus/benchbus/domain"
)

// Consume delivers commands to the handler; see [domain.CommandBus].
func (b *Bus) Consume(ctx context.Context, consumer domain.Consumer, handler domain.CommandHandler) error {
	consumer = consumer.WithDefaults()
	if b.isClosed() {
		return domain.ErrBusClosed
	}
	if consumer.Slots < 1 {
		return fmt.Errorf("watermillbus: a consumer with %d slots takes nothing; it needs at least 1", consumer.Slots)
	}
	take, stopTaking := context.WithCancel(ctx)
	defer stopTaking()
	// Handlers may go on after ctx has ended, until draining takes too long.
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()

	d := delivery{bus: b, handler: handler, worker: consumer.Name}
	var slots sync.WaitGroup
	if preparer, ok := b.sub.(Preparer); ok {
		if err := preparer.Prepare(take, b.topics.Commands(), b.cfg.Retry.Delays()...); err != nil {
			return fmt.Errorf("prepare the delays of %s: %w", b.topics.Commands(), err)
		}
	}
	streams, err := b.streams(take, stopTaking, b.topics.Commands(), consumer.Slots)
	if err != nil {
		if b.isClosed() {
			return domain.ErrBusClosed
		}
		return fmt.Errorf("subscribe to %s: %w", b.topics.Commands(), err)
	}
	for i := range consumer.Slots {
		slots.Go(func() { d.slot(take, work, streams[i%len(streams)]) })
	}
	finished := make(chan struct{})
	go func() { slots.Wait(); close(finished) }()

	select {
	case <-finished:
		if ctx.Err() == nil {
			return domain.ErrBusClosed // the transport closed the subscriptions
		}
		return nil
	case <-ctx.Done():
	case <-consumer.Abort:
	}
	stopTaking()
	return drain(finished, consumer.Abort, stopWork, consumer.DrainTimeout)
}

// drain waits for the handlers until timeout or abort. Then it ends their context and
// waits a tenth of the timeout, but at least a second. It returns ErrDrainTimeout if
// handlers still run after that.
func drain(finished, abort <-chan struct{}, stopWork func(), timeout time.Duration) error {
	soft := time.NewTimer(timeout)
	defer soft.Stop()
	select {
	case <-finished:
		return nil
	case <-soft.C:
	case <-abort:
	}
	stopWork()
	hard := time.NewTimer(max(timeout/10, time.Second))
	defer hard.Stop()
	select {
	case <-finished:
		return nil
	case <-hard.C:
		return domain.ErrDrainTimeout
	}
}

// slot handles one message after the other. Once take has ended, it puts back the
// messages that the transport still delivers, until the transport closes the channel.
func (d delivery) slot(take, work context.Context, messages <-chan *message.Message) {
	for msg := range messages {
		if take.Err() != nil {
			d.putBack(work, msg)
			continue
		}
		d.handle(work, msg)
	}
}
