package application_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/benchbustest"
	"github.com/benchbus/benchbus/domain"
)

// fragile is an executor on a host whose disk may be full.
type fragile struct {
	full   *atomic.Bool
	probes *atomic.Int64
}

func (f fragile) Execute(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
	if f.full.Load() {
		return domain.Measurement{}, domain.Fail(domain.ClassHost, "no space left on device")
	}
	time.Sleep(time.Second)
	return measured(it), nil
}

// probing is a fragile executor that can also be probed.
type probing struct{ fragile }

func (p probing) Probe(context.Context) error {
	p.probes.Add(1)
	if p.full.Load() {
		return errors.New("full")
	}
	return nil
}

func newFragile(full bool) fragile {
	f := fragile{new(atomic.Bool), new(atomic.Int64)}
	f.full.Store(full)
	return f
}

// One of two workers has a full disk, and the other executes everything.
func TestAWorkerThatCannotWorkStepsAside(t *testing.T) {
	inBubble(t, func(b bubble) {
		broken := newFragile(true)
		worker, err := application.NewWorker(b.bus, probing{broken}, application.WorkerConfig{Name: "broken"})
		require.NoError(b, err)
		ctx, cancel := context.WithCancel(b.Context())
		ended := make(chan error, 1)
		go func() { ended <- worker.Run(ctx) }()
		time.Sleep(time.Second)
		require.True(b, worker.Ready())

		stop := b.work(newFragile(false), application.WorkerConfig{Name: "well", Slots: 1})
		var l log
		status, err := newRunner(b, b.bus, l.config(nil)).Run(b.Context(), newRun(b, 60))
		require.NoError(b, err)
		require.Equal(b, domain.Counts{Planned: 60, Done: 60}, status.Counts)
		for _, r := range l.results {
			require.Equal(b, "well", r.Worker)
			require.Equal(b, 1, r.Attempt, "it cost no attempt")
		}
		require.False(b, worker.Ready())
		seen, err := application.QueryFleet(b.Context(), b.bus)
		require.NoError(b, err)
		require.Equal(b, "no space left on device", seen.Workers[0].Trouble)
		require.Positive(b, broken.probes.Load(), "it looks whether it can again")
		stop()

		broken.full.Store(false)
		time.Sleep(2 * time.Minute)
		require.True(b, worker.Ready(), "it has come back")
		again := newRun(b, 3)
		again.ID = "again"
		end := within(b, time.Minute, b.run(b.Context(), again))
		require.NoError(b, end.err)
		require.Equal(b, 3, end.Done)
		cancel()
		require.NoError(b, <-ended)
	})
}

// An executor that cannot be probed gets one iteration now and then.
func TestAWorkerThatCannotProbeTriesAgain(t *testing.T) {
	inBubble(t, func(b bubble) {
		executor := newFragile(true)
		stop := b.work(executor, application.WorkerConfig{Slots: 2})
		ended := b.run(b.Context(), newRun(b, 5))
		time.Sleep(3 * time.Second)
		require.Equal(b, 5, b.stored(newRun(b, 1).ID).Outstanding)
		executor.full.Store(false)
		end := within(b, time.Hour, ended)
		require.NoError(b, end.err)
		require.Equal(b, domain.Counts{Planned: 5, Done: 5}, end.Counts)
		stop()
	})
}

// An iteration that breaks every host ends all the same.
func TestAnIterationThatBreaksItsHostsIsGivenUp(t *testing.T) {
	inBubble(t, func(b bubble) {
		stop := b.work(domain.ExecutorFunc(func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
			if it.Number == 3 {
				return domain.Measurement{}, domain.Fail(domain.ClassSpawn, "fork: resource temporarily unavailable")
			}
			return measured(it), nil
		}), application.WorkerConfig{})
		var l log
		status, err := newRunner(b, b.bus, l.config(nil)).Run(b.Context(), newRun(b, 5))
		require.NoError(b, err)
		require.Equal(b, domain.Counts{Planned: 5, Done: 4, Failed: 1}, status.Counts)
		for _, r := range l.results {
			if r.Failure != nil {
				require.Equal(b, domain.ClassSpawn, r.Failure.Class)
				require.Equal(b, 4, r.Failure.Attempts)
			}
		}
		stop()
	})
}

func TestAWorkerAsideStopsWhenItIsTold(t *testing.T) {
	inBubble(t, func(b bubble) {
		stop := b.work(newFragile(true), application.WorkerConfig{})
		for n := 1; n <= 4; n++ {
			require.NoError(b, b.bus.Dispatch(b.Context(), newRun(b, 4).Plan.Message("r", n, repliesOf("r"))))
		}
		time.Sleep(90 * time.Second)
		stop()
		require.Equal(b, 4, backlog(b.T, b.bus.Bus), "nothing is lost")
	})
}

// Three failures of the host in a row are too many. Failures of the benchmark do not
// count.
func TestHowManyFailuresPutAWorkerAside(t *testing.T) {
	const host, spawn, code, none = domain.ClassHost, domain.ClassSpawn, domain.ClassCode, domain.FailureClass("")
	check := func(aside bool, outcomes ...domain.FailureClass) {
		t.Helper()
		executor := &benchbustest.Executor{
			Times: map[string][]time.Duration{"a": {1}, "b": {1}}, Failures: map[int][]domain.FailureClass{},
		}
		worker, err := application.NewWorker(newBus(t), executor, application.WorkerConfig{})
		require.NoError(t, err)
		for i, class := range outcomes {
			if class != none {
				executor.Failures[i+1] = []domain.FailureClass{class}
			}
			err := worker.Handle(t.Context(), command(t, i+1, 0))
			require.Equal(t, class == none, err == nil)
		}
		err = worker.Handle(t.Context(), command(t, len(outcomes)+1, 0))
		if !aside {
			require.NoError(t, err)
			return
		}
		requireRequeued(t, err, "this host cannot execute benchmarks")
		require.Len(t, executor.Asked(), len(outcomes))
	}
	check(false, host, host)
	check(true, host, host, host)
	check(true, host, spawn, host)
	check(false, host, host, none, host, host)
	check(false, host, host, code, host, host)
}

