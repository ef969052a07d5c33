package stats

import "math"

// null is the distribution of the statistic under the null hypothesis that every
// assignment of a block's values to the two sides is equally likely. Its support is
// symmetrical: probability i belongs to the value i − len(probability)/2.
type null struct{ probability []float64 }

// maxExactWork limits the multiplications for the exact distribution, which then
// takes some milliseconds. That is enough for about 150 blocks of three a side;
// beyond, the normal approximation is as good.
const maxExactWork = 4_000_000

// exactNull returns the exact null distribution, which takes ties into account if
// asked to. It returns false if that is too much work.
func (s strata) exactNull(ties bool) (null, bool) {
	if !s.integral || s.exactWork() > maxExactWork {
		return null{}, false
	}
	sum := []float64{1}
	for _, block := range s.blocks {
		var own []float64
		if sizes := block.tieSizes(); ties {
			own = block.exactNull(sizes)
		} else {
			own = block.exactNull(ones(len(block.a) + len(block.b)))
		}
		weight := int(block.weight)
		next := make([]float64, len(sum)+(len(own)-1)*weight)
		for i, p := range own {
			if p == 0 {
				continue
			}
			for j, q := range sum {
				next[i*weight+j] += p * q
			}
		}
		sum = next
	}
	return null{sum}, true
}

func (s strata) exactWork() int {
	work, length := 0, 1
	for _, block := range s.blocks {
		n, m := len(block.a), len(block.b)
		values := 2*n*m + 1
		work += length*values + (n+m)*n*values
		if length += (values - 1) * int(block.weight); work > maxExactWork {
			break
		}
	}
	return work
}

// exactNull returns the null distribution of the block's doubled U, from 0 to 2nm.
// The sizes are those of the groups of tied values, in order. It walks through the
// groups: a value of the candidate that follows b values of the baseline and ties
// with t of them adds 2b + t.
func (s stratum) exactNull(sizes []int) []float64 {
	n, m := len(s.a), len(s.b)
	values := 2*n*m + 1
	ways := make([][]float64, n+1) // by values of the candidate so far, then by doubled U
	for i := range ways {
		ways[i] = make([]float64, values)
	}
	ways[0][0] = 1
	seen := 0
	for _, size := range sizes {
		next := make([][]float64, n+1)
		for i := range next {
			next[i] = make([]float64, values)
		}
		for had, row := range ways {
			before := seen - had // of the baseline
			for more := 0; more <= min(size, n-had); more++ {
				tied := size - more
				if before < 0 || before+tied > m {
					continue
				}
				gain := more * (2*before + tied)
				choices := binomial(size, more)
				for u, w := range row[:values-min(gain, values)] {
					next[had+more][u+gain] += w * choices
				}
			}
		}
		ways, seen = next, seen+size
	}
	total := binomial(n+m, n)
	for u := range ways[n] {
		ways[n][u] /= total
	}
	return ways[n]
}

// tail returns the probability of a value at least that far from 0.
func (d null) tail(distance float64) float64 {
	middle := len(d.probability) / 2
	p := 0.0
	for i, q := range d.probability {
		if math.Abs(float64(i-middle)) >= distance {
			p += q
		}
	}
	return min(p, 1)
}

// critical returns the smallest distance from 0 whose tail is at most alpha. It
// returns false if even the most extreme value is more likely than that.
func (d null) critical() (float64, bool) {
	middle := len(d.probability) / 2
	tail, distance := 0.0, 0.0
	for i := 0; i < middle; i++ {
		if tail += d.probability[i] + d.probability[len(d.probability)-1-i]; tail > alpha {
			break
		}
		distance = float64(middle - i)
	}
	return distance, distance > 0
}

// binomial returns the number of ways to choose k of n.
func binomial(n, k int) float64 {
	result := 1.0
	for i := 1; i <= k; i++ {
		result = result * float64(n-k+i) / float64(i)
	}
	return result
}

func ones(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = 1
	}
	return out
}
