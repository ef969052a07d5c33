package application

import (
	"time"

	"github.com/benchbus/benchbus/domain"
)

// Settled returns the number of iterations that are no longer outstanding.
func Settled(c domain.Counts) int { return c.Done + c.Failed + c.Cancelled }

// Pace says how quickly a run goes.
type Pace struct {
	PerSecond float64       // iterations settled per second
	Left      time.Duration // time until none is outstanding, at this pace
}

// PaceBetween returns the pace of a run between two of its events, such as the first
// and the last one that a RunnerConfig.OnEvent got. It returns false if nothing was
// settled meanwhile.
func PaceBetween(first, last domain.RunEvent) (Pace, bool) {
	passed, settled := last.At.Sub(first.At), Settled(last.Counts)-Settled(first.Counts)
	if passed <= 0 || settled <= 0 {
		return Pace{}, false
	}
	perSecond := float64(settled) / passed.Seconds()
	return Pace{PerSecond: perSecond, Left: time.Duration(float64(last.Outstanding) / perSecond * float64(time.Second))}, true
}
