package application_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

func TestEstimate(t *testing.T) {
	plan := domain.Plan{
		Entries:    []domain.Entry{{Variants: make([]domain.Variant, 2)}, {Variants: make([]domain.Variant, 1)}},
		Iterations: 10, Samples: 3, TargetBatch: 100 * time.Millisecond,
	}
	require.Equal(t, 90*135*time.Millisecond, application.Estimate(plan, 1))
	require.Equal(t, 45*135*time.Millisecond, application.Estimate(plan, 2))
	require.Equal(t, 90*135*time.Millisecond, application.Estimate(plan, 0))
	plan.CountInstructions = true
	require.Equal(t, 90*135*time.Millisecond+30*2*50*43*time.Millisecond, application.Estimate(plan, 1), "two samples of each variant in an iteration")
	plan.Iterations, plan.Samples, plan.TargetBatch = domain.MaxIterations, domain.MaxSamples, time.Hour
	require.Positive(t, application.Estimate(plan, 1))
}
