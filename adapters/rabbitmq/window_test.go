package rabbitmq

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

// In these tests a goroutine that is not woken deadlocks its bubble.
func TestAWindowThatOpensWakesWhoWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWindow(2)
		require.True(t, w.wait(t.Context(), nil))
		require.Equal(t, 2, w.take())
		opened := make(chan bool, 1)
		go func() { opened <- w.wait(t.Context(), nil) }()
		synctest.Wait()
		require.Empty(t, opened, "there is no room")
		w.give(1)
		require.True(t, <-opened)
		w.give(1)
		require.Equal(t, 2, w.take())
		w.give(0) // shows that wait looks at the room and does not count tokens
		closed := make(chan struct{})
		go func() { opened <- w.wait(t.Context(), closed) }()
		synctest.Wait()
		require.Empty(t, opened)
		close(closed)
		require.False(t, <-opened)
	})
}
