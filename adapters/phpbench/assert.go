package phpbench

import (
	"errors"
	"fmt"
	"math"
)

// Assertion is a condition that the results of a benchmark must meet, such as
// mode(variant.time.avg) < 10 ms.
type Assertion struct {
	// Text is how the suite writes it.
	Text string
	// NeedsBaseline says that it compares with a baseline.
	NeedsBaseline bool

	holds func(*environ) (Outcome, error)
}

// Outcome says whether an assertion holds.
type Outcome int

const (
	// Failed says that it does not hold.
	Failed Outcome = iota
	// Tolerated says that it does not hold, but for what its tolerance allows.
	Tolerated
	// Passed says that it holds.
	Passed
)

func (o Outcome) String() string { return [...]string{"failed", "within tolerance", "passed"}[o] }

// Results are the values of a benchmark, one an iteration, by names such as time.avg. Times
// are in microseconds and memory is in bytes, since that is what numbers without a unit are
// in assertions. The names of phpbench are:
//   - time.avg, the time of one revolution
//   - time.net, the time of all revolutions, which are the suite's: see Details.Revolutions
//   - time.revs, the number of revolutions
//   - mem.peak, mem.final and mem.real
type Results map[string][]float64

// ErrNoBaseline says that an assertion compares with a baseline, and there is none.
var ErrNoBaseline = errors.New("there is no baseline to compare with")

// environ is what an assertion is evaluated with.
type environ struct{ variant, baseline Results }

// Evaluate says whether the assertion holds for the results. The baseline may be nil if the
// assertion does not need one. The error says which values are missing.
func (a *Assertion) Evaluate(variant, baseline Results) (Outcome, error) {
	if a.NeedsBaseline && baseline == nil {
		return Failed, fmt.Errorf("%s: %w", a.Text, ErrNoBaseline)
	}
	outcome, err := a.holds(&environ{variant, baseline})
	if err != nil {
		return Failed, fmt.Errorf("%s: %w", a.Text, err)
	}
	return outcome, nil
}

// ParseAssertion reads an assertion. It knows what suites commonly use of phpbench's
// language: comparisons with and without a tolerance, and, or, arithmetic, units of time
// and of memory, and functions of statistics. The error says what it does not know.
func ParseAssertion(text string) (*Assertion, error) {
	tokens, err := lexAssertion(text)
	if err != nil {
		return nil, err
	}
	p := &assertionParser{tokens: tokens}
	n := p.or()
	switch {
	case p.err != nil:
		return nil, p.err
	case p.peek().kind != endToken:
		return nil, fmt.Errorf("%q was not expected there", p.peek().text)
	case n.condition == nil:
		return nil, errors.New("it compares nothing")
	}
	return &Assertion{Text: text, NeedsBaseline: p.baseline, holds: n.condition}, nil
}

// compare compares two numbers. Numbers that differ less than what a float can tell are
// equal.
func compare(operator string, a, b float64) bool {
	equal := a == b || math.Abs(a-b) <= 1e-12*math.Max(math.Abs(a), math.Abs(b))
	switch operator {
	case "<":
		return a < b && !equal
	case "<=":
		return a < b || equal
	case ">":
		return a > b && !equal
	case ">=":
		return a > b || equal
	case "=":
		return equal
	}
	return !equal // !=
}
