package application_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

func TestAnIDTellsWhenItWasMadeAndIsLikeNoOther(t *testing.T) {
	at, seen := time.Date(2026, 11, 23, 15, 25, 1, 0, time.FixedZone("CET", 3600)), map[domain.RunID]bool{}
	for range 100 {
		id := application.NewRunID(at)
		require.Regexp(t, `^20261123-142501-[0-9a-f]{8}$`, string(id))
		seen[id] = true
	}
	require.Greater(t, len(seen), 95)
}