// An iteration may fail ten times because of hosts. After that it may well be the
// cause.
func TestHowOftenHostsMayFailAnIteration(t *testing.T) {
	executor := newFragile(true)
	worker, err := application.NewWorker(newBus(t), executor, application.WorkerConfig{})
	require.NoError(t, err)
	cmd := command(t, 1, 0)
	cmd.HostFailures = 9
	requeued := requireRequeued(t, worker.Handle(t.Context(), cmd), "the host failed: no space left on device")
	cmd.HostFailures = 10
	require.Equal(t, &cmd, requeued.Again)
	require.Equal(t, domain.ClassHost, domain.FailureOf(worker.Handle(t.Context(), cmd), 1).Class)
}

// seconds holds the moments of a bubble at which something happened.
type seconds struct {
	from time.Time
	all  []int
}

func (s *seconds) now() { s.all = append(s.all, int(time.Since(s.from)/time.Second)) }

// watched is an executor that notes when the worker tries its host, which cannot
// execute.
type watched struct{ executed, probed *seconds }

func (w watched) Execute(context.Context, domain.Iteration) (domain.Measurement, error) {
	w.executed.now()
	return domain.Measurement{}, domain.Fail(domain.ClassHost, "no space left on device")
}

// watchedProber reports that its host is well again after a minute.
type watchedProber struct{ watched }

func (w watchedProber) Probe(context.Context) error {
	w.probed.now()
	if time.Since(w.probed.from) < time.Minute {
		return errors.New("full")
	}
	return nil
}

func TestWhenAWorkerAsideTriesAgain(t *testing.T) {
	check := func(executed, probed []int, executor func(watched) domain.Executor) {
		t.Helper()
		inBubble(t, func(b bubble) {
			w := watched{&seconds{from: time.Now()}, &seconds{from: time.Now()}}
			for n := 1; n <= 9; n++ {
				require.NoError(b, b.bus.Dispatch(b.Context(), command(b, n, 0)))
			}
			stop := b.work(executor(w), application.WorkerConfig{Slots: 1})
			time.Sleep(4 * time.Minute)
			stop()
			require.Equal(b, executed, w.executed.all)
			require.Equal(b, probed, w.probed.all)
		})
	}
	// After the first three failures one is enough, and the pauses double up to a
	// minute.
	check([]int{0, 0, 0, 1, 3, 7, 15, 31, 63, 123, 183}, nil, func(w watched) domain.Executor { return w })
	check([]int{0, 0, 0, 63, 123, 183}, []int{1, 3, 7, 15, 31, 63, 123, 183}, func(w watched) domain.Executor { return watchedProber{w} })
}

func TestAWorkersSettingsAreChecked(t *testing.T) {
	for sentence, cfg := range map[string]application.WorkerConfig{
		"not 5000":             {Slots: 5000},
		"not 11m0s":            {Heartbeat: 11 * time.Minute},
		"not -1ns":             {Heartbeat: -1},
		"RuntimeWait is -1ns":  {RuntimeWait: -1},
		"Limit is -1":          {Limit: -1},
		"DrainTimeout is -1ns": {DrainTimeout: -1},
	} {
		_, err := application.NewWorker(newBus(t), domain.ExecutorFunc(wellBehaved), cfg)
		require.ErrorContains(t, err, sentence)
	}
}

// lockless has cores that cannot be kept from other processes.
type lockless struct{}

func (lockless) Acquire(context.Context) (int, func(), error) {
	return 0, nil, errors.New("the folder of the locks is read-only")
}

func TestAWorkerWithoutCoresStepsAside(t *testing.T) {
	inBubble(t, func(b bubble) {
		broken := b.work(domain.ExecutorFunc(wellBehaved), application.WorkerConfig{Name: "broken", CPU: lockless{}})
		stop := b.work(domain.ExecutorFunc(slowly), application.WorkerConfig{Name: "well", Slots: 1})
		var l log
		status, err := newRunner(b, b.bus, l.config(nil)).Run(b.Context(), newRun(b, 10))
		require.NoError(b, err)
		require.Equal(b, domain.Counts{Planned: 10, Done: 10}, status.Counts)
		for _, r := range l.results {
			require.Equal(b, 1, r.Attempt)
		}
		stop()
		broken()
	})
}

// Within one process no other worker takes the commands, so the run must not wait for
// ever for a full disk.
func TestAWorkerThatIsAloneGivesUpItsHost(t *testing.T) {
	for name, executor := range map[string]domain.Executor{"probing": probing{newFragile(true)}, "not probing": newFragile(true)} {
		inBubble(t, func(b bubble) {
			worker, err := application.NewWorker(b.bus, executor, application.WorkerConfig{HostWait: 20 * time.Second})
			require.NoError(b, err)
			began, run := time.Now(), newRun(b, 3)
			status, err := embed(b.Context(), worker, newRunner(b, b.bus, application.RunnerConfig{Store: b.store}), run)
			require.ErrorIs(b, err, application.ErrHostFailed, name)
			require.ErrorContains(b, err, "no space left on device")
			require.ErrorIs(b, err, application.ErrInterrupted)
			require.Equal(b, domain.Counts{Planned: 3, Outstanding: 3}, status.Counts)
			require.Equal(b, domain.StateInterrupted, b.stored(run.ID).State, "it can be resumed")
			require.Less(b, time.Since(began), time.Minute)
		})
	}
}
