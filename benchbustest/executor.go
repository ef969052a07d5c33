package benchbustest

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// Revolutions is how many revolutions a sample of an [Executor] has where the
// benchmark leaves them open.
const Revolutions = 1000

// Executor is a [domain.Executor] that answers from a script. Its fields must not
// be changed while it is in use.
type Executor struct {
	// Times are the times per revolution of each variant's samples, above 0, by the
	// slug of its benchmark or, where there are none, by the name of its runtime:
	// those of iteration 1, then those of iteration 2, and so on; after the last
	// comes the first again. An iteration fails for good, with class no_runtime,
	// where one of its variants has none. Required.
	Times map[string][]time.Duration
	// Failures are the classes with which the tries of an iteration fail, by the
	// iteration's number: the first try with the first class, and so on. Tries
	// beyond the last one succeed. Defaults to nil, which means that none fails.
	Failures map[int][]domain.FailureClass
	// Begun gets each iteration when Execute begins. Execute waits until the test
	// takes it, or until the context ends. Defaults to nil, which means that
	// nobody is told.
	Begun chan<- domain.Iteration
	// Release makes each Execute wait until it receives from it: a send lets one
	// go on, closing the channel lets all go on. The end of the context ends the
	// wait with its error. Defaults to nil, which means that none waits.
	Release <-chan struct{}

	mu    sync.Mutex
	asked []domain.Iteration
	tries map[string]int // by the iteration's message
}

var _ domain.Executor = (*Executor)(nil)

// Asked returns what the executor was asked to execute up to now, in the order of
// the calls; each try of an iteration is one.
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

// note keeps what was asked, and returns which try of the iteration it is.
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
