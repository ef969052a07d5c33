package stats

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// Options are how a run is read. The zero value works.
type Options struct {
	// Baselines name what the variants of a family are compared with; see
	// [CheckBaselines] for what can be named. Defaults to the fastest of each family.
	Baselines []string
	// Clock is what the values of all samples are read from. With
	// domain.ClockInstructions the report is by instructions, and times are read as by
	// default. Defaults to what the definitions say, and else to domain.ClockAuto.
	Clock domain.Clock
	// Margin is the share by which two values may differ and count as the same, such
	// as 0.03; at most MaxMargin. Defaults to the largest that the definitions say,
	// and else to DefaultMargin; for instructions to DefaultCountMargin.
	Margin float64
	// Floor is a difference, in time per revolution, that does not count however
	// large its share is. Defaults to the largest that the definitions say, and else
	// to 0.
	Floor time.Duration
}

// ErrOptions says that what was asked for cannot be.
var ErrOptions = errors.New("the report cannot be made like that")

// Check tells whether a run can be read like that: whether it has the baselines, and
// whether there are such a clock, margin and floor. Its error is an ErrBaseline or an
// ErrOptions.
func (o Options) Check(plan domain.Plan) error {
	switch {
	case o.Clock == domain.ClockInstructions && !plan.CountInstructions:
		return fmt.Errorf("%w: the run does not count instructions; a new run can, with CountInstructions in its plan", ErrOptions)
	case o.Clock == domain.ClockInstructions:
	case o.Clock != "" && !slices.Contains(domain.Clocks(), o.Clock):
		return fmt.Errorf("%w: %q is not a clock: choose one of %v", ErrOptions, o.Clock, append(domain.Clocks(), domain.ClockInstructions))
	}
	if !(o.Margin >= 0 && o.Margin <= domain.MaxMargin) {
		return fmt.Errorf("%w: the margin %v is outside 0 to %v", ErrOptions, o.Margin, domain.MaxMargin)
	}
	if o.Floor < 0 {
		return fmt.Errorf("%w: the floor %v is below 0", ErrOptions, o.Floor)
	}
	return CheckBaselines(plan, o.Baselines)
}

// clock is the clock of time that was asked for; empty where none was.
func (o Options) clock() domain.Clock {
	if o.Clock == domain.ClockInstructions {
		return ""
	}
	return o.Clock
}

// countMargin is what counts for a comparison of instructions. What definitions say is
// about times, and so is a floor: neither has a say here.
func (o Options) countMargin(_, _ *Cell) float64 {
	if o.Margin == 0 {
		return DefaultCountMargin
	}
	return o.Margin
}

// margin is what counts for a comparison of times with the baseline: the share, or the
// floor where that is more.
func (o Options) margin(candidate, baseline *Cell) float64 {
	share, floor := o.Margin, o.Floor
	if share == 0 {
		share = max(candidate.Benchmark.Margin, baseline.Benchmark.Margin)
	}
	if share == 0 {
		share = DefaultMargin
	}
	if floor == 0 {
		floor = max(candidate.Benchmark.Floor, baseline.Benchmark.Floor)
	}
	if m := baseline.Summary.Median; floor > 0 && !math.IsNaN(m) {
		share = max(share, float64(floor)/m)
	}
	return share
}
