package rabbitmq

import (
	"context"
	"fmt"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/benchbus/benchbus/domain"
)

// rejectedPause is how long the transport waits before it sends a rejected message
// again.
const rejectedPause = 100 * time.Millisecond

// later sends a message again that the broker rejected, for example because a queue is
// full.
func (s *session) later(rejected *publication) {
	s.cfg.Logger.Warn("the broker rejected a message, sending it again", "queue", rejected.key, "message", rejected.body.MessageId)
	if s.publisher.conn.pause(context.Background(), rejectedPause) != nil {
		return
	}
	select {
	case s.work <- rejected:
	case <-s.ended:
	}
}

// mostStrikes is how often the broker must close the connection because of one message
// alone before that counts as a refusal. The first time the broker may have had another
// reason.
const mostStrikes = 2

// blamesAMessage reports whether the broker closed the connection because of what was
// sent over it. Its codes from 501 on say so; the broker uses others when it stops.
func blamesAMessage(reason *amqp.Error) bool {
	return reason.Server && reason.Code >= amqp.FrameError
}

// refused finds the message because of which the broker closed the channel or even the
// connection, such as one that is too large or that the user may not send. It returns
// the messages to send again. The broker does not say which message it was, and ignored
// all messages after it. So if several are unconfirmed, each becomes a suspect, and the
// next sessions send it alone. If the channel is closed again, that one is to blame,
// and its publisher gets the broker's reason.
func (s *session) refused(reason *amqp.Error, unconfirmed []*publication) (again []*publication) {
	lost := s.conn.IsClosed()
	if !lost { // else the connection reports it
		s.cfg.Logger.Warn("the broker closed the channel of those who publish, opening another", "error", reason)
	}
	_ = s.publisher.conn.pause(context.Background(), rejectedPause) // if the transport ends, the next call notices
	if reason.Code == amqp.NotFound {                               // only events go to an exchange, which may have been deleted
		if s.redeclareEvents() == nil {
			return unconfirmed
		}
	}
	if len(unconfirmed) == 1 {
		one := unconfirmed[0]
		if one.strikes++; lost && one.strikes < mostStrikes {
			return unconfirmed
		}
		one.batch.fail(fmt.Errorf("the broker refuses message %s: %w", one.body.MessageId, publishing.access(reason)))
		return nil
	}
	for _, one := range unconfirmed {
		one.suspect = true
	}
	return unconfirmed
}

// redeclareEvents declares the exchanges of events again. It fails when the transport
// ends.
func (s *session) redeclareEvents() error {
	for _, subject := range domain.Subjects() {
		exchange := names{Config: s.cfg}.topics().Events(subject)
		s.topology.forget(exchange)
		if err := s.topology.declare(context.Background(), exchange); err != nil {
			return err
		}
	}
	return nil
}

// fail ends the wait of a batch. The rest of the batch is not sent.
func (b *batch) fail(err error) {
	b.abandoned.Store(true)
	select {
	case b.refused <- err:
	default: // the caller needs one reason only
	}
}
