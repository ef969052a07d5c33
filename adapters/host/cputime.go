package host

import "time"

// Limits of the search for the step of a clock: it ends after so many steps, and where
// the clock hardly moves, after so long.
const (
	enoughSteps = 200
	stepSearch  = 100 * time.Millisecond
)

// stepOf returns the smallest step in which a clock moves, and 0 if it does not move.
func stepOf(read func() time.Duration, now func() time.Time) (step time.Duration) {
	start, last := now(), read()
	for steps := 0; steps < enoughSteps && now().Sub(start) < stepSearch; {
		at := read()
		if moved := at - last; moved > 0 {
			steps++
			if step == 0 || moved < step {
				step = moved
			}
		}
		last = at
	}
	return step
}
