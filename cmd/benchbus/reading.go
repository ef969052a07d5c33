package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// registerReading adds the flags that say how a report reads the samples.
func (f *outputFlags) registerReading(flags *pflag.FlagSet) {
	o := &f.reading
	f.registerBaseline(flags, "fastest")
	flags.Var(clockFlag{&o.Clock, &f.instructions}, "clock", "what times are read from: cpu, wall, or auto, which takes CPU time where the code does not wait (default: what the definitions say, else auto); instructions, which a run counts by valgrind, in place of times, or cpu,instructions, beside them")
	flags.Var(shareFlag{&o.Margin}, "margin", "how far two times may lie apart and count as the same, such as 1% (default: what the definitions say, else 3%)")
	flags.Var(floorFlag{&o.Floor}, "floor", "a difference in time per revolution that does not count however large its share is, such as 50ns (default: what the definitions say, else none)")
}

// registerBaseline adds the flag that names what the others are compared with.
func (f *outputFlags) registerBaseline(flags *pflag.FlagSet, otherwise string) {
	namesFlag(flags, &f.reading.Baselines, "baseline", "what to compare with in place of the "+otherwise+": a runtime, a benchmark, or a setting such as opcache.jit=off; may be repeated")
}

// checkReading finds out before a long run whether it can be read as the flags say, and
// makes the first of several sources the baseline, unless the flags name another one.
func (o *outputFlags) checkReading(plan domain.Plan) error {
	defer o.compareWithFirst(plan)
	switch err := o.reading.Check(plan); {
	case o.instructions && !plan.CountInstructions:
		return usagef("--clock: this run did not count instructions; a new one can: benchbus run --clock cpu,instructions")
	case errors.Is(err, stats.ErrBaseline):
		return usagef("--baseline: %w", err)
	case err != nil:
		return usage(err)
	}
	return nil
}

// compareWithFirst makes the first of several sources the baseline, unless one is named.
func (o *outputFlags) compareWithFirst(plan domain.Plan) {
	var most []string
	for _, e := range plan.Entries {
		var names []string
		for _, v := range e.Variants {
			if v.Source.Name != "" && !slices.Contains(names, v.Source.Name) {
				names = append(names, v.Source.Name)
			}
		}
		if len(names) > len(most) { // an entry that lacks some does not say which is the first
			most = names
		}
	}
	named := func(name string) bool { return slices.Contains(o.reading.Baselines, name) }
	if len(most) > 1 && !slices.ContainsFunc(most, named) {
		o.reading.Baselines = append(o.reading.Baselines, most[0])
	}
}

// clockFlag is a flag that takes a clock of time, instructions, or both.
type clockFlag struct {
	value        *domain.Clock
	instructions *bool
}

func (f clockFlag) Set(text string) (err error) {
	*f.value, *f.instructions, err = domain.ParseClocks(text)
	return err
}

func (f clockFlag) String() string {
	if f.value == nil {
		return ""
	}
	if *f.instructions && *f.value != domain.ClockInstructions {
		return string(*f.value) + "," + string(domain.ClockInstructions)
	}
	return string(*f.value)
}

func (f clockFlag) Type() string { return "clock" }

// shareFlag is a flag that takes a share, as 3% or as 0.03.
type shareFlag struct{ value *float64 }

func (f shareFlag) Set(text string) error {
	share, err := domain.ParseShare(text)
	if err != nil || share == 0 || share > domain.MaxMargin {
		return fmt.Errorf("it must be a share such as 1%% or 0.01, above 0 and at most %g%%", 100*domain.MaxMargin)
	}
	*f.value = share
	return nil
}

func (f shareFlag) String() string {
	if f.value == nil || *f.value == 0 {
		return ""
	}
	return strconv.FormatFloat(100**f.value, 'g', -1, 64) + "%"
}

func (f shareFlag) Type() string { return "share" }

// floorFlag is a flag that takes a time per revolution.
type floorFlag struct{ value *time.Duration }

func (f floorFlag) Set(text string) error {
	d, err := time.ParseDuration(strings.ReplaceAll(text, " ", ""))
	if err != nil || d <= 0 || d > domain.MaxIterationTime {
		return fmt.Errorf("it must be a time such as 50ns or 2us, above 0 and at most %v", domain.MaxIterationTime)
	}
	*f.value = d
	return nil
}

func (f floorFlag) String() string {
	if f.value == nil || *f.value == 0 {
		return ""
	}
	return f.value.String()
}

func (f floorFlag) Type() string { return "time" }
