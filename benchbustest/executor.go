package benchbustest

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// Revolutions is the number of revolutions of an [Executor]'s sample if the benchmark
// leaves it open.
const Revolutions = 1000

// Executor is a [domain.Executor] that answers from a script. Do not change its fields
// while it is in use. Several goroutines may call it at once.
type Executor struct {
	// Times holds the times per revolution of each variant's samples, above 0. The key
	// is the slug of the variant's benchmark or, if Times does not have it, the name of
	// its runtime. The times of iteration 1 come first, then those of iteration 2, and
	// so on; after the last time the first one comes again. An iteration fails for
	// good, with class no_runtime, if one of its variants has no times. Required.
	Times map[string][]time.Duration
	// Failures holds the classes with which the tries of an iteration fail, by the
	// iteration's number. The first try fails with the first class, and so on. Tries
	// beyond the last class succeed. Defaults to nil, which means that none fails.
	Failures map[int][]domain.FailureClass
	// Begun gets each iteration when Execute begins. Execute waits until the test
	// receives it, or until its context ends. Defaults to nil, which means that nobody
	// is told.
	Begun chan<- domain.Iteration
	// Release makes each Execute wait until it receives from the channel. Each send
	// lets one go on, and closing the channel lets all go on. The end of the context
	// ends the wait with its error. Defaults to nil, which means that none waits.
	Release <-chan struct{}

	mu    sync.Mutex
	asked []domain.Iteration
	tries map[string]int // by the iteration's message id
}

var _ domain.Executor = (*Executor)(nil)

// Asked returns the iterations that the executor was asked to execute so far, in the
// order of the calls. It has an iteration once for each try.
func (e *Executor) Asked() []domain.Iteration {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.asked)
}

// Execute answers as the fields say; see [domain.Executor].
func (e *Executor) Execute(ctx context.Context, it domain.Iteration) (domain.Measurement, error) {
	try := e.note(it)
	if err := e.wait(ctx, it); err != nil {
		return domain.Measurement{}, err
	}
	if classes := e.Failures[it.Number]; try <= len(classes) {
		return domain.Measurement{}, domain.Fail(classes[try-1], "the script fails try %d of iteration %d", try, it.Number)
	}
	return e.measurement(it)
}

// note remembers the iteration, and returns the number of this try, from 1.
func (e *Executor) note(it domain.Iteration) (try int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.tries == nil {
		e.tries = map[string]int{}
	}
	message := domain.MessageID(it.Run, it.Number)
	e.asked = append(e.asked, it)
	e.tries[message]++
	return e.tries[message]
}

func (e *Executor) wait(ctx context.Context, it domain.Iteration) error {
	if e.Begun != nil {
		select {
		case e.Begun <- it:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if e.Release != nil {
		select {
		case <-e.Release:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (e *Executor) measurement(it domain.Iteration) (domain.Measurement, error) {
	var m domain.Measurement
	taken := make([]int, len(it.Variants))
	for i, variant := range it.Order() {
		v := it.Variants[variant]
		times := e.Times[v.Benchmark.Slug]
		if len(times) == 0 {
			times = e.Times[string(v.Runtime)]
		}
		if len(times) == 0 {
			return domain.Measurement{}, domain.Fail(domain.ClassRuntime, "the script has no times of benchmark %q, nor of runtime %q", v.Benchmark.Slug, v.Runtime)
		}
		next := (it.Number-1)*it.Samples + taken[variant]
		taken[variant]++
		revolutions := cmp.Or(v.Benchmark.Revolutions, Revolutions)
		m.Samples = append(m.Samples, domain.Sample{
			Variant: variant, Position: i + 1, Revolutions: revolutions, Timer: "script",
			Batch: times[next%len(times)] * time.Duration(revolutions),
		})
	}
	return m, nil
}
