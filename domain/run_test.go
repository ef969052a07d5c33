package domain_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// A runner that was killed cannot report it, so a silent runner counts as killed.
func TestARunWhoseRunnerIsSilentIsInterrupted(t *testing.T) {
	check := func(state domain.State, silence time.Duration, want domain.State) {
		t.Helper()
		status := domain.RunStatus{State: state, Updated: epoch}
		require.Equal(t, want, status.At(epoch.Add(silence)).State)
		require.Equal(t, state, status.State)
	}
	check(domain.StateRunning, 30*time.Second, domain.StateRunning)
	check(domain.StateRunning, 30*time.Second+1, domain.StateInterrupted)
	for _, state := range []domain.State{domain.StateDetached, domain.StateCompleted, domain.StateFailed, domain.StateCancelled} {
		check(state, time.Hour, state)
	}
}
