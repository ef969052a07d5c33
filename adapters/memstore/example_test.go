package memstore_test

import (
	"context"
	"fmt"
	"time"

	"github.com/benchbus/benchbus/adapters/memstore"
	"github.com/benchbus/benchbus/domain"
)

func Example() {
	ctx := context.Background()
	store := memstore.New()
	defer store.Close()

	runtimes := []domain.RuntimeName{"php84"}
	loop := &domain.Benchmark{Slug: "loop", Name: "Loop", Category: "loops", Code: "$i++;", Runtimes: runtimes}
	at := time.Date(2026, 11, 23, 14, 25, 1, 0, time.UTC)
	run, err := domain.NewRun(domain.NewRunID(at, 42), domain.Plan{Entries: []domain.Entry{domain.NewEntry(loop, runtimes...)}}, at)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := store.CreateRun(ctx, run); err != nil {
		fmt.Println(err)
		return
	}
	runs, err := store.Runs(ctx, "20261123", 0)
	fmt.Println(runs[0].ID, runs[0].Counts, err)
	// Output: 20261123-142501-0000002a planned 10 = done 0 + failed 0 + cancelled 0 + outstanding 10 (duplicates ignored: 0) <nil>
}
