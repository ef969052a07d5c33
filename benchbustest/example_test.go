package benchbustest_test

import (
	"context"
	"fmt"
	"time"

	"github.com/benchbus/benchbus"
	"github.com/benchbus/benchbus/adapters/memstore"
	"github.com/benchbus/benchbus/benchbustest"
	"github.com/benchbus/benchbus/domain"
)

// plan returns a plan that compares the runtimes old and new.
func plan() domain.Plan {
	names := []domain.RuntimeName{"old", "new"}
	parse := &domain.Benchmark{Slug: "parse", Name: "Parse", Category: "own", Code: "parse()", Runtimes: names}
	return domain.Plan{Entries: []domain.Entry{domain.NewEntry(parse, names...)}, Iterations: 4, Samples: 3}
}

// A test of a service's report knows every figure beforehand.
func ExampleExecutor() {
	executor := &benchbustest.Executor{
		Times: map[string][]time.Duration{
			"old": {298, 300, 302},
			"new": {198, 200, 202},
		},
		Failures: map[int][]domain.FailureClass{4: {domain.ClassCode}},
	}
	report, err := benchbus.Measure(context.Background(), executor, plan(), benchbus.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	old := report.Cells[0]
	fmt.Println(report.Run.Counts)
	fmt.Println(old.Summary.Median, old.Summary.Min, old.Summary.Max)
	for against := range report.Families[0].Others {
		fmt.Println(against.Runtime, against.Verdict)
	}
	fmt.Println(report.Failures[0].Iteration, report.Failures[0].Class, len(executor.Asked()))
	// Output:
	// planned 4 = done 3 + failed 1 + cancelled 0 + outstanding 0 (duplicates ignored: 0)
	// 300 298 302
	// old regressed
	// 4 code_error 4
}

// A journal shows the order in which things happened.
func ExampleJournal() {
	var journal benchbustest.Journal
	executor := &benchbustest.Executor{Times: map[string][]time.Duration{"old": {300}, "new": {200}}}
	plan := plan()
	plan.Iterations = 1
	_, err := benchbus.Measure(context.Background(), executor, plan, benchbus.Config{Store: journal.Store(memstore.New())})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, entry := range journal.Entries() {
		fmt.Println(entry)
	}
	// Output:
	// store.CreateRun
	// store.UpdateRun running
	// store.Record 1
	// store.UpdateRun completed
}
