package domain_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func TestScheduleIsBalancedInEveryBlock(t *testing.T) {
	runtimes := []domain.RuntimeName{"a", "b", "c"}
	for seed := range int64(50) {
		order := domain.Schedule(seed, runtimes, 4)
		require.Len(t, order, 12)
		for block := range 4 {
			require.ElementsMatch(t, runtimes, order[block*3:block*3+3])
		}
		require.Equal(t, order, domain.Schedule(seed, runtimes, 4), "the same seed, the same order")
	}
	require.Empty(t, domain.Schedule(1, nil, 3))
	require.Equal(t, []domain.RuntimeName{"a", "b", "c"}, runtimes, "the argument is left alone")
}

// The order is part of the contract between versions and machines.
func TestScheduleIsPinned(t *testing.T) {
	require.Equal(t, []domain.RuntimeName{"a", "b", "c", "b", "a", "c", "a", "c", "b"},
		domain.Schedule(3, []domain.RuntimeName{"a", "b", "c"}, 3))
}

func TestScheduleFavoursNobody(t *testing.T) {
	first := map[domain.RuntimeName]int{}
	const n = 3000
	for seed := range int64(n) {
		first[domain.Schedule(seed, []domain.RuntimeName{"a", "b", "c"}, 1)[0]]++
	}
	for name, count := range first {
		require.InDelta(t, n/3, count, 150, name) // 5.8 standard deviations
	}
}
