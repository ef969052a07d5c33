package domain_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func TestCounts(t *testing.T) {
	it := domain.Iteration{Variants: make([]domain.Variant, 2), Samples: 3, SampleTimeout: time.Minute, CountInstructions: true}
	made := func(counted ...int) domain.Measurement { // of each variant
		var m domain.Measurement
		for i, v := range it.Order() {
			s := domain.Sample{Variant: v, Position: i + 1, Revolutions: 4, Batch: 10}
			if counted[v]--; counted[v] >= 0 {
				s.Instructions, s.CountedRevolutions = 1000, 20
			}
			m.Samples = append(m.Samples, s)
		}
		return m
	}
	require.NoError(t, made(2, 3).Check(it))
	require.ErrorContains(t, made(2, 1).Check(it), "the instructions of 1 samples of variant 1 were counted; of 2 at least they must be")
	require.ErrorContains(t, made(0, 3).Check(it), "the instructions of 0 samples of variant 0 were counted")
	m := made(2, 2)
	require.Equal(t, 50.0, m.Samples[0].Value(domain.ClockInstructions))
	require.Zero(t, made(0, 0).Samples[0].Value(domain.ClockInstructions))
	for sentence, change := range map[string]func(*domain.Sample){
		"there are 1000 instructions of 0 counted_revolutions": func(s *domain.Sample) { s.CountedRevolutions = 0 },
		"there are 0 instructions of 20 counted_revolutions":   func(s *domain.Sample) { s.Instructions = 0 },
		"instructions -5 is outside":                           func(s *domain.Sample) { s.Instructions = -5 },
		"instructions 9223372036854775807 is outside":          func(s *domain.Sample) { s.Instructions = math.MaxInt64 },
		"counted_revolutions -1 is outside":                    func(s *domain.Sample) { s.CountedRevolutions = -1 },
	} {
		m := made(3, 3)
		change(&m.Samples[0])
		require.ErrorContains(t, m.Check(it), sentence)
	}
	it.Samples = 1
	require.NoError(t, made(1, 1).Check(it), "one sample is all there is")
	it.CountInstructions = false
	require.NoError(t, made(0, 0).Check(it))
	require.ErrorContains(t, made(1, 0).Check(it), "the instructions of variant 0 were counted, which nobody asked for")
}

func TestClocksByName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		clock        domain.Clock
		instructions bool
	}{
		"cpu": {domain.ClockCPU, false}, "instructions": {domain.ClockInstructions, true}, "CPU, Instructions": {domain.ClockCPU, true},
		"instructions,wall": {domain.ClockWall, true}, "auto,instructions": {domain.ClockAuto, true},
	} {
		clock, instructions, err := domain.ParseClocks(text)
		require.NoError(t, err, text)
		require.Equal(t, want.clock, clock, text)
		require.Equal(t, want.instructions, instructions, text)
	}
	for _, text := range []string{"", "sundial", "cpu,wall", "instructions,instructions", "cpu,", ",instructions"} {
		_, _, err := domain.ParseClocks(text)
		require.ErrorContains(t, err, "is not a clock: choose one of auto, cpu, wall, or instructions, or one of them and instructions, such as cpu,instructions", text)
	}
}

// A plan that counts takes more processes, which its time limit has room for.
func TestTheTimeLimitOfAnIterationThatCounts(t *testing.T) {
	t.Parallel()
	plan := domain.Plan{Entries: []domain.Entry{{Variants: make([]domain.Variant, 1)}}, Iterations: 1, Samples: 3, SampleTimeout: time.Minute}
	require.Equal(t, 4*time.Minute, plan.WithDefaults().IterationTimeout)
	plan.CountInstructions = true
	require.Equal(t, 7*time.Minute, plan.WithDefaults().IterationTimeout)
	plan.Entries[0].Variants[0].Benchmark = &domain.Benchmark{BeforeIteration: "before();", AfterIteration: "after();"}
	require.Equal(t, 9*time.Minute, plan.WithDefaults().IterationTimeout, "what runs once an iteration takes processes, too")
	require.True(t, plan.Message("run", 1, "replies").CountInstructions)
	require.True(t, plan.Message("run", 1, "replies").Work().CountInstructions)
}
