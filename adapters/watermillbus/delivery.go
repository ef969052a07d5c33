package watermillbus

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/benchbus/benchbus/domain"
)

// troublePause keeps a message that can be neither answered nor retried, because
// the transport is in trouble, from coming back in a hot loop.
const troublePause = time.Second

// oversizeKept is how many bytes the failed queue keeps of a message that was too
// large to be read.
const oversizeKept = 64 << 10

// delivery settles the messages of one consumer: each is acknowledged once it
// was executed, was sent to a delay, or has reached the failed queue.
type delivery struct {
	bus     *Bus
	handler domain.CommandHandler
	worker  string
}

func (d delivery) handle(work context.Context, msg *message.Message) {
	ctx := work
	if extract := d.bus.cfg.Extract; extract != nil {
		ctx = extract(ctx, msg.Metadata.Get)
	}
	cmd, err := d.bus.readCommand(msg.Payload)
	if err != nil {
		cmd, answerable := d.bus.fromProperties(msg)
		d.giveUp(ctx, msg, cmd, answerable, domain.FailureOf(err, cmd.Attempt))
		return
	}
	if d.bus.isCancelled(ctx, cmd.RunID) {
		d.bus.cfg.Logger.Debug("dropped a command of a cancelled run", "message", msg.UUID)
		msg.Ack()
		return
	}
	cmd = countLost(msg, cmd)
	times := max(cmd.Attempt-1, cmd.Redeliveries)
	if d.tooOften(cmd) {
		err := domain.Fail(domain.ClassWorkerLost, "delivered %d times without an answer: the worker died or lost its connection each time", times)
		d.giveUp(ctx, msg, cmd, true, domain.FailureOf(err, times))
		return
	}
	if lostBefore(msg) > 0 {
		// The count goes into the message, since not every transport keeps it,
		// and the message waits as after any failed attempt.
		delay, _ := d.bus.cfg.Retry.Next(min(times, d.retries()), domain.ClassWorkerLost)
		d.again(ctx, msg, delay)
		return
	}
	cmd.LastAttempt = spent(cmd) > d.retries()
	if err = recovered("the executor", func() error { return d.handler.Handle(ctx, cmd) }); err == nil {
		msg.Ack()
		return
	}
	if work.Err() != nil {
		msg.Nack() // cut short, not failed: somebody else may have it
		return
	}
	var requeued *domain.RequeueError
	if errors.As(err, &requeued) {
		d.bus.cfg.Logger.Debug("iteration requeued", "message", msg.UUID, "reason", requeued.Reason, "delay", requeued.Delay)
		d.requeue(ctx, msg, requeued)
		return
	}
	failure := domain.FailureOf(err, cmd.Attempt)
	if delay, again := d.bus.cfg.Retry.Next(spent(cmd), failure.Class); again {
		d.retry(ctx, msg, cmd, failure, delay)
		return
	}
	d.giveUp(ctx, msg, cmd, true, failure)
}

// recovered calls a method of the handler; a panic becomes an error.
func recovered(who string, call func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &domain.ExecutionError{Class: domain.ClassPanic, Output: string(debug.Stack()), Err: fmt.Errorf("%s panicked: %v", who, r)}
		}
	}()
	return call()
}

// mostDoubts is how often a command may come that was perhaps delivered before.
const mostDoubts = 10

func (d delivery) retries() int { return max(d.bus.cfg.Retry.Retries, 0) }

// freeLosses is how many deliveries without an answer cost a command no attempt: one
// outage may take it away from two workers, which is no fault of its.
const freeLosses = 2

// spent is how many attempts count.
func spent(cmd domain.ExecuteBenchmark) int {
	return max(1, cmd.Attempt-min(cmd.Redeliveries, freeLosses))
}

// tooOften tells whether the command has used up its attempts, or was lost without
// using any, and is not executed again.
func (d delivery) tooOften(cmd domain.ExecuteBenchmark) bool {
	return spent(cmd) > d.retries()+1 || cmd.Redeliveries > max(d.retries(), mostDoubts)
}

// countLost adds what the transport says of earlier deliveries: each took its worker
// down, or was taken down with it. What it counted were attempts. What was perhaps
// delivered before costs none: a RabbitMQ that was killed says so of all that its
// classic queues hold.
func countLost(msg *message.Message, cmd domain.ExecuteBenchmark) domain.ExecuteBenchmark {
	cmd.Redeliveries += lostBefore(msg)
	cmd.Attempt += deliveriesBefore(msg)
	return cmd
}

func (d delivery) retry(ctx context.Context, msg *message.Message, cmd domain.ExecuteBenchmark, failure domain.Failure, delay time.Duration) {
	d.bus.cfg.Logger.Warn("iteration failed, will be retried", "message", cmd.MessageID(), "attempt", cmd.Attempt,
		"class", failure.Class, "error", failure.Message, "delay", delay)
	cmd.Attempt++
	again, err := d.bus.commandMessage(ctx, cmd)
	if err != nil {
		d.settle(ctx, msg, err)
		return
	}
	d.replace(ctx, msg, again, delay)
}

// replace sends another message in place of this one.
func (d delivery) replace(ctx context.Context, msg, another *message.Message, delay time.Duration) {
	d.settle(ctx, msg, d.insist(ctx, msg, func() error { return d.bus.publishAfter(ctx, d.bus.topics.Commands(), delay, another) }))
}

