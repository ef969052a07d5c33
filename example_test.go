package benchbus_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/benchbus/benchbus"
	"github.com/benchbus/benchbus/adapters/memstore"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/benchbustest"
	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// An executor of your own reports how long the code of a benchmark took on a runtime.
// This one knows the times beforehand.
func ExampleMeasure() {
	executor := domain.ExecutorFunc(func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
		took := map[domain.RuntimeName]time.Duration{"old": 30 * time.Millisecond, "new": 20 * time.Millisecond}
		var m domain.Measurement
		for i, variant := range it.Order() {
			v := it.Variants[variant]
			m.Samples = append(m.Samples, domain.Sample{Variant: variant, Position: i + 1, Revolutions: 1000, Batch: took[v.Runtime]})
		}
		return m, nil
	})
	benchmark := &domain.Benchmark{
		Slug: "parse", Name: "Parse", Category: "own", Code: "whatever the executor understands",
		Runtimes: []domain.RuntimeName{"old", "new"},
	}
	report, err := benchbus.Measure(context.Background(), executor, domain.Plan{
		Entries: []domain.Entry{domain.NewEntry(benchmark, benchmark.Runtimes...)}, Iterations: 5,
	}, benchbus.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Run.State, report.Run.Counts)
	for _, cell := range report.Cells {
		fmt.Printf("%s: median %.0f ns of %d samples\n", cell.Runtime, cell.Summary.Median, cell.Summary.N)
	}
	for _, family := range report.Families {
		for against := range family.Others {
			fmt.Printf("%s %s: %.2f times as long as %s\n", against.Runtime, against.Verdict, against.Ratio, family.Baseline.Runtime)
		}
	}
	// Output:
	// completed planned 5 = done 5 + failed 0 + cancelled 0 + outstanding 0 (duplicates ignored: 0)
	// old: median 30000 ns of 15 samples
	// new: median 20000 ns of 15 samples
	// old regressed: 1.50 times as long as new
}

func ExampleFunctions() {
	sum := 0
	functions := benchbus.Functions{
		"range": func() {
			for i := range 1000 {
				sum += i
			}
		},
		"formula": func() { sum += 1000 * 999 / 2 },
	}
	plan := functions.Plan("sum")
	plan.Iterations, plan.Samples, plan.TargetBatch = 4, 2, time.Millisecond
	report, err := benchbus.Measure(context.Background(), functions, plan, benchbus.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, cell := range report.Cells {
		fmt.Println(cell.Benchmark.Name, len(cell.Samples), cell.Summary.Median > 0)
	}
	// Output:
	// formula 8 true
	// range 8 true
}

// The example compares two runs of a store. A difference between runs includes what the
// machine did meanwhile, so compare within one run where you can.
func Example_twoRuns() {
	ctx, store := context.Background(), memstore.New()
	defer store.Close()
	var ids []domain.RunID
	for _, times := range [][]time.Duration{{100, 101, 99, 102, 100}, {120, 122, 119, 121, 123}} {
		executor := &benchbustest.Executor{Times: map[string][]time.Duration{"go": times}}
		plan := benchbus.Functions{"parse": nil}.Plan("all")
		measured, err := benchbus.Measure(ctx, executor, plan, benchbus.Config{Store: store})
		if err != nil {
			panic(err)
		}
		ids = append(ids, measured.Run.ID) // or take the ids from the store's Runs
	}
	before, errBefore := application.Report(ctx, store, ids[0], stats.Options{})
	after, errAfter := application.Report(ctx, store, ids[1], stats.Options{})
	if err := errors.Join(errAfter, errBefore); err != nil {
		panic(err)
	}
	for i := range after.Cells { // both runs have the same plan, and so the same cells
		candidate, baseline := &after.Cells[i], &before.Cells[i]
		c := stats.Compare([]stats.Block{{Candidate: candidate.IterationMedians(), Baseline: baseline.IterationMedians()}}, stats.DefaultMargin)
		fmt.Printf("%s on %s: %.2f times as long as before: %s\n", candidate.Benchmark.Name, candidate.Runtime, c.Ratio, c.Verdict)
	}
	// Output: parse on go: 1.21 times as long as before: regressed
}
