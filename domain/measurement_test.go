package domain_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func TestMeasurementCheck(t *testing.T) {
	it := domain.Iteration{Runtimes: []domain.RuntimeName{"a", "b"}, Samples: 2}
	good := func() domain.Measurement {
		var m domain.Measurement
		for i, r := range []domain.RuntimeName{"a", "b", "b", "a"} {
			m.Samples = append(m.Samples, domain.Sample{Runtime: r, Position: i + 1, Revolutions: 4, Batch: 10})
		}
		return m
	}
	require.NoError(t, good().Check(it))
	require.Equal(t, 2.5, good().Samples[0].Value())
	check := func(sentence string, spoil func(*domain.Measurement)) {
		t.Helper()
		m := good()
		spoil(&m)
		err := m.Check(it)
		require.ErrorContains(t, err, sentence)
		require.Equal(t, domain.ClassResult, domain.FailureOf(err, 1).Class)
	}
	check("batch time of 0 ns", func(m *domain.Measurement) { m.Samples[2].Batch = 0 })
	check("batch time of -1 ns", func(m *domain.Measurement) { m.Samples[2].Batch = -1 })
	check("0 revolutions", func(m *domain.Measurement) { m.Samples[0].Revolutions = 0 })
	check("negative number", func(m *domain.Measurement) { m.Samples[0].PeakMemory = -1 })
	check("negative number", func(m *domain.Measurement) { m.Samples[0].Wall = -time.Second })
	check(`runtime "c"`, func(m *domain.Measurement) { m.Samples[0].Runtime = "c" })
	check("runtime a has 1 samples", func(m *domain.Measurement) { m.Samples = m.Samples[:3] })
	check("runtime a has 3 samples", func(m *domain.Measurement) { m.Samples = append(m.Samples, m.Samples[0]) })
	check("runtime a has 0 samples", func(m *domain.Measurement) { m.Samples = nil })
}

func TestExecutorFunc(t *testing.T) {
	var got domain.Iteration
	executor := domain.ExecutorFunc(func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
		got = it
		return domain.Measurement{}, nil
	})
	_, err := executor.Execute(t.Context(), domain.Iteration{Number: 3})
	require.NoError(t, err)
	require.Equal(t, 3, got.Number)
}
