package watermillbus

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/inmem"
	"github.com/benchbus/benchbus/domain"
)

const patience = 30 * time.Second

func next[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		require.FailNow(t, "waited in vain")
		panic("unreachable")
	}
}

// slowly is a publisher that the test lets go on, and whose outcome it sets.
type slowly struct {
	begun   chan *message.Message
	outcome chan error
}

func (s slowly) Publish(_ string, messages ...*message.Message) error {
	for _, msg := range messages {
		s.begun <- msg
	}
	return <-s.outcome
}

func (slowly) Close() error { return nil }

// answering returns the publisher of a bus, and a function that answers. The function
// returns once the result is in its batch.
func answering(t *testing.T) (slow slowly, answer func(ctx context.Context, iteration int) <-chan error) {
	slow = slowly{begun: make(chan *message.Message), outcome: make(chan error)}
	bus, err := New(slow, silent{}, Config{})
	require.NoError(t, err)
	return slow, func(ctx context.Context, iteration int) <-chan error {
		payload, err := bus.codec.encodeResult(testResult(iteration))
		require.NoError(t, err)
		p, arrived := bus.enqueueReply(ctx, "replies", testResult(iteration), payload), make(chan error, 1)
		go func() { arrived <- p.wait(ctx) }()
		return arrived
	}
}

func TestResultsGatherWhileTheMessageBeforeIsOnItsWay(t *testing.T) {
	slow, answer := answering(t)
	first := answer(t.Context(), 1)
	msg := next(t, slow.begun)
	require.Equal(t, domain.SchemaExecuted, msg.Metadata.Get(keyType), "one alone is the message that it always was")
	require.Equal(t, "run/1", msg.UUID)
	var later []<-chan error
	for n := 2; n <= batchResults+2; n++ {
		later = append(later, answer(t.Context(), n))
	}
	slow.outcome <- nil
	require.NoError(t, next(t, first))

	msg = next(t, slow.begun)
	require.Equal(t, domain.SchemaExecutedBatch, msg.Metadata.Get(keyType))
	require.Equal(t, "run", msg.Metadata.Get(keyCorrelation))
	require.Equal(t, "run/2", msg.UUID)
	batch, err := decodeBatch(msg.Payload)
	require.NoError(t, err)
	require.Len(t, batch, batchResults)
	second, err := newCodec().decodeResult(batch[0])
	require.NoError(t, err)
	require.Equal(t, testResult(2), second)
	broken := errors.New("broken")
	slow.outcome <- broken
	for _, arrived := range later[:batchResults] {
		require.ErrorIs(t, next(t, arrived), broken, "each hears what became of it")
	}

	require.Equal(t, "run/66", next(t, slow.begun).UUID, "what found no room comes next")
	slow.outcome <- nil
	require.NoError(t, next(t, later[batchResults]))
}

// carrying returns the publisher of a bus and a function that enqueues a payload of a
// size. sent returns the number of results of the next message.
func carrying(t *testing.T) (slow slowly, carry func(size int) *replyBatch, sent func() int) {
	slow = slowly{begun: make(chan *message.Message), outcome: make(chan error)}
	bus, err := New(slow, silent{}, Config{})
	require.NoError(t, err)
	iteration := 0
	carry = func(size int) *replyBatch {
		iteration++
		payload := []byte(`"` + strings.Repeat("x", size-2) + `"`)
		return bus.enqueueReply(t.Context(), "replies", testResult(iteration), payload)
	}
	return slow, carry, func() int {
		msg := <-slow.begun
		if msg.Metadata.Get(keyType) == domain.SchemaExecuted {
			return 1
		}
		var batch struct{ Results []json.RawMessage }
		require.NoError(t, json.Unmarshal(msg.Payload, &batch))
		return len(batch.Results)
	}
}

// idle requires that nothing is sent before the message on its way has arrived.
func (s slowly) idle(t *testing.T) {
	t.Helper()
	synctest.Wait()
	select {
	case msg := <-s.begun:
		require.FailNow(t, "sent too early", msg.UUID)
	default:
	}
}

func TestAMessageIsBoundedByTheBytesOfItsResults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow, carry, sent := carrying(t)
		carry(2)
		require.Equal(t, 1, sent())
		full := carry(batchBytes / 2)
		require.Same(t, full, carry(batchBytes/2), "as much as fits")
		next := carry(2)
		require.NotSame(t, full, next, "not a byte more")
		large := carry(3 * batchBytes)
		require.NotSame(t, next, large)
		slow.outcome <- nil
		for _, results := range []int{2, 1, 1} { // a payload that is too large for a batch goes alone
			require.Equal(t, results, sent())
			slow.outcome <- nil
		}
		<-large.done
	})
}

func TestOneMessageToARunIsOnItsWayAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow, carry, sent := carrying(t)
		carry(2)
		require.Equal(t, 1, sent())
		for range batchResults + 1 {
			carry(2)
		}
		slow.idle(t)
		slow.outcome <- nil
		require.Equal(t, batchResults, sent())
		slow.idle(t)
		carry(2) // joins the batch that waits
		slow.outcome <- nil
		require.Equal(t, 2, sent())
		last := carry(2) // waits behind the message on its way
		slow.idle(t)
		slow.outcome <- nil
		require.Equal(t, 1, sent())
		slow.outcome <- nil
		<-last.done
		carry(2)
		require.Equal(t, 1, sent(), "nobody is waited for")
		slow.outcome <- nil
	})
}

func TestAnAnswerEndsWithItsOwnContextAlone(t *testing.T) {
	slow, answer := answering(t)
	first := answer(t.Context(), 1)
	next(t, slow.begun)
	ctx, cancel := context.WithCancel(t.Context())
	impatient, patient := answer(ctx, 2), answer(t.Context(), 3)
	cancel()
	require.ErrorIs(t, next(t, impatient), context.Canceled)
	slow.outcome <- nil
	require.NoError(t, next(t, first))
	require.Equal(t, domain.SchemaExecutedBatch, next(t, slow.begun).Metadata.Get(keyType))
	slow.outcome <- nil
	require.NoError(t, next(t, patient))
}

// The bus acknowledges a message of several results once all of them are acknowledged.
// A result that cannot be read does not harm the others.
func TestEachResultOfABatchCountsForItself(t *testing.T) {
	synctest.Test(t, eachResultOfABatchCounts)
}

func eachResultOfABatchCounts(t *testing.T) {
	transport, err := inmem.New(inmem.Config{})
	require.NoError(t, err)
	bus, err := New(transport, transport, Config{ReplyWindow: 1})
	require.NoError(t, err)
	defer bus.Close()
	send := func(id, payload string) {
		msg := message.NewMessage(id, []byte(payload))
		msg.Metadata[keyType] = domain.SchemaExecutedBatch
		require.NoError(t, transport.Publish(bus.topics.Replies("run"), msg))
	}
	one, err := newCodec().encodeResult(testResult(1))
	require.NoError(t, err)
	two, err := newCodec().encodeResult(testResult(2))
	require.NoError(t, err)
	for _, hostile := range []string{``, `[]`, `{"schema":"benchmark.executed.batch.v1"}`, `{"schema":"x","results":[{}]}`, `{"results":7}`} {
		send("hostile", hostile)
	}
	send("run/1", `{"schema":"benchmark.executed.batch.v1","results":[`+string(one)+`,{"schema":"?"},`+string(two)+`]}`)

	collect := func(replies domain.Replies, n int) (all []domain.Reply) {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		for len(all) < n {
			batch, err := replies.Next(ctx)
			require.NoError(t, err)
			all = append(all, batch...)
		}
		require.Len(t, all, n)
		return all
	}
	replies, err := bus.OpenReplies(t.Context(), "run")
	require.NoError(t, err)
	all := collect(replies, 2)
	require.Equal(t, testResult(1), all[0].Result)
	require.Equal(t, testResult(2), all[1].Result)
	all[0].Ack()
	all[0].Ack() // a second Ack of the same result does not count
	require.NoError(t, replies.Close())

	replies, err = bus.OpenReplies(t.Context(), "run")
	require.NoError(t, err)
	for _, again := range collect(replies, 2) {
		again.Ack()
	}
	require.NoError(t, replies.Close())
	classes := map[domain.FailureClass]int{}
	require.NoError(t, bus.BrowseFailed(t.Context(), func(f domain.FailedMessage) domain.FailedAction {
		classes[f.Class]++
		return domain.KeepFailed
	}))
	require.Equal(t, map[domain.FailureClass]int{domain.ClassUnreadable: 5 + 2}, classes, "the bad part once for each delivery")
	queues, err := transport.Inspect(t.Context(), bus.topics.Replies("run"))
	require.NoError(t, err)
	require.Zero(t, queues[0].Ready)
}

func FuzzBatch(f *testing.F) {
	one, err := newCodec().encodeResult(testResult(1))
	require.NoError(f, err)
	for n := 1; n <= 2; n++ {
		f.Add(encodeBatch(slices.Repeat([]json.RawMessage{one}, n)))
	}
	f.Add([]byte(`{"schema":"benchmark.executed.batch.v1","results":[null,1,""]}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		results, err := decodeBatch(payload)
		if err != nil {
			require.Equal(t, domain.ClassUnreadable, domain.FailureOf(err, 1).Class)
			return
		}
		require.NotEmpty(t, results)
		again, err := decodeBatch(encodeBatch(results))
		require.NoError(t, err)
		require.Equal(t, results, again)
	})
}
