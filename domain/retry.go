package domain

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// RetryPolicy decides whether a failed message is tried again, and after what time. Its
// zero value means the defaults. A negative Retries means never.
type RetryPolicy struct {
	// Retries is the number of retries after the first attempt. -1 means none. Defaults
	// to 3.
	Retries int
	// Delay is the wait before the first retry. Defaults to 1 s.
	Delay time.Duration
	// Factor multiplies each further wait. It is at least 1. Defaults to 2.
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

// Validate reports every invalid setting.
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

// Next returns the wait before the next attempt, after the given attempt (the first is
// 1) has failed with that class. It returns false if there is no next attempt.
func (p RetryPolicy) Next(attempt int, class FailureClass) (time.Duration, bool) {
	p = p.WithDefaults()
	if !class.Transient() || attempt > p.Retries {
		return 0, false
	}
	return time.Duration(min(float64(p.Delay)*math.Pow(p.Factor, float64(attempt-1)), math.MaxInt64/2)), true
}

// Delays returns the delays of all retries and of requeued commands, in order and each
// once, for transports that keep one queue per delay.
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
