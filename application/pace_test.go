package application_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

func TestHowQuicklyARunGoes(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	first := domain.RunEvent{At: at, Counts: domain.Counts{Planned: 100, Done: 5, Failed: 5, Outstanding: 90}}
	last := domain.RunEvent{At: at.Add(10 * time.Second), Counts: domain.Counts{Planned: 100, Done: 20, Failed: 8, Cancelled: 2, Outstanding: 70}}
	require.Equal(t, 30, application.Settled(last.Counts))
	pace, ok := application.PaceBetween(first, last)
	require.True(t, ok)
	require.Equal(t, application.Pace{PerSecond: 2, Left: 35 * time.Second}, pace)

	for _, same := range []domain.RunEvent{first, {At: at, Counts: last.Counts}, {At: last.At, Counts: first.Counts}, {At: last.At}} {
		_, ok := application.PaceBetween(first, same)
		require.False(t, ok)
	}
}
