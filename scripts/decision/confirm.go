package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"time"
)

// moreWork is what the slower body does more, as a share: exactly.
const moreWork = 0.05

// contender compares the body with its twin, and with a body that does more work, by
// real executions.
type contender struct {
	// rules read the same executions.
	rules []string
	// compare returns what each rule says of the two pairs, as design.decide does, and
	// the machine time that one pair took.
	compare func(ctx context.Context) (said [][2]float64, took time.Duration, err error)
}

// tally counts what a rule said in all rounds.
type tally struct {
	rounds, alarms, found, wrong int
	took                         time.Duration
}

// confirm lets the contenders take turns until the time is over, and prints how often
// each was right.
func confirm(ctx context.Context, out io.Writer, condition string, core int, length time.Duration) error {
	contenders, end, err := contenders(core)
	if err != nil {
		return err
	}
	defer end()
	quiet, err := disturb(ctx, condition, core)
	if err != nil {
		return err
	}
	defer quiet()
	var order []string
	tallies := map[string]*tally{}
	for over := time.Now().Add(length); time.Now().Before(over); {
		for _, c := range contenders {
			said, took, err := c.compare(ctx)
			if err != nil {
				return fmt.Errorf("%s: %w", c.rules[0], err)
			}
			for i, rule := range c.rules {
				if tallies[rule] == nil {
					order, tallies[rule] = append(order, rule), &tally{}
				}
				tallies[rule].add(said[i], took)
			}
		}
	}
	fmt.Fprintf(out, "%s, from %s\n\n", condition, time.Now().UTC().Format(time.DateOnly))
	fmt.Fprintln(out, "| rule | pairs | machine time of a pair | equal, called different | 5 % more work, called slower | called faster |")
	fmt.Fprintln(out, "| --- | --- | --- | --- | --- | --- |")
	for _, rule := range order {
		t := tallies[rule]
		fmt.Fprintf(out, "| %s | %d | %.1f s | %s | %s | %d |\n", rule, t.rounds, (t.took / time.Duration(t.rounds)).Seconds(),
			withInterval(t.alarms, t.rounds), withInterval(t.found, t.rounds), t.wrong)
	}
	return nil
}

func (t *tally) add(said [2]float64, took time.Duration) {
	t.rounds++
	t.took += took
	if math.Abs(said[0]) >= 1 {
		t.alarms++
	}
	switch {
	case said[1] >= 1:
		t.found++
	case said[1] <= -1:
		t.wrong++
	}
}

// withInterval is a share with Wilson's 95 % interval (Wilson 1927).
func withInterval(hits, n int) string {
	const z = 1.959964
	p, m := float64(hits)/float64(n), float64(n)
	middle, half := p+z*z/(2*m), z*math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return fmt.Sprintf("%.0f %% (%.0f–%.0f)", 100*p, 100*math.Max((middle-half)/(1+z*z/m), 0), 100*math.Min((middle+half)/(1+z*z/m), 1))
}
