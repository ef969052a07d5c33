package application_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/memstore"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// withoutSecond measures all variants but the second, which fails with that class.
func withoutSecond(it domain.Iteration, class domain.FailureClass) domain.Measurement {
	m := measured(it)
	m.Samples = slices.DeleteFunc(m.Samples, func(s domain.Sample) bool { return s.Variant == 1 })
	m.Failures = []domain.VariantFailure{{Variant: 1, Failure: domain.Failure{Class: class, Message: "no luck", Output: "tail", Attempts: 1}}}
	return m
}

// partial executes one iteration in which a variant fails. It returns the result and
// the number of tries.
func partial(t *testing.T, class domain.FailureClass, tries int) (domain.IterationExecuted, int) {
	t.Helper()
	var calls atomic.Int64
	bus, store, run := newBus(t), memstore.New(), newRun(t, 1)
	worker := newWorker(t, bus, func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
		if calls.Add(1) > int64(tries) {
			return measured(it), nil
		}
		return withoutSecond(it, class), nil
	}, application.WorkerConfig{})
	runner, err := application.NewRunner(bus, application.RunnerConfig{Store: store})
	require.NoError(t, err)
	status, err := application.Embed(t.Context(), worker, func(ctx context.Context) (domain.RunStatus, error) { return runner.Run(ctx, run) })
	require.NoError(t, err)
	require.Equal(t, domain.Counts{Planned: 1, Done: 1}, status.Counts, "one variant was measured")
	for result, err := range store.Results(t.Context(), run.ID) {
		require.NoError(t, err)
		return result, int(calls.Load())
	}
	require.FailNow(t, "there is no result")
	panic("unreachable")
}

// A failure that another try cannot help costs only its variant, at once.
func TestAVariantThatFailsForGoodIsData(t *testing.T) {
	t.Parallel()
	result, calls := partial(t, domain.ClassCode, 9)
	require.Equal(t, 1, calls)
	require.Len(t, result.Samples, 2)
	require.Equal(t, []domain.VariantFailure{{Variant: 1, Failure: domain.Failure{Class: domain.ClassCode, Message: "no luck", Output: "tail", Attempts: 1}}}, result.VariantFailures)
}

// A failure that another try may help repeats the whole iteration. The last attempt
// keeps what the other variants measured.
func TestAVariantThatMayRecoverIsTriedAgain(t *testing.T) {
	t.Parallel()
	result, calls := partial(t, domain.ClassTimeout, 1)
	require.Equal(t, 2, calls)
	require.Len(t, result.Samples, 4)
	require.Empty(t, result.VariantFailures)

	result, calls = partial(t, domain.ClassTimeout, 9)
	require.Equal(t, quickRetries.Retries+1, calls)
	require.Len(t, result.Samples, 2)
	require.Equal(t, quickRetries.Retries+1, result.VariantFailures[0].Attempts)
	require.Equal(t, domain.ClassTimeout, result.VariantFailures[0].Class)
}
