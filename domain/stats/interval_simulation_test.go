package stats

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// noise makes the factors by which the samples of successive iterations, three each,
// are off their true time.
type noise func(random *rand.Rand, iterations int) [][]float64

// byLevel makes noise out of the level of each iteration, as a logarithm, and 1 % within.
func byLevel(next func(random *rand.Rand, before float64, first bool) float64) noise {
	return func(random *rand.Rand, iterations int) (all [][]float64) {
		level := 0.0
		for i := range iterations {
			level = next(random, level, i == 0)
			var values []float64
			for range 3 {
				values = append(values, math.Exp(level+0.01*random.NormFloat64()))
			}
			all = append(all, values)
		}
		return all
	}
}

var (
	alike = byLevel(func(*rand.Rand, float64, bool) float64 { return 0 })
	// Each iteration has a level of its own.
	uneven = byLevel(func(random *rand.Rand, _ float64, _ bool) float64 { return 0.05 * random.NormFloat64() })
	// Levels resemble those of the iterations before: AR(1) with 0.7.
	sluggish = byLevel(func(random *rand.Rand, before float64, first bool) float64 {
		if first {
			return 0.05 * random.NormFloat64()
		}
		return 0.7*before + 0.05*math.Sqrt(1-0.49)*random.NormFloat64()
	})
	// The speed jumps once in ten iterations.
	steps = byLevel(func(random *rand.Rand, before float64, first bool) float64 {
		if first || random.Float64() < 0.1 {
			return 0.05 * random.NormFloat64()
		}
		return before
	})
)

// preempted makes one value in twenty far slower.
func preempted(random *rand.Rand, iterations int) [][]float64 {
	all := alike(random, iterations)
	for _, values := range all {
		for i := range values {
			if random.Float64() < 0.05 {
				values[i] *= 1 + random.ExpFloat64()
			}
		}
	}
	return all
}

// TestCoverageOfTheMedian states how often the interval of the median holds the median
// of all iterations that the machine might have had.
func TestCoverageOfTheMedian(t *testing.T) {
	t.Parallel()
	check := func(name string, of noise, truth float64, iterations int, least, most float64) {
		t.Helper()
		const trials = 1500
		random := rand.New(rand.NewPCG(25, uint64(iterations)))
		covered, bySamples := 0.0, 0.0
		for range trials {
			var medians, samples []float64
			for _, values := range of(random, iterations) {
				medians, samples = append(medians, median(values)), append(samples, values...)
			}
			if Summarize(medians).Interval.Contains(truth) {
				covered += 1.0 / trials
			}
			if Summarize(samples).Interval.Contains(truth) {
				bySamples += 1.0 / trials
			}
		}
		t.Logf("%s, %d iterations: covered in %.3f, by samples in %.3f", name, iterations, covered, bySamples)
		require.GreaterOrEqual(t, covered, least)
		require.LessOrEqual(t, covered, most)
	}
	preemptedTruth := math.Exp(0.01 * normalQuantile(0.5/0.95)) // a twentieth of the values lies above nearly all others
	for _, iterations := range []int{10, 30} {
		check("quiet", alike, 1, iterations, 0.945, 1)
		check("uneven iterations", uneven, 1, iterations, 0.945, 1)
		check("preemption", preempted, preemptedTruth, iterations, 0.945, 1)
		check("sluggish levels", sluggish, 1, iterations, 0.6, 0.85) // documented, not good
		check("steps of the speed", steps, 1, iterations, 0.3, 0.6)  // likewise
	}
}
