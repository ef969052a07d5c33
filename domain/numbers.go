package domain

import (
	"iter"
	"math/bits"
)

// numberSet is a set of iteration numbers from 1 to a limit. It takes one bit for each,
// so that a run of ten million iterations takes 1.25 MB.
type numberSet []uint64

func newNumberSet(limit int) numberSet { return make(numberSet, limit/64+1) }

// add puts n into the set and reports whether it was new.
func (s numberSet) add(n int) bool {
	word, bit := n/64, uint64(1)<<(n%64)
	if s[word]&bit != 0 {
		return false
	}
	s[word] |= bit
	return true
}

func (s numberSet) has(n int) bool { return s[n/64]&(1<<(n%64)) != 0 }

// missing yields the numbers from 1 to limit that are not in the set.
func (s numberSet) missing(limit int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for word, have := range s {
			for free := ^have; free != 0; free &= free - 1 {
				n := word*64 + bits.TrailingZeros64(free)
				if n > limit {
					return
				}
				if n >= 1 && !yield(n) {
					return
				}
			}
		}
	}
}
