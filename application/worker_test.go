package application_test

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// oneCore grants one core and checks that nobody else has it.
type oneCore struct {
	token chan struct{}
	used  atomic.Int64
}

func newOneCore() *oneCore {
	c := &oneCore{token: make(chan struct{}, 1)}
	c.token <- struct{}{}
	return c
}

func (c *oneCore) Acquire(ctx context.Context) (int, func(), error) {
	select {
	case <-c.token:
		return 5, func() { c.used.Add(1); c.token <- struct{}{} }, nil
	case <-ctx.Done():
		return 0, nil, ctx.Err()
	}
}

type probe struct{}

func (probe) Host() domain.Host { return domain.Host{Key: "k", Name: "h"} }
func (probe) Watch() func() domain.Load {
	return func() domain.Load { return domain.Load{Load1: 1.5} }
}

func TestAtMostOneMeasurementOnACore(t *testing.T) {
	bus := newBus(t)
	core := newOneCore()
	var running atomic.Int64
	var l log
	worker := newWorker(t, bus, func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
		defer running.Add(-1)
		if running.Add(1) != 1 || it.CPU != 5 {
			return domain.Measurement{}, domain.Fail(domain.ClassCode, "the core is shared")
		}
		for range 1000 { // gives another one time to come in
			runtime.Gosched()
		}
		return measured(it), nil
	}, application.WorkerConfig{Slots: 4, CPU: core, Probe: probe{}})
	status, err := embed(t.Context(), worker, newRunner(t, bus, l.config(nil)), newRun(t, 50))
	require.NoError(t, err)
	require.Equal(t, 50, status.Done)
	require.EqualValues(t, 50, core.used.Load())
	require.Equal(t, domain.Host{Key: "k", Name: "h"}, l.results[0].Host)
	require.Equal(t, domain.Load{Load1: 1.5}, l.results[0].Load)
}

func TestACoreIsGivenBackAfterAPanic(t *testing.T) {
	bus := newBus(t)
	var l log
	worker := newWorker(t, bus, func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
		if it.Number == 1 {
			panic("bug")
		}
		return measured(it), nil
	}, application.WorkerConfig{Slots: 2, CPU: newOneCore()})
	status, err := embed(t.Context(), worker, newRunner(t, bus, l.config(nil)), newRun(t, 5))
	require.NoError(t, err)
	require.Equal(t, domain.Counts{Planned: 5, Done: 4, Failed: 1}, status.Counts)
}

func TestAnIterationThatIsTooLongFails(t *testing.T) {
	bus := newBus(t)
	run := newRun(t, 1)
	run.Plan.IterationTimeout = time.Millisecond
	var l log
	worker := newWorker(t, bus, func(ctx context.Context, _ domain.Iteration) (domain.Measurement, error) {
		<-ctx.Done()
		return domain.Measurement{}, ctx.Err()
	}, application.WorkerConfig{})
	status, err := embed(t.Context(), worker, newRunner(t, bus, l.config(nil)), run)
	require.NoError(t, err)
	require.Equal(t, 1, status.Failed)
	require.Equal(t, domain.ClassTimeout, l.results[0].Failure.Class)
	require.Equal(t, quickRetries.Retries+1, l.results[0].Failure.Attempts)
}

func TestAnIterationIsNotBegunAfterItsDeadline(t *testing.T) {
	bus := newBus(t)
	run := newRun(t, 1)
	run.Plan.Deadline = time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	var l log
	worker := newWorker(t, bus, func(context.Context, domain.Iteration) (domain.Measurement, error) {
		return domain.Measurement{}, errors.New("executed")
	}, application.WorkerConfig{Now: func() time.Time { return run.Plan.Deadline }})
	status, err := embed(t.Context(), worker, newRunner(t, bus, l.config(nil)), run)
	require.NoError(t, err)
	require.Equal(t, 1, status.Failed)
	require.Equal(t, domain.ClassExpired, l.results[0].Failure.Class)
}
