package domain_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func TestMeasurementCheck(t *testing.T) {
	it := domain.Iteration{Variants: make([]domain.Variant, 2), Samples: 2, SampleTimeout: time.Minute}
	good := func() domain.Measurement {
		var m domain.Measurement
		for i, r := range it.Order() {
			m.Samples = append(m.Samples, domain.Sample{Variant: r, Position: i + 1, Revolutions: 4, Batch: 10})
		}
		return m
	}
	require.NoError(t, good().Check(it))
	require.Equal(t, 2.5, good().Samples[0].Value(domain.ClockWall))
	check := func(sentence string, spoil func(*domain.Measurement)) {
		t.Helper()
		m := good()
		spoil(&m)
		err := m.Check(it)
		require.ErrorContains(t, err, sentence)
		require.Equal(t, domain.ClassResult, domain.FailureOf(err, 1).Class)
	}
	cpu := -1
	check("batch_ns 0 is outside", func(m *domain.Measurement) { m.Samples[2].Batch = 0 })
	check("batch_ns -1 is outside", func(m *domain.Measurement) { m.Samples[2].Batch = -1 })
	check("batch_ns 9223372036854775807 is outside", func(m *domain.Measurement) { m.Samples[2].Batch = math.MaxInt64 })
	check("has a batch of 1m0.000000001s; its process may take 1m0s", func(m *domain.Measurement) { m.Samples[2].Batch = time.Minute + 1 })
	check("revolutions 0 is outside", func(m *domain.Measurement) { m.Samples[0].Revolutions = 0 })
	check("revolutions 4294967297 is outside", func(m *domain.Measurement) { m.Samples[0].Revolutions = 1<<32 + 1 })
	check("revolutions 2147483648 is outside", func(m *domain.Measurement) { m.Samples[0].Revolutions = 1 << 31 })
	check("warmup 1000000001 is outside", func(m *domain.Measurement) { m.Samples[0].Warmup = domain.MaxRevolutions + 1 })
	check("peak_memory_bytes -1 is outside", func(m *domain.Measurement) { m.Samples[0].PeakMemory = -1 })
	check("wall_ns -1000000000 is outside", func(m *domain.Measurement) { m.Samples[0].Wall = -time.Second })
	check("user_cpu_ns", func(m *domain.Measurement) { m.Samples[0].UserCPU = math.MaxInt64 })
	check("system_cpu_ns -1", func(m *domain.Measurement) { m.Samples[0].SystemCPU = -1 })
	check("cpu -1 is outside", func(m *domain.Measurement) { m.Samples[0].CPU = &cpu })
	check("timer is 256 bytes", func(m *domain.Measurement) { m.Samples[0].Timer = strings.Repeat("x", 256) })
	notice := func(n domain.Notice) func(*domain.Measurement) {
		return func(m *domain.Measurement) { m.Samples[0].Notices = []domain.Notice{n} }
	}
	check("notice.severity is missing", notice(domain.Notice{Count: 1}))
	check("notice.severity is 33 bytes", notice(domain.Notice{Severity: strings.Repeat("x", 33), Count: 1}))
	check("notice.count 0 is outside", notice(domain.Notice{Severity: "Notice"}))
	check("notice.count", notice(domain.Notice{Severity: "Notice", Count: math.MaxInt}))
	check("notice.message is 201 bytes", notice(domain.Notice{Severity: "Notice", Count: 1, Message: strings.Repeat("x", 201)}))
	check("the number of notices 9 is outside", func(m *domain.Measurement) {
		m.Samples[0].Notices = slices.Repeat([]domain.Notice{{Severity: "Notice", Count: 1}}, 9)
	})
	check("its position is 1; it is 2", func(m *domain.Measurement) { m.Samples[1].Position = 1 })
	check("it is the turn of", func(m *domain.Measurement) { m.Samples[0].Variant = 2 })
	check("it is the turn of", func(m *domain.Measurement) {
		m.Samples[0].Variant, m.Samples[1].Variant = m.Samples[1].Variant, m.Samples[0].Variant
	})
	check("there are 3 samples; the iteration asked for more", func(m *domain.Measurement) { m.Samples = m.Samples[:3] })
	check("there are 5 samples; the iteration asked for 4", func(m *domain.Measurement) { m.Samples = append(m.Samples, m.Samples[0]) })
	check("there are 0 samples", func(m *domain.Measurement) { m.Samples = nil })
}

// A variant that failed has no samples. The samples of the others keep their positions.
func TestVariantsMayFail(t *testing.T) {
	it := domain.Iteration{Variants: make([]domain.Variant, 3), Samples: 2, Seed: 5, SampleTimeout: time.Minute}
	good := func(failed ...int) (m domain.Measurement) {
		for _, variant := range failed {
			m.Failures = append(m.Failures, domain.VariantFailure{Variant: variant, Failure: domain.Failure{Class: domain.ClassCode, Attempts: 1}})
		}
		for i, variant := range it.Order() {
			if !slices.Contains(failed, variant) {
				m.Samples = append(m.Samples, domain.Sample{Variant: variant, Position: i + 1, Revolutions: 4, Batch: 10})
			}
		}
		return m
	}
	require.NoError(t, good().Check(it))
	require.NoError(t, good(1).Check(it))
	require.NoError(t, good(0, 2).Check(it))
	require.ErrorContains(t, good(0, 1, 2).Check(it), "no variant was measured")
	require.ErrorContains(t, good(3).Check(it), "variant 3 failed; the iteration has 3")
	require.ErrorContains(t, good(-1).Check(it), "variant -1 failed")
	require.ErrorContains(t, good(1, 0).Check(it), "not in their order")
	require.ErrorContains(t, good(1, 1).Check(it), "not in their order")
	both := good(1)
	both.Samples = good().Samples
	require.ErrorContains(t, both.Check(it), "it is the turn of", "samples of a variant that failed")
	moved := good(1)
	moved.Samples[0].Position++
	require.ErrorContains(t, moved.Check(it), "says that its position")
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
