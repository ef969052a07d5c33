package php_test

import (
	"context"
	"fmt"
	"time"

	"github.com/benchbus/benchbus/adapters/php"
	"github.com/benchbus/benchbus/domain"
)

// Every PHP that is found measures the same code.
func Example() {
	executor, err := php.New(php.Config{RuntimesDirs: []string{"../../.runtimes"}})
	if err != nil {
		panic(err)
	}
	sum := &domain.Benchmark{
		Slug: "sum", Name: "Sum", Category: "Loops",
		Setup: `$numbers = range(1, 100);`,
		Code:  `$sum = total($numbers); function total($of) { return array_sum($of); }`,
	}
	for _, r := range executor.Runtimes() {
		sum.Runtimes = append(sum.Runtimes, r.Name)
	}
	m, err := executor.Execute(context.Background(), domain.Iteration{
		Variants: domain.NewEntry(sum, sum.Runtimes[0]).Variants, Samples: 2, Seed: 1,
		TargetBatch: 10 * time.Millisecond, SampleTimeout: time.Minute, CPU: -1,
	})
	if err != nil {
		panic(err)
	}
	for _, s := range m.Samples {
		fmt.Println(s.Position, s.Value(domain.ClockWall) > 0, s.Revolutions == m.Samples[0].Revolutions)
	}
	// Output:
	// 1 true true
	// 2 true true
}
