package application

import (
	"time"

	"github.com/benchbus/benchbus/domain"
)

// Settled is how many iterations of a run are outstanding no more.
func Settled(c domain.Counts) int { return c.Done + c.Failed + c.Cancelled }

// Pace is how quickly a run goes.
type Pace struct {
	PerSecond float64       // iterations that were settled per second
	Left      time.Duration // until none is outstanding, if it goes on like that
}

// PaceBetween tells how quickly a run went between two of its events, such as the first
// one that a RunnerConfig.OnEvent was told and the last. False where nothing was
// settled meanwhile.
func PaceBetween(first, last domain.RunEvent) (Pace, bool) {
	passed, settled := last.At.Sub(first.At), Settled(last.Counts)-Settled(first.Counts)
	if passed <= 0 || settled <= 0 {
		return Pace{}, false
	}
	perSecond := float64(settled) / passed.Seconds()
	return Pace{PerSecond: perSecond, Left: time.Duration(float64(last.Outstanding) / perSecond * float64(time.Second))}, true
}
