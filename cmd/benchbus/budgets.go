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
	details map[string]phpbench.Details
	sources []domain.Source
}

// any reports whether a benchmark has budgets.
func (b budgets) any() bool {
	for _, d := range b.details {
		if len(d.Assertions) > 0 {
			return true
		}
	}
	return false
}

// check evaluates the budgets of a run after its report, and says which are exceeded. Then
// its error has the exit code of a regression, unless the run failed otherwise.
func (a *app) check(ctx context.Context, b budgets, store domain.Store, id domain.RunID, reading stats.Options, err error) error {
	if err != nil && !errors.Is(err, errSomeFailed) {
		a.tellUnchecked(b)
		return err
	}
	if !b.any() {
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
		for _, assertion := range b.details[c.Benchmark.Slug].Assertions {
			outcome, problem := assertion.Evaluate(b.results(c), b.results(b.baseline(&r, c)))
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
	if met+exceeded > 0 {
		fmt.Fprintf(a.stderr, "benchbus: of the suite's budgets %d met, %d exceeded\n", met, exceeded)
	}
	if exceeded > 0 {
		return &exitError{code: exitRegression}
	}
	return err
}

// tellUnchecked says that nobody checks the budgets, which are not stored with the run.
func (a *app) tellUnchecked(b budgets) {
	if b.any() {
		fmt.Fprintln(a.stderr, "benchbus: the suite's budgets are not checked: only a run that reaches its end in one go, without --detach, checks them")
	}
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

// results are the values of a cell, one an iteration, as assertions name them. Their
// revolutions are those of the suite, whatever was executed.
func (b budgets) results(c *stats.Cell) phpbench.Results {
	if c == nil || c.Summary.N == 0 {
		return nil
	}
	all, revolutions := phpbench.Results{}, float64(slices.Max(append([]int{1}, b.details[c.Benchmark.Slug].Revolutions...)))
	for _, value := range c.IterationMedians() {
		microseconds := value / 1000
		all["time.avg"] = append(all["time.avg"], microseconds)
		all["time.revs"] = append(all["time.revs"], revolutions)
		all["time.net"] = append(all["time.net"], microseconds*revolutions)
	}
	for _, s := range c.Samples {
		all["mem.peak"] = append(all["mem.peak"], float64(s.RuntimePeakMemory))
	}
	return all
}
