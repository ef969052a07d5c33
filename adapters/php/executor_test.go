package php

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/benchbus/benchbus/domain"
	"github.com/stretchr/testify/require"
)

func TestMeasures(t *testing.T) {
	b := newBench(t, Config{})
	it := b.iteration(`for ($i = 0; $i < 1000; $i++) { $x = $i; }`, b.runtimes...)
	it.Samples, it.CPU = 2, 0
	benchmarkOf(it).Revolutions = 50
	m, err := b.Execute(context.Background(), it)
	require.NoError(t, err)
	require.NoError(t, m.Check(it))
	for i, s := range m.Samples {
		require.Equal(t, it.Order()[i], s.Variant)
		require.Equal(t, i+1, s.Position)
		require.Equal(t, 50, s.Revolutions)
		require.Equal(t, 5, s.Warmup)
		require.Less(t, s.Batch, s.Wall)
		require.Less(t, s.Wall, 30*time.Second)
		require.Positive(t, s.UserCPU+s.SystemCPU)
		require.Greater(t, s.PeakMemory, int64(4<<20))
		require.Greater(t, s.RuntimePeakMemory, int64(100<<10))
		require.Contains(t, []string{"hrtime", "microtime"}, s.Timer)
		require.Equal(t, 0, *s.CPU)
	}
}

func TestClock(t *testing.T) {
	b := newBench(t, Config{})
	b.eachRuntime(t, func(t *testing.T, name domain.RuntimeName) {
		it := b.iteration(`usleep(20000);`, name)
		benchmarkOf(it).Revolutions = 5
		m, err := b.Execute(context.Background(), it)
		require.NoError(t, err)
		require.Greater(t, m.Samples[0].Value(domain.ClockWall), 19e6)
		require.Less(t, m.Samples[0].Value(domain.ClockWall), 1e9)
	})
}

func TestChecksTheIteration(t *testing.T) {
	b := newBench(t, Config{})
	_, err := b.Execute(context.Background(), domain.Iteration{})
	require.Equal(t, domain.ClassPermanent, domain.FailureOf(err, 1).Class)
	require.EqualError(t, err, "the iteration has no variant\n"+
		"the iteration has 0 samples; at least 1 is needed\nthe iteration's time-out is 0s; it must be above 0")
	it := b.iteration(`$x = 1;`, "php84", "php74", "php82")
	benchmarkOf(it).Revolutions, it.TargetBatch, it.Variants[1].Benchmark = 0, 0, nil
	it.Variants[2].Benchmark = &domain.Benchmark{Revolutions: 1} // which needs no target
	_, err = b.Execute(context.Background(), it)
	require.Equal(t, domain.ClassPermanent, domain.FailureOf(err, 1).Class)
	require.EqualError(t, err, "variant 2 has no benchmark\nthe iteration's target batch time is 0s; it must be above 0")
}

// TestCPUTimes compares the CPU times with those that the process itself read shortly
// before its end: a tenth of a second of its own, and a quarter of that in the kernel.
func TestCPUTimes(t *testing.T) {
	b := newBench(t, Config{})
	it := b.iteration(`$x = 1;`)
	benchmarkOf(it).Setup = `function cpu($which) { $r = getrusage(); return 1000000 * $r["ru_$which.tv_sec"] + $r["ru_$which.tv_usec"]; }`
	benchmarkOf(it).Teardown = `
		while (cpu('stime') < 25000) { clearstatcache(); is_dir('.'); }
		while (cpu('utime') < max(100000, 4 * cpu('stime'))) { for ($i = 0; $i < 10000; $i++) { $x = $i; } }
		file_put_contents($out, cpu('utime') . ' ' . cpu('stime'));`
	file := t.TempDir() + "/times"
	benchmarkOf(it).Setup = "$out = '" + file + "';\n" + benchmarkOf(it).Setup
	m, err := b.Execute(context.Background(), it)
	require.NoError(t, err)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var user, system int64
	_, err = fmt.Sscan(string(text), &user, &system)
	require.NoError(t, err)
	require.GreaterOrEqual(t, m.Samples[0].UserCPU.Microseconds(), user)
	require.GreaterOrEqual(t, m.Samples[0].SystemCPU.Microseconds(), system)
}
