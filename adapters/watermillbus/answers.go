package watermillbus

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/benchbus/benchbus/domain"
)

const (
	// A message carries at most so many results and bytes. Results are small, but the
	// failures in them can be large, and a runner records the results of one message in
	// one transaction.
	batchResults = 64
	batchBytes   = 256 * 1024
)

// replyBatcher sends the results of this process. While one message to a run is on its
// way, it gathers the results that follow and sends them together in the next message,
// because a broker's cost is per message. No result waits for others to join it.
type replyBatcher struct {
	mu     sync.Mutex
	latest map[string]*replyBatch // by reply address
}

// replyBatch is a message that still gathers results.
type replyBatch struct {
	ctx     context.Context // of the first result, without its cancellation
	first   domain.IterationExecuted
	results []json.RawMessage
	size    int
	sealed  bool          // sendBatch has taken it; no result may join it
	done    chan struct{} // closed once err is set, whether the message was sent or not
	err     error
}

// Reply sends a result; see [domain.ReplyBus].
func (b *Bus) Reply(ctx context.Context, replyTo string, result domain.IterationExecuted) error {
	if b.isClosed() {
		return domain.ErrBusClosed
	}
	payload, err := b.codec.encodeResult(result)
	if err != nil {
		return fmt.Errorf("encode result %s: %w", domain.MessageID(result.RunID, result.Iteration), err)
	}
	return b.enqueueReply(ctx, replyTo, result, payload).wait(ctx)
}

func (p *replyBatch) wait(ctx context.Context) error {
	select {
	case <-p.done:
		return p.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// enqueueReply adds the result to the batch that waits to be sent, or begins a new one.
func (b *Bus) enqueueReply(ctx context.Context, replyTo string, result domain.IterationExecuted, payload []byte) *replyBatch {
	a := &b.answers
	a.mu.Lock()
	defer a.mu.Unlock()
	last := a.latest[replyTo]
	if last != nil && !last.sealed && len(last.results) < batchResults && last.size+len(payload) <= batchBytes {
		last.results, last.size = append(last.results, payload), last.size+len(payload)
		return last
	}
	p := &replyBatch{
		ctx: context.WithoutCancel(ctx), first: result, results: []json.RawMessage{payload}, size: len(payload), done: make(chan struct{}),
	}
	if a.latest == nil {
		a.latest = map[string]*replyBatch{}
	}
	a.latest[replyTo] = p
	go b.sendBatch(replyTo, p, last)
	return p
}

// sendBatch sends a batch after the one before it was sent or has failed.
func (b *Bus) sendBatch(replyTo string, p, before *replyBatch) {
	if before != nil {
		<-before.done
	}
	b.answers.mu.Lock()
	p.sealed = true
	b.answers.mu.Unlock()
	p.err = b.publish(p.ctx, replyTo, b.batchMessage(p))
	b.answers.mu.Lock()
	if b.answers.latest[replyTo] == p {
		delete(b.answers.latest, replyTo)
	}
	b.answers.mu.Unlock()
	close(p.done)
}

// batchMessage makes the message of a batch. It takes its id from the first result.
func (b *Bus) batchMessage(p *replyBatch) *message.Message {
	schema, payload := domain.SchemaExecuted, []byte(p.results[0])
	if len(p.results) > 1 {
		schema, payload = domain.SchemaExecutedBatch, encodeBatch(p.results)
	}
	msg := message.NewMessage(domain.MessageID(p.first.RunID, p.first.Iteration), payload)
	b.setProperties(p.ctx, msg, schema, p.first.RunID, time.Now())
	return msg
}
