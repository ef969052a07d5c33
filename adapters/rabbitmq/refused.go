package rabbitmq

import (
	"context"
	"fmt"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/benchbus/benchbus/domain"
)

// rejectedPause is how long a message that the broker rejected waits before it
// is sent again.
const rejectedPause = 100 * time.Millisecond

// later sends once more what the broker rejected, such as by a full queue.
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

// mostStrikes is how often the broker closes the connection for one message alone
// before that is taken for a refusal: once, it may have had a reason of its own.
const mostStrikes = 2

// blamesAMessage tells whether the broker closed the connection for what was sent
// over it: its codes from 501 on say so, and not when it stops or loses power.
func blamesAMessage(reason *amqp.Error) bool {
	return reason.Server && reason.Code >= amqp.FrameError
}

// refused deals with a message for which the broker closed the channel, such as
// one that is too large or that the user may not send, or even the connection, and
// returns what is to be sent again. The broker does not say which message it was,
// and ignored all that came after it: where several are unconfirmed, each is a
// suspect, which the next sessions send alone. Whose channel is closed then is the
// one, and its publisher gets the broker's reason.
func (s *session) refused(reason *amqp.Error, unconfirmed []*publication) (again []*publication) {
	lost := s.conn.IsClosed()
	if !lost { // else the connection itself tells
		s.cfg.Logger.Warn("the broker closed the channel of those who publish, opening another", "error", reason)
	}
	_ = s.publisher.conn.pause(context.Background(), rejectedPause) // what follows notices the end
	if reason.Code == amqp.NotFound {                               // only the events have an exchange that may be gone
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

// redeclareEvents declares the exchanges of events again; it ends with the transport.
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

// fail ends the wait of a batch, which is not sent any further.
func (b *batch) fail(err error) {
	b.abandoned.Store(true)
	select {
	case b.refused <- err:
	default: // one reason is enough
	}
}
