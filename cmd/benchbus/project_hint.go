package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/benchbus/benchbus/adapters/phpbench"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// hintRevolutions says how to repeat subjects of a suite no more often than the suite does,
// if some failed while they were repeated: they may use up what their object holds.
func (a *app) hintRevolutions(ctx context.Context, f *runFlags, store domain.Store, id domain.RunID) {
	if f.revolutions != string(phpbench.Calibrated) || len(f.budgets.details) == 0 {
		return
	}
	r, err := application.Report(context.WithoutCancel(ctx), store, id, f.reading)
	if err != nil {
		return // whoever printed the report has said so
	}
	repeated := func(failure stats.Failure) bool {
		if failure.Cell != nil && f.budgets.details[failure.Cell.Benchmark.Slug].Class == "" {
			return false // a definition of the project's own
		}
		return failure.Class == domain.ClassCode && (strings.Contains(failure.Message, "in the calibration: ") || strings.Contains(failure.Message, "in the batch: "))
	}
	if slices.ContainsFunc(r.Failures, repeated) {
		fmt.Fprintln(a.stderr, "benchbus: subjects are repeated more often than their suite says; if one fails because it uses up what its object holds, take the suite's own revolutions with --revs suite")
	}
}
