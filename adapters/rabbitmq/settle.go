package rabbitmq

import (
	"runtime"
	"sync"

	"github.com/ThreeDotsLabs/watermill/message"
	amqp "github.com/rabbitmq/amqp091-go"
)

// settler tells the broker how the messages of one channel were settled, in whatever
// order their readers settle them. It sends acknowledgements that come at the same time
// as one, if no message before them is open.
//
// It ignores errors of the channel. They mean that the channel is lost and that the
// broker delivers the messages again.
type settler struct {
	*consumer
	open    sync.WaitGroup // messages whose readers have not settled them
	settled chan settlement
	ended   chan struct{}

	// Tags count the deliveries of a channel from 1. All messages up to before are
	// settled, and those in beyond are settled too.
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

// watch waits in the background until the reader settles the message.
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

// end returns when all messages are settled. A reader also settles the messages of a
// lost channel, and until then no other message takes their place in the window.
func (t *settler) end() {
	t.open.Wait()
	close(t.settled)
	<-t.ended
}

func (t *settler) run() {
	defer close(t.ended)
	for first := range t.settled {
		runtime.Gosched() // lets other messages that were settled in the same moment arrive
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
	var last settlement // the newest acknowledged one with no open message before it
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
