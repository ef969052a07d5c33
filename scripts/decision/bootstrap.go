package main

import (
	"fmt"
	"slices"
)

// bootstrap is a share of the values for which is holds, with the 95 % interval of a
// bootstrap that draws whole stretches: what one stretch gave hangs together.
func bootstrap(stretches [][]float64, is func(float64) bool, draw func(n int) int) string {
	hits, all := make([]float64, len(stretches)), make([]float64, len(stretches))
	sumHits, sumAll := 0.0, 0.0
	for i, values := range stretches {
		for _, x := range values {
			if all[i]++; is(x) {
				hits[i]++
			}
		}
		sumHits, sumAll = sumHits+hits[i], sumAll+all[i]
	}
	shares := make([]float64, 1000)
	for i := range shares {
		h, a := 0.0, 0.0
		for range stretches {
			k := draw(len(stretches))
			h, a = h+hits[k], a+all[k]
		}
		shares[i] = h / a
	}
	slices.Sort(shares)
	return fmt.Sprintf("%.0f %% (%.0f–%.0f)", 100*sumHits/sumAll, 100*shares[25], 100*shares[974])
}
