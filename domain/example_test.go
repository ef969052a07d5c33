package domain_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// The example goes from a plan to messages, and from results to the end of the run.
func Example() {
	loop := &domain.Benchmark{
		Slug: "loop", Name: "Loop", Category: "loops", Code: "for ($i = 0; $i < 1000; $i++);",
		Runtimes: []domain.RuntimeName{"php84"},
	}
	made := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	run, err := domain.NewRun(domain.NewRunID(made, 42), domain.Plan{
		Entries:    []domain.Entry{domain.NewEntry(loop, loop.Runtimes...)},
		Iterations: 2, Samples: 1,
	}, made)
	if err != nil {
		panic(err)
	}
	orchestrator := domain.NewOrchestrator(run, slices.Values([]domain.Recorded(nil)))
	orchestrator.Start(made)
	for message := range orchestrator.Pending("replies") {
		fmt.Println(message.MessageID())
		result, verdict := orchestrator.Judge(domain.IterationExecuted{
			Schema: domain.SchemaExecuted, RunID: message.RunID, Iteration: message.Iteration, Attempt: 1,
			Samples: []domain.Sample{{Position: 1, Revolutions: 1000, Batch: 5 * time.Millisecond}},
		})
		if verdict == domain.Accepted { // record it, then count it
			orchestrator.Count(result, true)
		}
	}
	event, _ := orchestrator.Complete(made.Add(time.Second))
	fmt.Println(event.Schema, event.Counts)
	// Output:
	// 20260102-030405-0000002a/1
	// 20260102-030405-0000002a/2
	// run.completed.v1 planned 2 = done 2 + failed 0 + cancelled 0 + outstanding 0 (duplicates ignored: 0)
}
