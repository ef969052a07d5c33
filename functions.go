package benchbus

import (
	"context"
	"maps"
	"math"
	"runtime"
	"slices"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// Functions is an executor that compares Go functions of this process: each is a
// benchmark, by its slug, and all are members of one group. A revolution is one call;
// a call itself costs a nanosecond or two.
//
// All samples come from one process, not from a fresh one each: the functions
// share its heap, its caches and its scheduler, and what differs from process to
// process is not in the intervals. Nothing is pinned to a core. A panic is a
// failure of the iteration. A function cannot be cut short: an iteration ends
// after the call or the batch during which its context ended, and one that takes
// 10 s more than that is left behind and fails.
//
// Where Slots is above 1, the functions are called by several goroutines at once.
type Functions map[string]func()

var (
	_ domain.Executor      = Functions(nil)
	_ domain.RuntimeLister = Functions(nil)
)

// goRuntime is what executes functions.
const goRuntime domain.RuntimeName = "go"

// Plan returns a plan that compares all of the functions with each other, at most
// domain.MaxVariants, as a group of that name, with batches of 10 ms; its other
// fields are left to their defaults.
func (f Functions) Plan(group string) domain.Plan {
	var entry domain.Entry
	for _, slug := range slices.Sorted(maps.Keys(f)) {
		entry.Variants = append(entry.Variants, domain.Variant{Runtime: goRuntime, Benchmark: &domain.Benchmark{
			Slug: slug, Name: slug, Category: "functions", Group: group, Code: "a Go function", Runtimes: []domain.RuntimeName{goRuntime},
		}})
	}
	return domain.Plan{Entries: []domain.Entry{entry}, TargetBatch: 10 * time.Millisecond}
}

// Runtimes is Go's own; see [domain.RuntimeLister].
func (f Functions) Runtimes() []domain.Runtime {
	return []domain.Runtime{{Name: goRuntime, Version: runtime.Version()}}
}

// Execute measures one iteration; see [domain.Executor]. The garbage of what ran
// before is collected before each batch.
func (f Functions) Execute(ctx context.Context, it domain.Iteration) (domain.Measurement, error) {
	var m domain.Measurement
	for i, variant := range it.Order() {
		v := it.Variants[variant]
		function := f[v.Benchmark.Slug]
		if len(v.Settings) > 0 || v.Source != (domain.Source{}) {
			return m, domain.Fail(domain.ClassPermanent, "functions know no settings and no sources")
		}
		if function == nil {
			return m, domain.Fail(domain.ClassCode, "there is no function %q", v.Benchmark.Slug)
		}
		s := domain.Sample{Variant: variant, Position: i + 1, Timer: "time.Now"}
		var each float64
		s.Warmup, s.Revolutions, each = prepare(ctx, function, v.Benchmark, it.TargetBatch)
		runtime.GC()
		if err := ctx.Err(); err != nil {
			return m, err
		}
		batch(function, each, &s)
		m.Samples = append(m.Samples, s)
	}
	return m, nil
}

// prepare warms the function up and returns how often it was called for that, how
// often it is to be called in the batch, and about how many nanoseconds each call
// takes; 0 where it was not called. Where the benchmark leaves the revolutions open, the warm-up finds
// them out: it doubles the calls until they take a quarter of the target.
func prepare(ctx context.Context, function func(), b *domain.Benchmark, target time.Duration) (warmup, revolutions int, each float64) {
	if b.Warmup != nil {
		warmup = *b.Warmup
		each = float64(call(function, warmup)) / float64(max(1, warmup))
	}
	if b.Revolutions > 0 {
		return warmup, b.Revolutions, each
	}
	for n := 1; ; n *= 2 {
		took := call(function, n)
		warmup += n
		if n >= domain.MaxRevolutions/4 || took > 0 && took >= target/4 || ctx.Err() != nil {
			calls := math.Round(float64(n) * float64(target) / float64(max(took, 1)))
			return warmup, int(min(max(calls, 1), domain.MaxRevolutions)), float64(took) / float64(n)
		}
	}
}

// call calls the function n times and returns how long that took.
func call(function func(), n int) time.Duration {
	start := time.Now()
	for range n {
		function()
	}
	return time.Since(start)
}
