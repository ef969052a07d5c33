package sqlite_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/benchbus/benchbus/adapters/sqlite"
	"github.com/benchbus/benchbus/domain"
)

func ExampleOpen() {
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	store, err := sqlite.Open(ctx, filepath.Join(folder, "results.db"), sqlite.Config{})
	if err != nil {
		fmt.Println(err) // prints a sentence that says what to do
		return
	}
	defer store.Close()

	runtimes := []domain.RuntimeName{"php84"}
	loop := &domain.Benchmark{Slug: "loop", Name: "Loop", Category: "loops", Code: "$i++;", Runtimes: runtimes}
	at := time.Date(2026, 11, 23, 14, 25, 1, 0, time.UTC)
	run, err := domain.NewRun(domain.NewRunID(at, 42), domain.Plan{Entries: []domain.Entry{domain.NewEntry(loop, runtimes...)}, Samples: 1}, at)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := store.CreateRun(ctx, run); err != nil {
		fmt.Println(err)
		return
	}
	result := domain.IterationExecuted{Schema: domain.SchemaExecuted, RunID: run.ID, Iteration: 7, Attempt: 1,
		Samples: []domain.Sample{{Position: 1, Revolutions: 1000, Batch: 50 * time.Millisecond}}}
	for range 2 { // delivered twice, recorded once
		fresh, err := store.Record(ctx, run.ID, []domain.IterationExecuted{result})
		fmt.Println(fresh, err)
	}
	runs, err := store.Runs(ctx, "", 1)
	fmt.Println(runs[0].Counts, err)
	// Output:
	// [true] <nil>
	// [false] <nil>
	// planned 10 = done 1 + failed 0 + cancelled 0 + outstanding 9 (duplicates ignored: 0) <nil>
}
