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

// troublePause is how long a message waits that can be neither answered nor retried,
// because the transport is in trouble. Without it the message would come back in a hot
// loop.
const troublePause = time.Second

// oversizeKept is how many bytes the failed queue keeps of a message that was too
// large to be read.
const oversizeKept = 64 << 10

// delivery settles the messages of one consumer. It acknowledges a message once it was
// executed, was sent to a delay, or has reached the failed queue.
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
		// The count goes into the message, because not every transport keeps it. The
		// message waits as it would after any failed attempt.
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
		msg.Nack() // the handler was interrupted and did not fail: another worker may execute it
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

// recovered calls a method of the handler and turns a panic into an error of class
// ClassPanic.
func recovered(who string, call func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &domain.ExecutionError{Class: domain.ClassPanic, Output: string(debug.Stack()), Err: fmt.Errorf("%s panicked: %v", who, r)}
		}
	}()
	return call()
}

// mostDoubts is how often the bus accepts a command that was perhaps delivered before.
const mostDoubts = 10

func (d delivery) retries() int { return max(d.bus.cfg.Retry.Retries, 0) }

// freeLosses is the number of deliveries without an answer that cost a command no
// attempt. One outage may take a command away from two workers, and the command is not
// to blame.
const freeLosses = 2

// spent returns the number of attempts that count against the command.
func spent(cmd domain.ExecuteBenchmark) int {
	return max(1, cmd.Attempt-min(cmd.Redeliveries, freeLosses))
}

// tooOften reports whether the command must not be executed again. It has used up its
// attempts, or was lost too often without using any.
func (d delivery) tooOften(cmd domain.ExecuteBenchmark) bool {
	return spent(cmd) > d.retries()+1 || cmd.Redeliveries > max(d.retries(), mostDoubts)
}

// countLost adds the earlier deliveries that the transport reports. Each of them took
// its worker down, or was taken down with it. One that the transport counted is an
// attempt. One that perhaps took place costs no attempt, because a RabbitMQ that was
// killed marks all messages of its classic queues so.
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
		if err != nil { // the message came back and the run still cannot be told: it would come back for ever
			d.bus.cfg.Logger.Error("the run cannot be told", "message", msg.UUID, "error", err)
		}
	}
	failed := failedMessage(msg, failure, d.worker, time.Now())
	if d.bus.fits(failed.Payload) != nil {
		failed.Payload = failed.Payload[:min(len(failed.Payload), oversizeKept)]
	}
	d.settle(ctx, msg, d.insist(ctx, msg, func() error { return d.bus.publish(ctx, d.bus.topics.Failed(), failed) }))
}

// passes reports whether the reason of err may be gone when the message comes back,
// because the broker was away or this process ends.
func passes(ctx context.Context, err error) bool {
	return ctx.Err() != nil || errors.Is(err, domain.ErrUnconfirmed) || errors.Is(err, domain.ErrBusClosed)
}

// insist sends until the broker has confirmed the message or ctx ends. If it gave the
// message back because the broker was away for a while, that would count as a lost
// attempt.
func (d delivery) insist(ctx context.Context, msg *message.Message, send func() error) error {
	return domain.SendUntilConfirmed(ctx, send, func() {
		d.bus.cfg.Logger.Warn("the broker did not confirm what settles a message, sending it again", "message", msg.UUID)
	})
}

// requeue sends the command back in the state in which its handler left it.
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

// putBack sends the message once more, with the count of attempts that it had. If it
// gave the message back, that would count as a failed delivery.
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

// settle acknowledges the message if err is nil. If its successor could not be sent, it
// gives the message back after a pause.
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
		// Sent without a pause it would come back without one, over and over.
		select {
		case <-time.After(min(delay, troublePause)):
		case <-ctx.Done():
		case <-b.closed:
		}
		return b.publish(context.WithoutCancel(ctx), topic, msg)
	}
	msg.SetContext(context.WithoutCancel(ctx)) // the transport may deliver it after this call has returned
	return delayed.PublishAfter(topic, delay, msg)
}

// These metadata keys describe the failure of a message in the failed queue.
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
