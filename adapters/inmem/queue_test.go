package inmem

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/stretchr/testify/require"
)

// paused is a context that stops goroutines just before they wait, until the test
// closes it. So the test can act between their look at the queue and their wait.
type paused chan struct{}

func (p paused) context(t *testing.T) context.Context { return pausing{t.Context(), p} }

type pausing struct {
	context.Context
	until <-chan struct{}
}

func (p pausing) Done() <-chan struct{} {
	<-p.until
	return p.Context.Done()
}

// over is a context that has ended, but has not woken anybody yet.
type over struct{ context.Context }

func (over) Done() <-chan struct{} { return nil }

func fill(t *testing.T, q *queue, ids ...string) {
	for _, id := range ids {
		require.NoError(t, q.put(t.Context(), message.NewMessage(id, nil)))
	}
}

// taking takes one message in the background.
func taking(ctx context.Context, q *queue) <-chan string {
	taken := make(chan string, 1)
	go func() {
		e, ok := q.take(ctx)
		if !ok {
			taken <- "nothing"
			return
		}
		taken <- e.msg.UUID
	}()
	return taken
}

func putting(ctx context.Context, q *queue, id string) <-chan error {
	put := make(chan error, 1)
	go func() { put <- q.put(ctx, message.NewMessage(id, nil)) }()
	return put
}

// In these tests a goroutine that is not woken deadlocks its bubble.

func TestATakerThatEndsPassesItsTurnOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(8, false, nil)
		ctx, cancel := context.WithCancel(t.Context())
		first := taking(over{ctx}, q)
		synctest.Wait() // the first to wait is the first to wake
		second := taking(t.Context(), q)
		synctest.Wait()
		cancel()
		fill(t, q, "1")
		require.Equal(t, "nothing", <-first)
		require.Equal(t, "1", <-second)
	})
}

func TestATakerWakesTheNextWhereMoreWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, look := newQueue(8, false, nil), make(paused)
		first, second := taking(look.context(t), q), taking(look.context(t), q)
		synctest.Wait()
		fill(t, q, "1", "2")
		close(look)
		require.ElementsMatch(t, []string{"1", "2"}, []string{<-first, <-second})
	})
}

func TestAPutterWakesTheNextWhereRoomIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, look := newQueue(2, false, nil), make(paused)
		fill(t, q, "1", "2")
		third, fourth := putting(look.context(t), q, "3"), putting(look.context(t), q, "4")
		synctest.Wait()
		require.Equal(t, "1", <-taking(t.Context(), q))
		require.Equal(t, "2", <-taking(t.Context(), q))
		close(look)
		require.NoError(t, <-third)
		require.NoError(t, <-fourth)
		require.Equal(t, 2, q.len())
	})
}

func TestARemovalMakesRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(2, false, nil)
		fill(t, q, "1", "2")
		third := putting(t.Context(), q, "3")
		synctest.Wait()
		q.remove(q.list()[1].msg)
		require.NoError(t, <-third)
		require.Equal(t, "1", <-taking(t.Context(), q))
		require.Equal(t, "3", <-taking(t.Context(), q))
	})
}

func TestWhatIsGivenBackWakesATaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(1, false, nil)
		fill(t, q, "1")
		e, ok := q.take(t.Context())
		require.True(t, ok)
		waiting := taking(t.Context(), q) // takes the token that the message left
		synctest.Wait()
		q.giveBack(e)
		require.Equal(t, "1", <-waiting)
	})
}

// A message that comes back does not wait for room, and does not make any.
func TestAQueueThatIsOverfullHasNoRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(1, false, nil)
		fill(t, q, "1")
		e, ok := q.take(t.Context())
		require.True(t, ok)
		fill(t, q, "2")
		q.giveBack(e)
		third := putting(t.Context(), q, "3")
		require.Equal(t, "1", <-taking(t.Context(), q))
		synctest.Wait()
		require.Empty(t, third)
		require.Equal(t, "2", <-taking(t.Context(), q))
		require.NoError(t, <-third)
	})
}
