package rabbitmq_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/rabbitmq"
	"github.com/benchbus/benchbus/domain"
)

// The time for which the broker blocks publishers does not count towards the timeout.
// The clock is the bubble's.
func TestTheDeadlineOfAPublishBeginsAnewAfterABlock(t *testing.T) {
	check := func(want time.Duration, blocked ...time.Duration) { // blocked holds the beginning and the end of each block
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			block, ended := rabbitmq.AwaitConfirm(2 * time.Second)
			for i, at := range blocked {
				<-time.After(at - time.Since(began))
				block(i%2 == 0)
			}
			require.ErrorIs(t, <-ended, domain.ErrUnconfirmed)
			require.Equal(t, want, time.Since(began))
		})
	}
	check(2 * time.Second)
	check(3800*time.Millisecond, 0, 1800*time.Millisecond)
	check(9*time.Second, time.Second, 7*time.Second)
	check(4500*time.Millisecond, time.Second, 1500*time.Millisecond, 1600*time.Millisecond, 2500*time.Millisecond)
}
