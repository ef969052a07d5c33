package domain

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// RetryPolicy decides whether a failed message is tried again, and after how
// long. The zero value means the defaults; a negative Retries means never.
type RetryPolicy struct {
	// Retries is how often a message is tried again after the first attempt.
	// -1 means never. Defaults to 3.
	Retries int
	// Delay is the wait before the first retry. Defaults to 1 s.
	Delay time.Duration
	// Factor is what each further wait is multiplied by, at least 1.
	// Defaults to 2.
	Factor float64
}

// WithDefaults returns the policy with its defaults filled in.
func (p RetryPolicy) WithDefaults() RetryPolicy {
	if p.Retries == 0 {
		p.Retries = 3
	}
	if p.Delay == 0 {
		p.Delay = time.Second
	}
	if p.Factor == 0 {
		p.Factor = 2
	}
	return p
}

// Validate reports every setting that makes no sense.
func (p RetryPolicy) Validate() error {
	var problems []error
	if p.Retries > MaxAttempts/2 {
		problems = append(problems, fmt.Errorf("%d retries are more than %d", p.Retries, MaxAttempts/2))
	}
	if p.Delay < 0 {
		problems = append(problems, fmt.Errorf("retry delay %v is negative", p.Delay))
	}
	if p.Factor != 0 && (p.Factor < 1 || math.IsNaN(p.Factor) || math.IsInf(p.Factor, 0)) {
		problems = append(problems, fmt.Errorf("retry factor %v is not a number of at least 1", p.Factor))
	}
	return errors.Join(problems...)
}

// Next says after how long attempt number attempt (the first is 1), which
// failed with that class, is followed by another; false means never.
func (p RetryPolicy) Next(attempt int, class FailureClass) (time.Duration, bool) {
	p = p.WithDefaults()
	if !class.Transient() || attempt > p.Retries {
		return 0, false
	}
	return time.Duration(min(float64(p.Delay)*math.Pow(p.Factor, float64(attempt-1)), math.MaxInt64/2)), true
}

// Delays returns those of all retries and those of what is requeued, in order and
// each once, for transports that keep one queue per delay.
func (p RetryPolicy) Delays() []time.Duration {
	all := append(p.RetryDelays(), RequeueDelay, 2*RequeueDelay)
	slices.Sort(all)
	return slices.Compact(all)
}

// RetryDelays returns the delays of all retries in order.
func (p RetryPolicy) RetryDelays() []time.Duration {
	var delays []time.Duration
	for attempt := 1; ; attempt++ {
		delay, again := p.Next(attempt, ClassUnknown)
		if !again {
			return delays
		}
		delays = append(delays, delay)
	}
}
