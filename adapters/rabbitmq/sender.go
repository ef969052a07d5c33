package rabbitmq

import (
	"context"
	"errors"

	amqp "github.com/rabbitmq/amqp091-go"
)

// send passes publications to the broker, through one session after the other.
func (p *publisher) send() {
	defer close(p.ended)
	var again []*publication // those that the last session did not confirm, oldest first
	for {
		if len(again) == 0 {
			select {
			case first := <-p.work:
				again = append(again, first)
			case <-p.conn.closed:
				return
			}
		}
		s, err := p.open()
		switch {
		case errors.Is(err, errClosed):
			return
		case err != nil:
			p.cfg.Logger.Debug("cannot publish, trying again", "error", err)
			if p.conn.pause(context.Background(), rejectedPause) != nil {
				return
			}
		default:
			again = s.run(again)
		}
	}
}

// session is a channel in confirm mode. It ends when the channel is lost.
type session struct {
	*publisher
	conn     *amqp.Connection
	ch       *amqp.Channel
	returns  <-chan amqp.Return
	confirms <-chan amqp.Confirmation
	closed   <-chan *amqp.Error
	// inflight holds the unconfirmed publications in the order in which they were sent.
	// The broker's confirms come in that order too, so no tags are needed. Its capacity
	// is the window.
	inflight chan *publication
	lost     chan struct{}
	passed   chan struct{} // gets a token when the one suspect in flight is confirmed
}

func (p *publisher) open() (*session, error) {
	conn, ch, err := p.conn.channel(context.Background()) // the call ends with the transport
	if err != nil {
		return nil, err
	}
	s := &session{
		publisher: p, conn: conn, ch: ch, inflight: make(chan *publication, p.cfg.PublishWindow),
		lost: make(chan struct{}), passed: make(chan struct{}, 1),
		// Both channels are unbuffered, so that they are read in the order in which the
		// broker sent them: a return comes before the confirm of its message.
		returns: ch.NotifyReturn(make(chan amqp.Return)), confirms: ch.NotifyPublish(make(chan amqp.Confirmation)),
		closed: ch.NotifyClose(make(chan *amqp.Error, 1)),
	}
	go s.listen()
	if err := p.conn.call(conn, "ask for confirms", func() error { return ch.Confirm(false) }); err != nil {
		p.conn.drop(conn, "no confirms")
		return nil, err
	}
	return s, nil
}

// run sends until the session is lost and returns what is to be sent again.
func (s *session) run(first []*publication) (again []*publication) {
	rest := s.write(first)
	<-s.lost
	reason := <-s.closed
	for len(s.inflight) > 0 {
		again = append(again, <-s.inflight)
	}
	if reason != nil && (!s.conn.IsClosed() || blamesAMessage(reason)) {
		again = s.refused(reason, again)
	}
	return append(again, rest...)
}

// write sends publications until the session is lost, and returns those that it could
// not send.
func (s *session) write(first []*publication) (rest []*publication) {
	for {
		var next *publication
		if len(first) > 0 {
			next, first = first[0], first[1:]
		} else {
			select {
			case next = <-s.work:
			case <-s.lost:
				return nil
			}
		}
		if next.batch.abandoned.Load() {
			continue
		}
		if cut := fit(&next.body, s.conn.Config.FrameSize); cut != nil {
			s.cfg.Logger.Warn("cut headers of a message that are too large for the broker", "message", next.body.MessageId, "headers", len(cut), "longest", cut[0])
		}
		alone := next.suspect
		if !s.admit(next) {
			return append([]*publication{next}, first...)
		}
		err := s.ch.PublishWithContext(context.Background(), next.exchange, next.key, next.exchange == "", false, next.body)
		if err != nil {
			if !errors.Is(err, amqp.ErrClosed) { // if it is, perhaps only the channel is closed
				s.publisher.conn.drop(s.conn, "cannot publish")
			}
			<-s.lost
			return first
		}
		if alone {
			select {
			case <-s.passed:
			case <-s.lost:
				return first
			}
		}
	}
}

// admit waits until the broker does not block publishers and the window has room.
func (s *session) admit(next *publication) bool {
	select {
	case <-s.blocked.opened():
	case <-s.lost:
		return false
	}
	select {
	case s.inflight <- next:
		return true
	case <-s.lost:
		return false
	}
}

// listen settles the publications that the broker confirms or returns, until the
// channel is lost.
func (s *session) listen() {
	defer close(s.lost)
	type identity struct{ exchange, key, id string }
	returned := map[identity]int{}
	returns, confirms := s.returns, s.confirms
	for returns != nil || confirms != nil {
		select {
		case r, ok := <-returns:
			if !ok {
				returns = nil
				continue
			}
			returned[identity{r.Exchange, r.RoutingKey, r.MessageId}]++
		case c, ok := <-confirms:
			if !ok {
				confirms = nil
				continue
			}
			one := <-s.inflight
			if one.suspect {
				one.suspect = false
				s.passed <- struct{}{}
			}
			if !c.Ack {
				go s.later(one)
				continue
			}
			if id := (identity{one.exchange, one.key, one.body.MessageId}); len(returned) > 0 && returned[id] > 0 {
				one.returned = true
				if returned[id]--; returned[id] == 0 {
					delete(returned, id)
				}
			}
			one.settle()
		}
	}
}
