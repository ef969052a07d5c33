package domain_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// A runner must be able to read whatever a worker may send. Otherwise the result would
// go to the failed queue, and the run would wait for it for ever.
func TestAMeasurementIsHeldToTheBoundsOfAResult(t *testing.T) {
	it := domain.Iteration{Variants: make([]domain.Variant, 2), Samples: 1, SampleTimeout: time.Minute}
	good := func() domain.Measurement {
		m := domain.Measurement{
			Failures:     []domain.VariantFailure{{Variant: 1, Failure: domain.Failure{Class: domain.ClassCode, Message: "no", Attempts: 1}}},
			Environments: []domain.Environment{{{Name: "version", Value: "1"}}, nil},
		}
		for i, variant := range it.Order() {
			if variant == 0 {
				m.Samples = append(m.Samples, domain.Sample{Position: i + 1, Revolutions: 1, Batch: 1})
			}
		}
		return m
	}
	require.NoError(t, good().Check(it))
	for name, spoil := range map[string]func(*domain.Measurement){
		"environment":              func(m *domain.Measurement) { m.Environments[0][0].Name = "Version" },
		"bytes long":               func(m *domain.Measurement) { m.Environments[0][0].Value = strings.Repeat("x", 300) },
		"failure.message":          func(m *domain.Measurement) { m.Failures[0].Message = strings.Repeat("x", 70_000) },
		"failure.attempts":         func(m *domain.Measurement) { m.Failures[0].Attempts = 0 },
		"there are 3 environments": func(m *domain.Measurement) { m.Environments = append(m.Environments, nil) },
	} {
		m := good()
		spoil(&m)
		err := m.Check(it)
		require.ErrorContains(t, err, name)
		require.Equal(t, domain.ClassResult, domain.FailureOf(err, 1).Class)
	}
}

func TestNamesOfEntriesAreBounded(t *testing.T) {
	long := strings.Repeat("x", 300)
	require.LessOrEqual(t, len(domain.NewEntry(benchmark(long), "php84").Name()), 255)
	require.LessOrEqual(t, len(domain.Entry{Variants: []domain.Variant{{Benchmark: member("a", long)}, {Benchmark: member("b", long)}}}.Name()), 255)
	require.ErrorContains(t, domain.NewEntry(benchmark(long), "php84").Check(), "slug: has 300 bytes; at most 200 are allowed")
}

// A service forgot the benchmark of a variant. The plan is refused, even if the other
// benchmarks are large.
func TestAMissingBenchmarkIsAnError(t *testing.T) {
	large := benchmark("large")
	large.Code, large.Setup = strings.Repeat("x", 1<<20), strings.Repeat("y", 1<<20)
	entry := domain.Entry{Variants: []domain.Variant{{Runtime: "php84"}, {Benchmark: large, Runtime: "php84"}}}
	require.ErrorContains(t, entry.Check(), "variant 1 has no benchmark")
	_, err := domain.NewRun("r", domain.Plan{Entries: []domain.Entry{entry}}, epoch)
	require.ErrorContains(t, err, "variant 1 has no benchmark")
}

// The limits of a plan must fit one iteration, both in time and in the size of its
// messages.
func TestPlansOfWhatDoesNotFitAnIteration(t *testing.T) {
	plan := domain.Plan{Entries: []domain.Entry{domain.NewEntry(benchmark("a"), "php74", "php84")}}.WithDefaults()
	plan.SampleTimeout = domain.MaxIterationTime / 2
	require.NoError(t, plan.Validate())
	plan.SampleTimeout++
	require.ErrorContains(t, plan.Validate(), "lower the timeout, or compare less at once")

	many := domain.Entry{}
	for _, b := range []string{"a", "b", "c", "d"} {
		many.Variants = append(many.Variants, domain.NewEntry(benchmark(b), "php74", "php84").Variants...)
	}
	plan = domain.Plan{Entries: []domain.Entry{many}, Samples: 750, TargetBatch: time.Millisecond}.WithDefaults()
	require.NoError(t, plan.Validate())
	plan.Samples++
	require.ErrorContains(t, plan.Validate(), "8 variants × 751 samples are more than 6000")
}
