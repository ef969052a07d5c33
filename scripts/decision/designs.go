package main

import (
	"math"
	"slices"

	"github.com/benchbus/benchbus/domain/stats"
)

// design is a way to compare two sides: in which order their processes run, what is
// read of each, and when the sides are called different.
type design struct {
	name string
	// interleaved takes the sides in turn, in blocks of perIteration processes each;
	// otherwise the first half of the stretch is one side and the second the other.
	interleaved bool
	value       func(process) float64
	// decide returns how surely the second side is slower: above 0 for slower, below 0
	// for faster, at least 1 in size where the tool calls it different.
	decide func(blocks []stats.Block) float64
}

func wall(p process) float64    { return float64(p.Batch) }
func cpu(p process) float64     { return float64(p.BatchCPU) }
func command(p process) float64 { return float64(p.Wall) }

// designs are benchbus as it is and in parts, and what other tools do with the same
// processes.
var designs = []design{
	{"benchbus, CPU time", true, cpu, ranks},
	{"benchbus, wall time", true, wall, ranks},
	{"CPU time, one side after the other", false, cpu, pooled},
	{"phpbench's order, benchstat's test", false, wall, pooled},
	{"phpbench's order, ±5 % of the mean", false, wall, fivePercent},
	{"hyperfine, Welch's test of the command", false, command, welch},
	{"hyperfine, mean ± sd of the ratio", false, command, errorBars},
}

// alpha is the share of false alarms that a test is made for.
const alpha = 0.05

// ranks is what benchbus does: van Elteren's test over blocks.
func ranks(blocks []stats.Block) float64 {
	c := stats.Compare(blocks, 1e-9) // the smallest difference counts: the margin is another question
	return signed(c.P, c.Ratio)
}

// pooled is the Mann-Whitney test, of all values of one side against all of the other.
func pooled(blocks []stats.Block) float64 {
	a, b := sides(blocks)
	c := stats.Compare([]stats.Block{{Candidate: a, Baseline: b}}, 1e-9)
	return signed(c.P, c.Ratio)
}

// signed turns a p-value into a size that is 1 at alpha, and falls and rises with the
// quantile of the normal distribution.
func signed(p, ratio float64) float64 {
	z := math.Sqrt2 * math.Erfcinv(math.Max(p, 1e-300)) / (math.Sqrt2 * math.Erfcinv(alpha))
	if ratio < 1 {
		return -z
	}
	return z
}

// fivePercent calls sides different whose means differ by more than 5 %.
func fivePercent(blocks []stats.Block) float64 {
	a, b := sides(blocks)
	return (mean(a)/mean(b) - 1) / 0.05
}

// welch is Welch's t-test with the normal quantile, which is close for the numbers of
// processes here, and on the side of more alarms.
func welch(blocks []stats.Block) float64 {
	a, b := sides(blocks)
	return (mean(a) - mean(b)) / math.Sqrt(variance(a)/float64(len(a))+variance(b)/float64(len(b))) / 1.96
}

// errorBars is how hyperfine's users read it: the ratio of the means, with the standard
// deviation that it prints beside it, does not reach 1.
func errorBars(blocks []stats.Block) float64 {
	a, b := sides(blocks)
	ratio := mean(a) / mean(b)
	sd := ratio * math.Sqrt(variance(a)/(mean(a)*mean(a))+variance(b)/(mean(b)*mean(b)))
	return (ratio - 1) / sd
}

func sides(blocks []stats.Block) (candidate, baseline []float64) {
	for _, b := range blocks {
		candidate, baseline = slices.Concat(candidate, b.Candidate), slices.Concat(baseline, b.Baseline)
	}
	return candidate, baseline
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, x := range values {
		sum += x
	}
	return sum / float64(len(values))
}

func variance(values []float64) float64 {
	m, squares := mean(values), 0.0
	for _, x := range values {
		squares += (x - m) * (x - m)
	}
	return squares / float64(len(values)-1)
}
