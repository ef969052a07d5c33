package rabbitmq

import (
	"testing"
	"testing/synctest"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
	"github.com/stretchr/testify/require"
)

// answered returns a session for which the test plays the broker. The session has sent
// publications with those ids in one batch.
func answered(ids ...string) (s *session, returns chan<- amqp.Return, confirms chan<- amqp.Confirmation, sent []*publication) {
	cfg := Config{}.WithDefaults()
	returned, confirmed := make(chan amqp.Return), make(chan amqp.Confirmation)
	s = &session{
		publisher: &publisher{
			cfg: cfg, conn: newConnection("testing", cfg, newOutage(cfg), nil), work: make(chan *publication, len(ids)), ended: make(chan struct{}),
		},
		inflight: make(chan *publication, len(ids)), lost: make(chan struct{}), passed: make(chan struct{}, 1),
		returns: returned, confirms: confirmed,
	}
	b := &batch{done: make(chan struct{})}
	b.left.Store(int64(len(ids)))
	for _, id := range ids {
		one := &publication{key: "queue", body: amqp.Publishing{MessageId: id}, batch: b}
		sent = append(sent, one)
		s.inflight <- one
	}
	go s.listen()
	return s, returned, confirmed, sent
}

func isDone(b *batch) bool {
	select {
	case <-b.done:
		return true
	default:
		return false
	}
}

func TestWhatTheBrokerRejectsIsSentAgainAndNotConfirmed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		s, returns, confirms, sent := answered("1", "2")
		confirms <- amqp.Confirmation{DeliveryTag: 1, Ack: false}
		confirms <- amqp.Confirmation{DeliveryTag: 2, Ack: true}
		require.Same(t, sent[0], <-s.work)
		require.Equal(t, rejectedPause, time.Since(began))
		require.False(t, isDone(sent[0].batch))
		s.inflight <- sent[0]
		confirms <- amqp.Confirmation{DeliveryTag: 3, Ack: true}
		<-sent[0].batch.done
		close(returns)
		close(confirms)
		<-s.lost
	})
}

// A return does not name its publication. It belongs to the next confirmed one with the
// same queue and id.
func TestAReturnBelongsToOneConfirm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, returns, confirms, sent := answered("same", "other", "same", "same")
		returns <- amqp.Return{RoutingKey: "queue", MessageId: "same"}
		returns <- amqp.Return{RoutingKey: "queue", MessageId: "same"}
		for tag := range sent {
			confirms <- amqp.Confirmation{DeliveryTag: uint64(tag + 1), Ack: true}
		}
		<-sent[0].batch.done
		for i, returned := range []bool{true, false, true, false} {
			require.Equal(t, returned, sent[i].returned, i)
		}
		close(returns)
		close(confirms)
		<-s.lost
	})
}
