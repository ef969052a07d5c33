package report_test

import (
	"fmt"
	"os"
	"time"

	"github.com/benchbus/benchbus/adapters/report"
	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

func ExampleWrite() {
	loop := &domain.Benchmark{Slug: "loop", Name: "Loop", Category: "Loops", Code: "...", Runtimes: []domain.RuntimeName{"php84"}}
	run, err := domain.NewRun("20261123-142501-0a3f9c2e", domain.Plan{
		Entries:    []domain.Entry{domain.NewEntry(loop, loop.Runtimes...)},
		Iterations: 6,
	}, time.Date(2026, 11, 23, 14, 25, 1, 0, time.UTC))
	if err != nil {
		fmt.Println(err)
		return
	}
	run.State, run.Done, run.Outstanding = domain.StateCompleted, 6, 0
	results := func(yield func(domain.IterationExecuted, error) bool) { // a store's Results yields the same
		for n := 1; n <= 6; n++ {
			result := domain.IterationExecuted{RunID: run.ID, Iteration: n, Host: domain.Host{Name: "box", OS: "linux", Arch: "amd64", Cores: 2}}
			for i := 1; i <= 3; i++ {
				took := 100*time.Millisecond + time.Duration(n*i)*time.Millisecond
				result.Samples = append(result.Samples, domain.Sample{Position: i, Revolutions: 1000, Batch: took, BatchCPU: took})
			}
			if !yield(result, nil) {
				return
			}
		}
	}
	r, err := stats.Build(run, results, stats.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := report.Write(os.Stdout, report.FormatTable, r, report.Options{}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// Run 20261123-142501-0a3f9c2e: completed
	// 6 iterations of 3 samples each, made 2026-11-23 14:25:01 UTC
	//
	// Results
	// BENCHMARK  RUNTIME  MEDIAN  95 % INTERVAL  MEMORY
	// Loop       php84    106 µs  102 … 112 µs        –
	// Time is CPU time, since the code does not wait.
	//
	// Measured on
	// box: 2 cores, linux amd64 (6 iterations)
	//
	// planned 6 = done 6 + failed 0 + cancelled 0 + outstanding 0 (duplicates ignored: 0)
	//
	// Answer
	// Loop on php84 takes 106 µs (95 % interval 102 … 112 µs).
}

func ExampleWriteTable() {
	t := report.Table{
		Columns: []report.Column{{Key: "runtime", Title: "Runtime"}, {Key: "version", Title: "Version"}, {Key: "start_up_ns", Title: "Start-up", Right: true}},
		Rows:    [][]any{{domain.RuntimeName("php84"), "8.4.2", 8500 * time.Microsecond}},
		Empty:   "No runtime was found.",
	}
	for _, format := range []report.Format{report.FormatTable, report.FormatCSV} {
		if err := report.WriteTable(os.Stdout, format, t, report.Options{}); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// RUNTIME  VERSION  START-UP
	// php84    8.4.2    8.500 ms
	// runtime,version,start_up_ns
	// php84,8.4.2,8500000
}
