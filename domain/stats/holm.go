package stats

import (
	"cmp"
	"math"
	"slices"
)

// Holm corrects the p-values by Holm's step-down method for a family of that many
// comparisons. It keeps their order, and NaN stays NaN.
//
// A family may have more comparisons than there are p-values: if the data chose
// the baseline, as the fastest of k, all k(k−1)/2 pairs count. That is never less
// strict than Holm's method over all of them.
func Holm(p []float64, family int) []float64 {
	order := make([]int, 0, len(p))
	for i := range p {
		if !math.IsNaN(p[i]) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(p[i], p[j]) })
	adjusted := slices.Clone(p)
	least := 0.0
	for rank, i := range order {
		least = max(least, min(1, p[i]*float64(max(family-rank, 1))))
		adjusted[i] = least
	}
	return adjusted
}

// Adjust corrects the comparisons for a family of that many, and updates their
// verdicts; see [Holm].
func Adjust(comparisons []*Comparison, family int) {
	p := make([]float64, len(comparisons))
	for i, c := range comparisons {
		p[i] = c.P
	}
	for i, adjusted := range Holm(p, family) {
		comparisons[i].AdjustedP, comparisons[i].Family = adjusted, max(family, 1)
		comparisons[i].decide()
	}
}
