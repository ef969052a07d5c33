package php

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/benchbus/benchbus/domain"
	"github.com/stretchr/testify/require"
)

// spin is code that takes a while and does not wait.
const spin = `for ($k = 0, $a = 0; $k < 1000; ++$k) { $a = ($a * 31 + $k) % 65521; }`

func TestBothClocksOfABatch(t *testing.T) {
	b := newBench(t, Config{})
	b.eachRuntime(t, func(t *testing.T, name domain.RuntimeName) {
		it := b.iteration(spin, name)
		benchmarkOf(it).Revolutions = 4003
		m, err := b.Execute(context.Background(), it)
		require.NoError(t, err)
		require.NoError(t, m.Check(it))
		s := m.Samples[0]
		require.Len(t, s.SubBatches, 10, "a part lasts a millisecond at least")
		require.Positive(t, s.BatchCPU)
		require.LessOrEqual(t, s.BatchCPU, s.Batch+time.Millisecond, "it has one thread")
		require.Zero(t, s.VoluntarySwitches, "it does not wait")
		for _, part := range s.SubBatches {
			require.Positive(t, part.CPU)
		}
	})
}

// A part that lasts less than a millisecond would be mostly the reading of the clocks.
func TestAShortBatchIsTakenInOnePart(t *testing.T) {
	b := newBench(t, Config{})
	it := b.iteration(`$a = 1;`)
	benchmarkOf(it).Revolutions = 1000
	m, err := b.Execute(context.Background(), it)
	require.NoError(t, err)
	require.Len(t, m.Samples[0].SubBatches, 1)

	it = b.iteration(`usleep(3000);`)
	benchmarkOf(it).Revolutions, benchmarkOf(it).Warmup = 7, new(0)
	m, err = b.Execute(context.Background(), it)
	require.NoError(t, err)
	require.Len(t, m.Samples[0].SubBatches, 1, "without a warm-up nobody knows how long a part lasts")
	benchmarkOf(it).Warmup = new(1)
	m, err = b.Execute(context.Background(), it)
	require.NoError(t, err)
	require.Len(t, m.Samples[0].SubBatches, 7, "a part has a revolution at least")
}

func TestCodeThatWaitsGivesItsCoreAway(t *testing.T) {
	b := newBench(t, Config{})
	b.eachRuntime(t, func(t *testing.T, name domain.RuntimeName) {
		it := b.iteration(`usleep(2000);`, name)
		benchmarkOf(it).Revolutions = 30
		m, err := b.Execute(context.Background(), it)
		require.NoError(t, err)
		s := m.Samples[0]
		require.GreaterOrEqual(t, s.VoluntarySwitches, int64(30))
		require.Less(t, s.BatchCPU, s.Batch/2)
		require.Equal(t, domain.ClockWall, tells(s))
	})
}

// Where getrusage() may not be called there is no CPU time, and nothing in its place.
func TestWithoutTheClockOfTheCPU(t *testing.T) {
	ini := filepath.Join(t.TempDir(), "php.ini")
	require.NoError(t, os.WriteFile(ini, []byte("disable_functions=getrusage\n"), 0o600))
	b := newBench(t, Config{Ini: ini})
	b.eachRuntime(t, func(t *testing.T, name domain.RuntimeName) {
		it := b.iteration(spin, name)
		benchmarkOf(it).Revolutions = 0
		m, err := b.Execute(context.Background(), it)
		require.NoError(t, err)
		s := m.Samples[0]
		require.Positive(t, s.Batch)
		require.Zero(t, s.BatchCPU)
		require.Zero(t, s.VoluntarySwitches+s.InvoluntarySwitches)
		require.Equal(t, domain.ClockWall, tells(s))
	})
}

// A calibration that was wrong is told, and the next iteration calibrates anew.
func TestACalibrationIsHeldAgainstTheFirstBatches(t *testing.T) {
	b := newBench(t, Config{})
	it := b.iteration(spin)
	benchmarkOf(it).Revolutions = 0
	it.TargetBatch = 20 * time.Millisecond
	m, err := b.Execute(context.Background(), it)
	require.NoError(t, err)
	right := m.Samples[0].Revolutions
	require.NotContains(t, b.log.String(), "calibrated anew")

	b.counts.of(it, []int{0}).count = max(1, right/100)
	m, err = b.Execute(context.Background(), it)
	require.NoError(t, err)
	require.Equal(t, max(1, right/100), m.Samples[0].Revolutions)
	require.Equal(t, 1, strings.Count(b.log.String(), "calibrated anew"))
	m, err = b.Execute(context.Background(), it)
	require.NoError(t, err)
	require.Greater(t, m.Samples[0].Revolutions, right/10)

	// What the definition fixes is nobody's mistake.
	benchmarkOf(it).Revolutions = 1
	_, err = b.Execute(context.Background(), it)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(b.log.String(), "calibrated anew"))
}