// giveUp tells the run, if it is known, and moves the message to the failed queue.
func (d delivery) giveUp(ctx context.Context, msg *message.Message, cmd domain.ExecuteBenchmark, answerable bool, failure domain.Failure) {
	d.bus.cfg.Logger.Error("message given up", "message", msg.UUID, "attempts", failure.Attempts,
		"class", failure.Class, "error", failure.Message)
	if answerable {
		err := recovered("GiveUp", func() error { return d.handler.GiveUp(ctx, cmd, failure) })
		if err != nil && (lostBefore(msg) == 0 || passes(ctx, err)) {
			d.settle(ctx, msg, err)
			return
		}
		if err != nil { // not even when it came back: it would do so for ever
			d.bus.cfg.Logger.Error("the run cannot be told", "message", msg.UUID, "error", err)
		}
	}
	failed := failedMessage(msg, failure, d.worker, time.Now())
	if d.bus.fits(failed.Payload) != nil {
		failed.Payload = failed.Payload[:min(len(failed.Payload), oversizeKept)]
	}
	d.settle(ctx, msg, d.insist(ctx, msg, func() error { return d.bus.publish(ctx, d.bus.topics.Failed(), failed) }))
}

// passes tells whether the reason may be gone when the message comes back: the
// broker was away, or this process ends.
func passes(ctx context.Context, err error) bool {
	return ctx.Err() != nil || errors.Is(err, domain.ErrUnconfirmed) || errors.Is(err, domain.ErrBusClosed)
}

// insist sends until the broker has confirmed it or ctx ends. A message given
// back because the broker was away for a while would count as a lost attempt.
func (d delivery) insist(ctx context.Context, msg *message.Message, send func() error) error {
	return domain.SendUntilConfirmed(ctx, send, func() {
		d.bus.cfg.Logger.Warn("the broker did not confirm what settles a message, sending it again", "message", msg.UUID)
	})
}

// requeue sends the command back as its handler left it.
func (d delivery) requeue(ctx context.Context, msg *message.Message, requeued *domain.RequeueError) {
	if requeued.Again == nil {
		d.again(ctx, msg, requeued.Delay)
		return
	}
	another, err := d.bus.commandMessage(ctx, *requeued.Again)
	if err != nil {
		d.settle(ctx, msg, err)
		return
	}
	d.replace(ctx, msg, another, requeued.Delay)
}

// putBack sends the message once more, with the attempts that were made so far.
// A message given back instead would count as a failed delivery.
func (d delivery) putBack(ctx context.Context, msg *message.Message) { d.again(ctx, msg, 0) }

func (d delivery) again(ctx context.Context, msg *message.Message, delay time.Duration) {
	again := msg.Copy()
	if cmd, err := d.bus.readCommand(msg.Payload); err == nil && lostBefore(msg) > 0 {
		if again, err = d.bus.commandMessage(ctx, countLost(msg, cmd)); err != nil {
			msg.Nack()
			return
		}
	}
	forgetDeliveries(again)
	d.replace(ctx, msg, again, delay)
}

// settle acknowledges the message, or, when its successor could not be sent,
// gives it back after a pause.
func (d delivery) settle(ctx context.Context, msg *message.Message, err error) {
	if err == nil {
		msg.Ack()
		return
	}
	d.bus.cfg.Logger.Error("cannot settle a message, it will be delivered again", "message", msg.UUID, "error", err)
	select {
	case <-time.After(troublePause):
	case <-ctx.Done():
	case <-d.bus.closed:
	}
	msg.Nack()
}

func (b *Bus) publishAfter(ctx context.Context, topic string, delay time.Duration, msg *message.Message) error {
	delayed, ok := b.pub.(DelayedPublisher)
	if !ok {
		// At once it would come back at once, over and over.
		select {
		case <-time.After(min(delay, troublePause)):
		case <-ctx.Done():
		case <-b.closed:
		}
		return b.publish(context.WithoutCancel(ctx), topic, msg)
	}
	msg.SetContext(context.WithoutCancel(ctx)) // it is delivered after this call
	return delayed.PublishAfter(topic, delay, msg)
}

// Metadata keys of messages in the failed queue.
const (
	keyFailureClass    = "failure_class"
	keyFailureMessage  = "failure_message"
	keyFailureOutput   = "failure_output"
	keyFailureAttempts = "failure_attempts"
	keyFailureWorker   = "failure_worker"
	keyFailureTime     = "failure_time"
)

var failureKeys = []string{keyFailureClass, keyFailureMessage, keyFailureOutput, keyFailureAttempts, keyFailureWorker, keyFailureTime}

func failedMessage(msg *message.Message, failure domain.Failure, worker string, at time.Time) *message.Message {
	out := message.NewMessage(domain.Shorten(msg.UUID, domain.MaxAddress), msg.Payload)
	out.Metadata = boundedProperties(msg)
	out.Metadata[keyFailureClass] = domain.Shorten(string(failure.Class), domain.MaxAddress)
	out.Metadata[keyFailureMessage] = domain.Shorten(failure.Message, domain.MaxFailureMessage)
	out.Metadata[keyFailureOutput] = domain.Shorten(failure.Output, domain.MaxFailureOutput)
	out.Metadata[keyFailureAttempts] = strconv.Itoa(failure.Attempts)
	out.Metadata[keyFailureWorker] = domain.Shorten(worker, domain.MaxAddress)
	out.Metadata[keyFailureTime] = at.UTC().Format(time.RFC3339Nano)
	return out
}
