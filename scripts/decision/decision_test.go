package main

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain/stats"
)

func TestATraceIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	want := &trace{Condition: "hog", Runtime: "php84", Machine: "a machine", Recorded: time.Date(2026, 11, 26, 5, 0, 0, 0, time.UTC),
		processes: []process{{70_000, 60_000, 50_000, 49_000}, {71_000, 61_000, 51_000, 50_000}}}
	require.NoError(t, want.write(dir))
	got, err := readTraces(dir)
	require.NoError(t, err)
	require.Equal(t, []*trace{want}, got)
	_, err = readTraces(t.TempDir())
	require.ErrorContains(t, err, "record one first")
}

func TestStretchesTakeTheBudgetAndDoNotOverlap(t *testing.T) {
	t.Parallel()
	tr := &trace{}
	for i := range 25 {
		tr.processes = append(tr.processes, process{Wall: 1_000_000, Batch: int64(i)})
	}
	all := tr.stretches(8 * time.Second)
	require.Len(t, all, 3) // and one second that is too short
	for i, stretch := range all {
		require.Len(t, stretch, 8)
		require.Equal(t, int64(8*i), stretch[0].Batch)
	}
}

// Interleaved, each block has three of each side, a pair of neighbours at a time; else
// the sides follow each other.
func TestDesignsDealAsTheyWouldExecute(t *testing.T) {
	t.Parallel()
	var stretch []process
	for i := range 14 {
		stretch = append(stretch, process{Batch: int64(i + 1)})
	}
	random := rand.New(rand.NewPCG(1, 1))
	blocks := design{interleaved: true, value: wall}.deal(stretch, random)
	require.Len(t, blocks, 2)
	for n, b := range blocks {
		for i := range 3 {
			require.ElementsMatch(t, []float64{float64(6*n + 2*i + 1), float64(6*n + 2*i + 2)}, []float64{b.Candidate[i], b.Baseline[i]})
		}
	}
	require.Equal(t, []stats.Block{{Baseline: []float64{1, 2, 3, 4, 5, 6, 7}, Candidate: []float64{8, 9, 10, 11, 12, 13, 14}}},
		design{value: wall}.deal(stretch, random))
}

func TestEachRuleFindsWhatIsPlain(t *testing.T) {
	t.Parallel()
	var blocks []stats.Block
	for i := range 10 {
		x := 1000 + float64(i%3)
		blocks = append(blocks, stats.Block{Baseline: []float64{x, x + 1, x + 2}, Candidate: []float64{x + 1, x, x + 2}})
	}
	for _, d := range designs {
		require.Less(t, d.decide(blocks), 1.0, d.name)
		require.Greater(t, d.decide(blocks), -1.0, d.name)
		require.Greater(t, d.decide(slower(blocks, 0.2)), 1.0, d.name)
		require.Less(t, d.decide(slower(blocks, -0.2)), -1.0, d.name)
	}
	require.Equal(t, []float64{1000, 1001, 1002}, blocks[0].Baseline, "the stretch is dealt out again")
}

func TestTheThresholdGivesFivePercentAlarms(t *testing.T) {
	t.Parallel()
	var same []float64
	for i := range 1000 {
		same = append(same, float64(i)*[]float64{1, -1}[i%2])
	}
	limit := threshold(same)
	require.InDelta(t, 950, limit, 1)
}
