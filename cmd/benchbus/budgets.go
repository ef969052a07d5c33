package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/benchbus/benchbus/adapters/phpbench"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// budgets are the assertions of a phpbench suite, by the slug of the benchmark. They hold
// for the last source; the first one, if there are several, is what they call the baseline.
type budgets struct {
	of      map[string][]*phpbench.Assertion
	sources []domain.Source
}

func budgetsOf(s *suite, sources []domain.Source) budgets {
	b := budgets{of: map[string][]*phpbench.Assertion{}, sources: sources}
	for slug, d := range s.phpbench.Details {
		if len(d.Assertions) > 0 {
			b.of[slug] = d.Assertions
		}
	}
	return b
}

// check evaluates the budgets of a run after its report, and says which are exceeded. Then
// its error has the exit code of a regression, unless the run failed otherwise.
func (a *app) check(ctx context.Context, b budgets, store domain.Store, id domain.RunID, reading stats.Options, err error) error {
	if len(b.of) == 0 || err != nil && !errors.Is(err, errSomeFailed) {
		return err
	}
	r, readErr := application.Report(context.WithoutCancel(ctx), store, id, reading)
	if readErr != nil {
		return errors.Join(err, unavailable(readErr))
	}
	met, exceeded := 0, 0
	for i := range r.Cells {
		c := &r.Cells[i]
		if c.Source != b.sources[len(b.sources)-1] || c.Summary.N == 0 {
			continue
		}
		for _, assertion := range b.of[c.Benchmark.Slug] {
			outcome, problem := assertion.Evaluate(results(c), results(b.baseline(&r, c)))
			where := fmt.Sprintf("%s on %s: %s", c.Benchmark.Name, c.Runtime, assertion.Text)
			switch {
			case problem != nil:
				fmt.Fprintf(a.stderr, "benchbus: budget not checked: %s: %v\n", where, problem)
			case outcome == phpbench.Failed:
				exceeded++
				fmt.Fprintf(a.stderr, "benchbus: budget exceeded: %s\n", where)
			default:
				met++
			}
		}
	}
	fmt.Fprintf(a.stderr, "benchbus: of the suite's budgets %d met, %d exceeded\n", met, exceeded)
	if exceeded > 0 {
		return &exitError{code: exitRegression}
	}
	return err
}

// baseline is the cell of the first source that is otherwise the same; nil if there is none.
func (b budgets) baseline(r *stats.Report, c *stats.Cell) *stats.Cell {
	if len(b.sources) < 2 {
		return nil
	}
	for i := range r.Cells {
		other := &r.Cells[i]
		if other.Benchmark.Slug == c.Benchmark.Slug && other.Runtime == c.Runtime && slices.Equal(other.Settings, c.Settings) && other.Source == b.sources[0] {
			return other
		}
	}
	return nil
}

// results are the values of a cell, one an iteration, as assertions name them.
func results(c *stats.Cell) phpbench.Results {
	if c == nil || c.Summary.N == 0 {
		return nil
	}
	all := phpbench.Results{"time.avg": c.IterationMedians()}
	for i := range all["time.avg"] {
		all["time.avg"][i] /= 1000 // from nanoseconds
	}
	for _, s := range c.Samples {
		all["mem.peak"] = append(all["mem.peak"], float64(s.RuntimePeakMemory))
		all["time.revs"] = append(all["time.revs"], float64(s.Revolutions))
		all["time.net"] = append(all["time.net"], s.Value(c.Clock)*float64(s.Revolutions)/1000)
	}
	return all
}
