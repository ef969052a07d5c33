package domain_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func TestQuotaStopsAfter(t *testing.T) {
	t.Parallel()
	q := domain.Quota{Cores: 2.5, Period: 100 * time.Millisecond}
	require.Equal(t, 100*time.Millisecond, q.StopsAfter(2))
	require.Equal(t, 62500*time.Microsecond, q.StopsAfter(4))
	q.Cores = 2
	require.Equal(t, 100*time.Millisecond, q.StopsAfter(2), "two use up what there is at the very end")
	q.Cores = 0
	require.Equal(t, 100*time.Millisecond, q.StopsAfter(99), "there is no limit")
}
