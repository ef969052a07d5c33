package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/benchbus/benchbus/domain/stats"
)

// Order is the sort order of the benchmarks in a report.
type Order string

// The orders.
const (
	OrderPlan Order = "plan" // as the run executed them
	OrderName Order = "name" // by name, then in order of the plan
	OrderTime Order = "time" // by median, the fastest first; benchmarks without samples come last
)

// ParseOrder reads an order's name, in any case; the error lists all names.
func ParseOrder(name string) (Order, error) {
	for _, o := range []Order{OrderPlan, OrderName, OrderTime} {
		if strings.EqualFold(strings.TrimSpace(name), string(o)) {
			return o, nil
		}
	}
	return "", fmt.Errorf("%q is not an order: choose one of plan, name, time", name)
}

// sorted returns a report whose cells are in that order, and whose families of each
// factor are in the order of their baselines. Families keep their pointers to the cells
// of the original report.
func (o Order) sorted(r stats.Report) stats.Report {
	var by func(x, y stats.Cell) int
	switch o {
	case OrderName:
		by = func(x, y stats.Cell) int {
			return strings.Compare(strings.ToLower(x.Benchmark.Name), strings.ToLower(y.Benchmark.Name))
		}
	case OrderTime:
		median := func(c stats.Cell) float64 {
			if c.Summary.N == 0 {
				return math.Inf(1)
			}
			return c.Summary.Median
		}
		by = func(x, y stats.Cell) int { return cmp.Compare(median(x), median(y)) }
	default:
		return r
	}
	r.Cells = slices.Clone(r.Cells)
	slices.SortStableFunc(r.Cells, by)
	r.Families = slices.Clone(r.Families)
	slices.SortStableFunc(r.Families, func(x, y stats.Family) int {
		return cmp.Or(cmp.Compare(x.Factor, y.Factor), by(*x.Baseline, *y.Baseline))
	})
	return r
}
