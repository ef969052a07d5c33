package main

import (
	"fmt"
	"time"
)

// quotaWords says what the quota of the control group does to as many measurements as run
// at once here, or to how many it would do something.
func (d diagnosis) quotaWords() findingWords {
	q := d.Machine.Quota
	if q == nil || q.Cores == 0 {
		return findingWords{found: "none"}
	}
	t := findingWords{
		found:  fmt.Sprintf("%s cores, in periods of %v", decimal(q.Cores), q.Period),
		advice: "raise it (docker update --cpus, systemctl set-property CPUQuota=, limits.cpu of a pod)",
	}
	if q.Stops > 0 {
		t.found += "; all was stopped in " + count(q.Stops, "period") + " just now"
	}
	usedUp := func(n int) string {
		return fmt.Sprintf("used up after %v of each %v, and the kernel stops all until the next, in the middle of a batch too",
			q.StopsAfter(n).Round(100*time.Microsecond), q.Period)
	}
	measurements := count(d.AtOnce(), "measurement") + " at once"
	switch left := q.Cores - float64(d.AtOnce()); {
	case left < 0:
		t.effect = "with " + measurements + " it is " + usedUp(d.AtOnce())
	case left < 1:
		t.effect = fmt.Sprintf("beside %s there are %s cores for benchbus and the starts of processes; where these need more, the kernel stops all for the rest of the period",
			measurements, decimal(left))
	default:
		tooMany := int(q.Cores) + 1
		t.effect = fmt.Sprintf("it is enough for %s; with %d it would be %s", measurements, tooMany, usedUp(tooMany))
	}
	if fewer := min(int(q.Cores)-1, d.AtOnce()); fewer > 0 {
		t.advice += ", or measure at most so many at once"
		t.command = fmt.Sprintf("benchbus run --workers=%d", fewer)
	}
	return t
}
