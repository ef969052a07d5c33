package stats_test

import (
	"fmt"

	"github.com/benchbus/benchbus/domain/stats"
)

func ExampleSummarize() {
	s := stats.Summarize([]float64{1010, 1003, 998, 1001, 1007, 1000, 2500, 1002, 999, 1005})
	fmt.Printf("median %.1f ns, 95 %% interval %.0f to %.0f ns, %d outlier\n", s.Median, s.Interval.Low, s.Interval.High, s.Outliers)
	// Output: median 1002.5 ns, 95 % interval 999 to 1010 ns, 1 outlier
}

func ExampleCompare() {
	// Two iterations; in each, both sides ran three times under the same circumstances.
	c := stats.Compare([]stats.Block{
		{Candidate: []float64{121, 119, 120}, Baseline: []float64{100, 101, 99}},
		{Candidate: []float64{142, 146, 144}, Baseline: []float64{121, 119, 120}},
	}, stats.DefaultMargin)
	fmt.Printf("%.2f times the baseline's time, p = %.3f: %s\n", c.Ratio, c.P, c.Verdict)
	// Output: 1.20 times the baseline's time, p = 0.005: regressed
}
