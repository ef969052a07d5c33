package benchbus_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus"
	"github.com/benchbus/benchbus/domain"
)

// iteration is the first one of a plan of the functions.
func iteration(t *testing.T, functions benchbus.Functions, change func(*domain.Benchmark)) domain.Iteration {
	plan := functions.Plan("compare").WithDefaults()
	if change != nil {
		for _, v := range plan.Entries[0].Variants {
			change(v.Benchmark)
		}
	}
	require.NoError(t, plan.Validate())
	cmd := plan.Message("run-1", 1, "replies")
	return domain.Iteration{
		Run: cmd.RunID, Number: cmd.Iteration, Variants: cmd.Entry.Variants,
		Samples: cmd.Samples, Seed: cmd.Seed, TargetBatch: cmd.TargetBatch, SampleTimeout: cmd.SampleTimeout,
	}
}

func TestFunctionsAreCalledForTheTargetTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // where a sleep takes exactly as long as it says
		functions := benchbus.Functions{
			"fast": func() { time.Sleep(time.Millisecond) },
			"slow": func() { time.Sleep(time.Second) },
		}
		it := iteration(t, functions, nil)
		m, err := functions.Execute(t.Context(), it)
		require.NoError(t, err)
		require.NoError(t, m.Check(it))
		for i, s := range m.Samples {
			want := domain.Sample{Variant: 1, Revolutions: 1, Warmup: 1, Batch: time.Second}
			if it.Variants[s.Variant].Benchmark.Slug == "fast" { // 1 + 2 + 4 calls, of which the last 4 take a quarter of 10 ms or more
				want = domain.Sample{Revolutions: 10, Warmup: 7, Batch: 10 * time.Millisecond}
			}
			want.Position, want.Timer = i+1, "time.Now"
			parts := len(s.SubBatches)
			require.Equal(t, want.Revolutions, parts, "of a revolution each: they last a millisecond at least")
			want.BatchCPU, want.SubBatches = s.BatchCPU, s.SubBatches // real time passes on that clock
			want.VoluntarySwitches, want.InvoluntarySwitches = s.VoluntarySwitches, s.InvoluntarySwitches
			require.Equal(t, it.Order()[i], s.Variant)
			require.Equal(t, want, s)
		}
	})
}

func TestFunctionsAreCalledAsOftenAsTheBenchmarkSays(t *testing.T) {
	t.Parallel()
	calls := 0
	functions := benchbus.Functions{"count": func() { calls++ }}
	it := iteration(t, functions, func(b *domain.Benchmark) { b.Warmup, b.Revolutions = new(20), 1000 })
	m, err := functions.Execute(t.Context(), it)
	require.NoError(t, err)
	require.NoError(t, m.Check(it))
	require.Equal(t, 3*(20+1000), calls)
	require.Equal(t, 20, m.Samples[0].Warmup)
	require.Equal(t, 1000, m.Samples[0].Revolutions)
}

// A call of a nanosecond takes millions of calls to warm up.
func TestFunctionsMayTakeNoTime(t *testing.T) {
	t.Parallel()
	functions := benchbus.Functions{"empty": func() {}}
	it := iteration(t, functions, nil)
	it.Samples, it.TargetBatch = 1, 100*time.Millisecond
	m, err := functions.Execute(t.Context(), it)
	require.NoError(t, err)
	require.NoError(t, m.Check(it))
	require.Greater(t, m.Samples[0].Warmup, domain.MaxWarmup)
}

func TestGarbageIsCollectedBeforeTheBatch(t *testing.T) {
	t.Parallel()
	calls, left := 0, 0
	var garbage weak.Pointer[[1 << 20]byte] // what the warm-up leaves
	functions := benchbus.Functions{"garbage": func() {
		if calls++; calls%2 == 1 {
			garbage = weak.Make(new([1 << 20]byte))
		} else if garbage.Value() != nil {
			left++
		}
	}}
	_, err := functions.Execute(t.Context(), iteration(t, functions, func(b *domain.Benchmark) { b.Warmup, b.Revolutions = new(1), 1 }))
	require.NoError(t, err)
	require.Equal(t, 6, calls)
	require.Zero(t, left)
}

func TestFunctionsEndWithTheContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	functions := benchbus.Functions{"cancel": func() { calls++; cancel() }}
	_, err := functions.Execute(ctx, iteration(t, functions, nil))
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 1, calls)
}

func TestFunctionsThatAreNotThere(t *testing.T) {
	t.Parallel()
	functions := benchbus.Functions{"none": nil}
	_, err := functions.Execute(t.Context(), iteration(t, functions, nil))
	require.Equal(t, domain.ClassCode, domain.FailureOf(err, 1).Class)

	_, err = benchbus.Measure(t.Context(), benchbus.Functions{}, benchbus.Functions{}.Plan("empty"), benchbus.Config{})
	require.ErrorContains(t, err, "there is nothing to execute")
	named := benchbus.Functions{"My Function": func() {}}
	_, err = benchbus.Measure(t.Context(), named, named.Plan("named"), benchbus.Config{})
	require.ErrorContains(t, err, `"My Function" may hold only lower-case letters`)
}

// What functions cannot be told is an error, and not ignored.
func TestFunctionsKnowNoSettings(t *testing.T) {
	t.Parallel()
	functions := benchbus.Functions{"a": func() {}}
	for _, v := range []domain.Variant{{Settings: domain.Settings{{Name: "gogc", Value: "off"}}}, {Source: domain.Source{Name: "x"}}} {
		it := iteration(t, functions, nil)
		v.Benchmark, v.Runtime = it.Variants[0].Benchmark, "go"
		it.Variants = []domain.Variant{v}
		_, err := functions.Execute(t.Context(), it)
		require.ErrorContains(t, err, "functions know no settings and no sources")
	}
}

// No other worker can come that has it.
func TestARuntimeThatTheExecutorLacksFailsSoon(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		functions := benchbus.Functions{"empty": func() {}}
		plan := functions.Plan("lacking")
		variant := &plan.Entries[0].Variants[0]
		variant.Runtime, variant.Benchmark.Runtimes = "lacking", []domain.RuntimeName{"lacking"}
		report, err := benchbus.Measure(t.Context(), functions, plan, benchbus.Config{})
		require.NoError(t, err)
		require.Equal(t, 10, report.Run.Failed)
		require.Equal(t, domain.ClassRuntime, report.Failures[0].Class)
		require.Less(t, time.Since(began), time.Minute)
	})
}

func TestAFunctionThatPanicsIsAFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // retries wait for seconds
		functions := benchbus.Functions{"panics": func() { panic("no way") }}
		plan := functions.Plan("panics")
		plan.Iterations = 1
		report, err := benchbus.Measure(t.Context(), functions, plan, benchbus.Config{})
		require.NoError(t, err)
		require.Equal(t, domain.ClassPanic, report.Failures[0].Class)
		require.Contains(t, report.Failures[0].Message, "no way")
		require.Equal(t, 4, report.Failures[0].Attempts)
	})
}
