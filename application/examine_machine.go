package application

import (
	"slices"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// steady are the governors that do not let the frequency follow the load.
var steady = []string{"performance", "userspace"}

func judgeGovernors(all []string) Severity {
	if len(all) == 0 {
		return SeverityUnknown
	}
	for _, g := range all {
		if !slices.Contains(steady, g) {
			return SeverityWarning
		}
	}
	return SeverityFine
}

func judgeBoost(b *domain.Boost) Severity {
	switch {
	case b == nil:
		return SeverityUnknown
	case b.On:
		return SeverityNote
	}
	return SeverityFine
}

// judgeSiblings judges the logical cores that share a physical core: two that both measure
// slow each other, and one that does not measure may do other work.
func judgeSiblings(m domain.Conditions) Severity {
	worst := SeverityFine
	if m.Siblings == nil {
		worst = SeverityUnknown
	}
	for _, group := range m.Siblings {
		measured := 0
		for _, core := range group {
			if slices.Contains(m.Cores, core) {
				measured++
			}
		}
		switch {
		case measured > 1:
			return SeverityWarning
		case len(group) > 1:
			worst = SeverityNote
		}
	}
	return worst
}

func judgeLoad(m domain.Conditions) Severity {
	if m.Online == 0 {
		return SeverityUnknown
	}
	online := float64(m.Online)
	return judgeAbove(m.Load1, online/2, online)
}

// judgeQuota judges a quota by how many measurements run at once. Beside them, which take
// a core each, benchbus and the starts of processes need some.
func judgeQuota(q *domain.Quota, atOnce int) Severity {
	switch {
	case q == nil:
		return SeverityUnknown
	case q.Cores == 0:
		return SeverityFine
	case q.Stops > 0, q.Cores < float64(atOnce+1):
		return SeverityWarning
	}
	return SeverityNote
}

// judgeSlots judges how many measurements run at once: more than there are cores queue, and
// as many as the machine has leave no core for the rest of the machine.
func judgeSlots(m domain.Conditions, n int) Severity {
	if n > len(m.Cores) || m.Online > 0 && n >= m.Online {
		return SeverityNote
	}
	return SeverityFine
}

// judgeClockSource judges what the time is read from: jiffies are as coarse as the timer's
// interrupt, and to read a chip takes a microsecond or more.
func judgeClockSource(name string) Severity {
	switch name {
	case "":
		return SeverityUnknown
	case "jiffies", "refined-jiffies":
		return SeverityWarning
	case "hpet", "acpi_pm", "pit":
		return SeverityNote
	}
	return SeverityFine
}

// judgeCPUClock judges the step of CPU time against the default batch, of which it
// should be a thousandth at most.
func judgeCPUClock(step time.Duration) Severity {
	switch {
	case step == 0:
		return SeverityUnknown
	case step > domain.DefaultTargetBatch/100:
		return SeverityWarning
	case step > domain.DefaultTargetBatch/1000:
		return SeverityNote
	}
	return SeverityFine
}

// judgeAbove judges a number by the limits above which it is worth a note, or a warning.
func judgeAbove(value *float64, note, warning float64) Severity {
	switch {
	case value == nil:
		return SeverityUnknown
	case *value > warning:
		return SeverityWarning
	case *value > note:
		return SeverityNote
	}
	return SeverityFine
}
