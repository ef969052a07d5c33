package benchbus_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus"
)

// The CPU time of a batch is that of the thread that calls the function.
func TestTheCPUTimeOfFunctions(t *testing.T) {
	t.Parallel()
	kept := 0
	functions := benchbus.Functions{
		"spins": func() {
			for i := range 100_000 {
				kept += i % 7
			}
		},
		"sleeps": func() { time.Sleep(time.Millisecond) },
	}
	it := iteration(t, functions, nil)
	m, err := functions.Execute(t.Context(), it)
	require.NoError(t, err)
	require.NoError(t, m.Check(it))
	for _, s := range m.Samples {
		require.NotEmpty(t, s.SubBatches)
		require.Positive(t, s.BatchCPU)
		require.LessOrEqual(t, s.BatchCPU, s.Batch+time.Millisecond)
		if it.Variants[s.Variant].Benchmark.Slug == "sleeps" {
			require.Positive(t, s.VoluntarySwitches)
			require.Less(t, s.BatchCPU, s.Batch)
		}
	}
}
