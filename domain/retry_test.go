package domain_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func TestRetryPolicy(t *testing.T) {
	check := func(p domain.RetryPolicy, attempt int, class domain.FailureClass, want time.Duration) {
		t.Helper()
		got, again := p.Next(attempt, class)
		require.Equal(t, want > 0, again)
		require.Equal(t, want, got)
	}
	var standard domain.RetryPolicy
	check(standard, 1, domain.ClassTimeout, time.Second)
	check(standard, 2, domain.ClassKilled, 2*time.Second)
	check(standard, 3, domain.ClassSpawn, 4*time.Second)
	check(standard, 4, domain.ClassSpawn, 0)
	check(standard, 1, domain.ClassCode, 0)
	check(standard, 1, "a class of tomorrow", time.Second)
	check(domain.RetryPolicy{Retries: -1}, 1, domain.ClassTimeout, 0)
	check(domain.RetryPolicy{Retries: 1000, Delay: time.Hour, Factor: 10}, 900, domain.ClassTimeout, 1<<62) // 146 years, not an overflow
	require.Equal(t, []time.Duration{time.Second, 2 * time.Second, 4 * time.Second}, standard.RetryDelays())
	require.Empty(t, domain.RetryPolicy{Retries: -1}.RetryDelays())
}

func TestRetryPolicyIsValidated(t *testing.T) {
	require.NoError(t, domain.RetryPolicy{}.Validate())
	err := domain.RetryPolicy{Delay: -1, Factor: 0.5}.Validate()
	require.ErrorContains(t, err, "delay")
	require.ErrorContains(t, err, "factor")
}

func TestFailureOf(t *testing.T) {
	cause := errors.New("cause")
	require.Equal(t, domain.Failure{Class: domain.ClassUnknown, Message: "cause", Attempts: 2}, domain.FailureOf(cause, 2))
	wrapped := fmt.Errorf("around: %w", &domain.ExecutionError{Class: domain.ClassTimeout, Output: "tail", Err: cause})
	require.Equal(t, domain.Failure{Class: domain.ClassTimeout, Message: "around: cause", Output: "tail", Attempts: 1}, domain.FailureOf(wrapped, 1))
	require.ErrorIs(t, wrapped, cause)
	require.NoError(t, domain.Permanent(nil))
	require.Equal(t, domain.ClassPermanent, domain.FailureOf(domain.Permanent(cause), 1).Class)
	require.False(t, domain.ClassPermanent.Transient())
}

// A requeued command waits too, whatever the number of retries.
func TestTheDelaysAreThoseOfRetriesAndOfWhatIsRequeued(t *testing.T) {
	t.Parallel()
	check := func(retry domain.RetryPolicy, want ...time.Duration) {
		t.Helper()
		require.Equal(t, want, retry.Delays())
	}
	check(domain.RetryPolicy{}, time.Second, 2*time.Second, 4*time.Second)
	check(domain.RetryPolicy{Retries: -1}, time.Second, 2*time.Second)
	check(domain.RetryPolicy{Retries: 3, Delay: 2 * time.Second, Factor: 1}, time.Second, 2*time.Second)
}
