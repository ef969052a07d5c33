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
	want := &trace{Condition: "hog", Runtime: "php84", Revolutions: 3000, Machine: "a machine", Recorded: time.Date(2026, 11, 26, 5, 0, 0, 0, time.UTC),
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

// A bootstrap of stretches is wide where each stretch is of one mind.
func TestTheBootstrapDrawsStretches(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 8))
	is := func(x float64) bool { return x > 0 }
	alike, apart := make([][]float64, 20), make([][]float64, 20)
	for i := range alike {
		alike[i], apart[i] = []float64{1, -1, 1, -1}, []float64{1, 1, 1, 1}
		if i%2 == 0 {
			apart[i] = []float64{-1, -1, -1, -1}
		}
	}
	require.Equal(t, "50 % (50–50)", bootstrap(alike, is, random.IntN))
	require.Regexp(t, `^50 % \((2|3)\d–(6|7)\d\)$`, bootstrap(apart, is, random.IntN))
}

func TestWilsonsInterval(t *testing.T) {
	t.Parallel()
	require.Equal(t, "50 % (30–70)", withInterval(10, 20)) // 0.299 to 0.701
	require.Equal(t, "0 % (0–16)", withInterval(0, 20))    // 0 to 0.161
	require.Equal(t, "100 % (84–100)", withInterval(20, 20))
}

func TestTheTallyCountsByPair(t *testing.T) {
	t.Parallel()
	var all tally
	all.add([2]float64{0, 1}, time.Second)
	all.add([2]float64{-1.2, 0.9}, time.Second)
	all.add([2]float64{0.5, -3}, 2*time.Second)
	require.Equal(t, tally{rounds: 3, alarms: 1, found: 1, wrong: 1, took: 4 * time.Second}, all)
}

func TestWhatBenchstatSaysIsRead(t *testing.T) {
	t.Parallel()
	table := func(difference string) string {
		return ",old,,new,,,\n,sec/op,CI,sec/op,CI,vs base,P\nWork,1e-06,2%,1.1e-06,2%," + difference + ",p=0.008 n=30\ngeomean,1e-06,,1.1e-06,,+9.98%,\n"
	}
	for difference, want := range map[string]float64{"+9.98%": 1, "-4.10%": -1, "~": 0} {
		got, err := readBenchstat(table(difference))
		require.NoError(t, err)
		require.Equal(t, want, got, difference)
	}
	_, err := readBenchstat("")
	require.ErrorContains(t, err, "says nothing")
	_, err = readBenchstat(table("?"))
	require.Error(t, err)
}

func TestACampaignCountsWhatTheReportSays(t *testing.T) {
	t.Parallel()
	counts, err := readCampaign([]byte(`{"cells": [
		{"among_benchmark": {"is_baseline": true}},
		{"among_benchmark": {"ratio_ci_low": 0.99, "ratio_ci_high": 1.02, "p_value": 0.4, "verdict": "unchanged"}},
		{"among_benchmark": {"ratio_ci_low": 1.01, "ratio_ci_high": 1.02, "p_value": 0.01, "verdict": "unchanged"}},
		{"among_benchmark": {"ratio_ci_low": 1.04, "ratio_ci_high": 1.09, "p_value": 0.001, "verdict": "regressed"}}]}`))
	require.NoError(t, err)
	require.Equal(t, campaignCounts{comparisons: 3, different: 1, significant: 2, covered: 1}, counts)
	_, err = readCampaign([]byte(`{"cells": [{}]}`))
	require.ErrorContains(t, err, "not compared")
}

func TestWhatWasSaidOfInstructionsIsRead(t *testing.T) {
	t.Parallel()
	verdicts, err := readInstructions([]byte(`{"cells": [
		{"benchmark": "a", "instructions": {"among_benchmark": {"verdict": null}}},
		{"benchmark": "b", "instructions": {"among_benchmark": {"verdict": "unchanged"}}},
		{"benchmark": "c", "instructions": {"among_benchmark": {"verdict": "regressed"}}}]}`))
	require.NoError(t, err)
	require.Equal(t, map[string]float64{"a": 0, "b": 0, "c": 1}, verdicts)
	_, err = readInstructions([]byte(`{"cells": [{"benchmark": "a", "instructions": {}}]}`))
	require.ErrorContains(t, err, "not compared")
}
