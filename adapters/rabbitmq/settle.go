package rabbitmq

import (
	"runtime"
	"sync"

	"github.com/ThreeDotsLabs/watermill/message"
	amqp "github.com/rabbitmq/amqp091-go"
)

// settler tells the broker how the messages of one channel were settled, in
// whatever order their readers settle them. Acknowledgements that come at once
// go to the broker as one, where nothing before them is open.
//
// Errors of the channel mean that it is lost, and that the messages come again.
type settler struct {
	*consumer
	open    sync.WaitGroup // messages whose readers have not settled them
	settled chan settlement
	ended   chan struct{}

	// Tags count the deliveries of a channel from 1: all up to before are
	// settled, and so are those beyond.
	before uint64
	beyond map[uint64]struct{}
}

type settlement struct {
	amqp.Delivery
	acked bool
}

func newSettler(c *consumer) *settler {
	t := &settler{consumer: c, settled: make(chan settlement, c.size), ended: make(chan struct{}), beyond: map[uint64]struct{}{}}
	go t.run()
	return t
}

// watch waits, in the background, for the reader to settle the message.
func (t *settler) watch(msg *message.Message, d amqp.Delivery) {
	t.inflight.Add(1)
	t.open.Go(func() {
		select {
		case <-msg.Acked():
			t.settled <- settlement{d, true}
		case <-msg.Nacked():
			t.settled <- settlement{d, false}
		case <-t.conn.closed:
			t.inflight.Add(-1)
		}
	})
}

// end returns when all messages are settled. A message of a lost channel is
// settled by its reader all the same, and until then no other takes its place.
func (t *settler) end() {
	t.open.Wait()
	close(t.settled)
	<-t.ended
}

func (t *settler) run() {
	defer close(t.ended)
	for first := range t.settled {
		runtime.Gosched() // others that were answered in the same moment are about to come
		round := []settlement{first}
		for len(t.settled) > 0 {
			round = append(round, <-t.settled)
		}
		t.pass(round)
	}
}

func (t *settler) pass(round []settlement) {
	t.settling.Lock()
	defer t.settling.Unlock()
	for _, one := range round {
		t.beyond[one.DeliveryTag] = struct{}{}
		if !one.acked {
			_ = one.Nack(false, true)
		}
	}
	for {
		if _, ok := t.beyond[t.before+1]; !ok {
			break
		}
		t.before++
		delete(t.beyond, t.before)
	}
	var last settlement // the newest with nothing open before it
	for _, one := range round {
		switch {
		case !one.acked:
		case one.DeliveryTag > t.before:
			_ = one.Ack(false)
		case one.DeliveryTag > last.DeliveryTag:
			last = one
		}
	}
	if last.acked {
		_ = last.Ack(true)
	}
	t.inflight.Add(-int64(len(round)))
	if t.gone {
		t.window.give(len(round))
	}
}
