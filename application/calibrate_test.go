package application_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

func TestCalibrate(t *testing.T) {
	t.Parallel()
	b := &domain.Benchmark{Slug: "a", Name: "A", Category: "c", Code: "x", Runtimes: []domain.RuntimeName{"php82", "php84"},
		Settings: map[string]string{"zend.assertions": "1"}, Warmup: new(3), Revolutions: 5}
	before := b.Clone()
	runtimes := []domain.RuntimeName{"php82", "php84"}
	check := func(want application.Calibration, warmup, revolutions int) {
		t.Helper()
		got, err := application.Calibrate(t.Context(), domain.ExecutorFunc(func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
			require.Len(t, it.Variants, 2)
			require.Equal(t, 50*time.Millisecond, it.TargetBatch)
			require.Equal(t, 7, it.CPU)
			v := it.Variants[1]
			require.Equal(t, domain.RuntimeName("php84"), v.Runtime)
			require.Equal(t, "zend.assertions=1", v.Settings.String())
			require.Nil(t, v.Benchmark.Warmup, "what it says is to be found anew")
			require.Zero(t, v.Benchmark.Revolutions)
			m := measured(it)
			for i := range m.Samples {
				m.Samples[i].Warmup, m.Samples[i].Revolutions = warmup, revolutions
			}
			return m, nil
		}), b, runtimes, 50*time.Millisecond, 7)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	check(application.Calibration{Warmup: 1, Revolutions: 7}, 1, 7)
	check(application.Calibration{Warmup: 99, Revolutions: 990}, 99, 994)
	check(application.Calibration{Warmup: 12_000, Revolutions: 130_000}, 12_345, 125_000)
	check(application.Calibration{Warmup: 1_000, Revolutions: 1_000_000_000}, 997, domain.MaxRevolutions)
	require.Equal(t, before, b)
}

func TestWhatCannotBeCalibrated(t *testing.T) {
	t.Parallel()
	b := &domain.Benchmark{Slug: "a", Name: "A", Category: "c", Code: "x", Runtimes: []domain.RuntimeName{"php82", "php84"}}
	check := func(execute domain.ExecutorFunc) error {
		t.Helper()
		_, err := application.Calibrate(t.Context(), execute, b, b.Runtimes, time.Second, -1)
		require.Error(t, err)
		return err
	}
	broken := errors.New("no PHP starts")
	require.ErrorIs(t, check(func(context.Context, domain.Iteration) (domain.Measurement, error) {
		return domain.Measurement{}, broken
	}), broken)
	require.ErrorContains(t, check(func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
		m := measured(it)
		m.Samples = m.Samples[:1]
		lost := 1 - m.Samples[0].Variant
		m.Samples[0].Position = 1
		if it.Order()[0] == lost {
			m.Samples[0].Position = 2
		}
		m.Failures = []domain.VariantFailure{{Variant: lost, Failure: domain.Failure{Class: domain.ClassCode, Message: "it is not PHP", Attempts: 1}}}
		return m, nil
	}), ": it is not PHP")
	require.Equal(t, domain.ClassResult, domain.FailureOf(check(func(context.Context, domain.Iteration) (domain.Measurement, error) {
		return domain.Measurement{}, nil
	}), 1).Class, "an executor that answers nonsense")
}
