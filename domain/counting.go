package domain

import "context"

// InstructionCounter is what an executor may add to its port: it can count the
// instructions that code executes. CanCount says whether it can on this host, and its
// error says what to do where it cannot. It may take seconds the first time, and
// remembers the answer.
//
// Contract, for implementers: where an iteration says CountInstructions, Execute counts
// the samples of each variant in their order until two have the same instructions per
// revolution, and none after that; all, where no two have. Code of which that cannot be
// said is a failure of its variant, and never a number.
type InstructionCounter interface {
	CanCount(ctx context.Context) error
}

// agreeing is how many samples of a variant in an iteration are counted at least, where
// there are so many: a count that does not repeat is to be seen.
const agreeing = 2

// checkCounts tells whether the samples were counted as the iteration asked.
func (m Measurement) checkCounts(it Iteration) error {
	counted, samples := make([]int, len(it.Variants)), make([]int, len(it.Variants))
	for _, s := range m.Samples {
		samples[s.Variant]++
		if s.Instructions > 0 {
			counted[s.Variant]++
		}
	}
	for variant, n := range counted {
		switch least := min(agreeing, samples[variant]); {
		case it.CountInstructions && n < least:
			return Fail(ClassResult, "the instructions of %d samples of variant %d were counted; of %d at least they must be", n, variant, least)
		case !it.CountInstructions && n > 0:
			return Fail(ClassResult, "the instructions of variant %d were counted, which nobody asked for", variant)
		}
	}
	return nil
}
