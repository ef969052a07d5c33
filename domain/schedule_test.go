package domain_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func TestScheduleIsBalancedInEveryBlock(t *testing.T) {
	for seed := range int64(50) {
		order := domain.Schedule(seed, 3, 4)
		require.Len(t, order, 12)
		for block := range 4 {
			require.ElementsMatch(t, []int{0, 1, 2}, order[block*3:block*3+3])
		}
		require.Equal(t, order, domain.Schedule(seed, 3, 4), "the same seed, the same order")
	}
	require.Empty(t, domain.Schedule(1, 0, 3))
}

// Versions and machines must agree on the order.
func TestScheduleIsPinned(t *testing.T) {
	require.Equal(t, []int{0, 1, 2, 1, 0, 2, 0, 2, 1}, domain.Schedule(3, 3, 3))
}

func TestScheduleFavoursNobody(t *testing.T) {
	first := map[int]int{}
	const n = 3000
	for seed := range int64(n) {
		first[domain.Schedule(seed, 3, 1)[0]]++
	}
	for variant, count := range first {
		require.InDelta(t, n/3, count, 150, variant) // 5.8 standard deviations
	}
}
