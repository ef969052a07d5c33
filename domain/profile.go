package domain

// Profile is how many instructions each function executed in a process, by the function's
// name. What a function calls is not in its own number.
type Profile map[string]int64

// Total is what all functions executed.
func (p Profile) Total() (sum int64) {
	for _, n := range p {
		sum += n
	}
	return sum
}

// ProfilePair is the profiles of two batches that do the same, but that the second one
// executes the code twice as often. What they differ by is the code's: what is done around
// a batch cancels.
type ProfilePair struct {
	// Revolutions is how often the first batch executes the code; at least 1.
	Revolutions int
	Once, Twice Profile
}

// Total is what Revolutions executions of the code took.
func (p ProfilePair) Total() int64 { return p.Twice.Total() - p.Once.Total() }

// Instructions returns what a function executed for one revolution. It is 0 for a function
// that is in neither batch, and may be below 0 for one that does not do the same each
// time.
func (p ProfilePair) Instructions(function string) float64 {
	return perRevolution(p.Twice[function]-p.Once[function], p.Revolutions)
}

// PerRevolution is what all functions executed for one revolution.
func (p ProfilePair) PerRevolution() float64 { return perRevolution(p.Total(), p.Revolutions) }

func perRevolution(n int64, revolutions int) float64 {
	if revolutions == 0 {
		return 0
	}
	return float64(n) / float64(revolutions)
}
