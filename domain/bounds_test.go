package domain_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// refused checks that each change makes the message invalid: no sender of ours can have
// sent it.
func refused[M interface{ Check() error }](t *testing.T, good func() M, spoil map[string]func(*M)) {
	t.Helper()
	require.NoError(t, good().Check())
	for sentence, change := range spoil {
		m := good()
		change(&m)
		err := m.Check()
		require.ErrorContains(t, err, sentence)
		require.Equal(t, domain.ClassUnreadable, domain.FailureOf(err, 1).Class, sentence)
	}
}

var long = strings.Repeat("x", 1<<17)

func year(y int) time.Time { return time.Date(y, 1, 2, 3, 4, 5, 0, time.UTC) }

func TestCommandsAreBounded(t *testing.T) {
	run := newRun(t, 2, "a")
	refused(t, func() domain.ExecuteBenchmark { return run.Plan.Message(run.ID, 1, "replies") }, map[string]func(*domain.ExecuteBenchmark){
		`schema "xxx`:              func(m *domain.ExecuteBenchmark) { m.Schema = long },
		"run_id is missing":        func(m *domain.ExecuteBenchmark) { m.RunID = "" },
		"of 10000001":              func(m *domain.ExecuteBenchmark) { m.Of = domain.MaxIterations + 1 },
		"iteration 3":              func(m *domain.ExecuteBenchmark) { m.Iteration = 3 },
		"iteration 0":              func(m *domain.ExecuteBenchmark) { m.Iteration = 0 },
		"samples 1001":             func(m *domain.ExecuteBenchmark) { m.Samples = domain.MaxSamples + 1 },
		"there is nothing to exec": func(m *domain.ExecuteBenchmark) { m.Entry = domain.Entry{} },
		"slug: is missing":         func(m *domain.ExecuteBenchmark) { m.Entry = domain.NewEntry(&domain.Benchmark{}, "php84") },
		"target_batch_ns":          func(m *domain.ExecuteBenchmark) { m.TargetBatch = time.Hour },
		"sample_timeout_ns":        func(m *domain.ExecuteBenchmark) { m.SampleTimeout = math.MaxInt64 },
		"iteration_timeout_ns 0":   func(m *domain.ExecuteBenchmark) { m.IterationTimeout = 0 },
		"reply_to is missing":      func(m *domain.ExecuteBenchmark) { m.ReplyTo = "" },
		"attempt 0":                func(m *domain.ExecuteBenchmark) { m.Attempt = 0 },
		"attempt 1001":             func(m *domain.ExecuteBenchmark) { m.Attempt = domain.MaxAttempts + 1 },
		"redeliveries -1":          func(m *domain.ExecuteBenchmark) { m.Redeliveries = -1 },
		"host_failures -1":         func(m *domain.ExecuteBenchmark) { m.HostFailures = -1 },
		"waiting_since is in the":  func(m *domain.ExecuteBenchmark) { m.WaitingSince = year(1970) },
		"seed -1":                  func(m *domain.ExecuteBenchmark) { m.Seed = -1 },
		"deadline is in the year ": func(m *domain.ExecuteBenchmark) { m.Deadline = year(9999) },
	})
}

func TestResultsAreBounded(t *testing.T) {
	cpu := 1 << 20
	refused(t, func() domain.IterationExecuted { return done("run", 1) }, map[string]func(*domain.IterationExecuted){
		"run_id is missing":    func(m *domain.IterationExecuted) { m.RunID = "" },
		"iteration 0":          func(m *domain.IterationExecuted) { m.Iteration = 0 },
		"iteration 10000001":   func(m *domain.IterationExecuted) { m.Iteration = domain.MaxIterations + 1 },
		"attempt -1":           func(m *domain.IterationExecuted) { m.Attempt = -1 },
		"attempt 0":            func(m *domain.IterationExecuted) { m.Attempt = 0 },
		"worker is":            func(m *domain.IterationExecuted) { m.Worker = long },
		"entry is 131072":      func(m *domain.IterationExecuted) { m.Entry = long },
		"host.cores -3":        func(m *domain.IterationExecuted) { m.Host.Cores = -3 },
		"host.cpu_model":       func(m *domain.IterationExecuted) { m.Host.CPUModel = long },
		"load.steal 1e+308":    func(m *domain.IterationExecuted) { m.Load.Steal = 1e308 },
		"load.steal -0.1":      func(m *domain.IterationExecuted) { m.Load.Steal = -0.1 },
		"load.load1 NaN":       func(m *domain.IterationExecuted) { m.Load.Load1 = math.NaN() },
		"started_at is in the": func(m *domain.IterationExecuted) { m.Started = year(9999) },
		"took_ns":              func(m *domain.IterationExecuted) { m.Took = math.MaxInt64 },
		"either samples or a":  func(m *domain.IterationExecuted) { m.Samples = nil },
		"variant -1":           func(m *domain.IterationExecuted) { m.Samples[0].Variant = -1 },
		"variant 24":           func(m *domain.IterationExecuted) { m.Samples[0].Variant = domain.MaxVariants },
		"position 0":           func(m *domain.IterationExecuted) { m.Samples[0].Position = 0 },
		"position 24001":       func(m *domain.IterationExecuted) { m.Samples[0].Position = domain.MaxSamples*domain.MaxVariants + 1 },
		"variants that failed 24": func(m *domain.IterationExecuted) {
			m.VariantFailures = make([]domain.VariantFailure, domain.MaxVariants)
		},
		"variant 99": func(m *domain.IterationExecuted) {
			m.VariantFailures = []domain.VariantFailure{{Variant: 99, Failure: domain.Failure{Attempts: 1}}}
		},
		"failure.attempts 0":       func(m *domain.IterationExecuted) { m.VariantFailures = make([]domain.VariantFailure, 1) },
		"batch_ns 922337203685477": func(m *domain.IterationExecuted) { m.Samples[0].Batch = math.MaxInt64 },
		"revolutions 4294967297":   func(m *domain.IterationExecuted) { m.Samples[0].Revolutions = 1<<32 + 1 },
		"cpu 1048576":              func(m *domain.IterationExecuted) { m.Samples[0].CPU = &cpu },
		"failure.attempts -1": func(m *domain.IterationExecuted) {
			m.Samples, m.Failure = nil, &domain.Failure{Class: domain.ClassCode, Attempts: -1}
		},
		"failure.message is 131072": func(m *domain.IterationExecuted) {
			m.Samples, m.Failure = nil, &domain.Failure{Class: domain.ClassCode, Message: long}
		},
	})
}

func TestEventsAreBounded(t *testing.T) {
	beat := func() domain.WorkerHeartbeat {
		return domain.WorkerHeartbeat{
			Schema: domain.SchemaHeartbeat, At: epoch, Worker: "w", Started: epoch, Interval: time.Second, Slots: 4,
			Running: []domain.RunningIteration{{RunID: "r", Iteration: 1, Attempt: 1, Since: epoch}},
		}
	}
	refused(t, beat, map[string]func(*domain.WorkerHeartbeat){
		"worker is missing":       func(e *domain.WorkerHeartbeat) { e.Worker = "" },
		"worker is 131072":        func(e *domain.WorkerHeartbeat) { e.Worker = long },
		"interval_ns 3000000000":  func(e *domain.WorkerHeartbeat) { e.Interval = 3e18 },
		"interval_ns 0":           func(e *domain.WorkerHeartbeat) { e.Interval = 0 },
		"at is in the year":       func(e *domain.WorkerHeartbeat) { e.At = year(1970) },
		"started_at is in":        func(e *domain.WorkerHeartbeat) { e.Started = year(9999) },
		"slots -1":                func(e *domain.WorkerHeartbeat) { e.Slots = -1 },
		"is not a runtime's name": func(e *domain.WorkerHeartbeat) { e.Runtimes = []domain.RuntimeName{"A B"} },
		"running.iteration 0":     func(e *domain.WorkerHeartbeat) { e.Running[0].Iteration = 0 },
		"number of running":       func(e *domain.WorkerHeartbeat) { e.Running = make([]domain.RunningIteration, 1<<14) },
		"a count -1":              func(e *domain.WorkerHeartbeat) { e.Executed = -1 },
		"per_second +Inf":         func(e *domain.WorkerHeartbeat) { e.PerSecond = math.Inf(1) },
		"accepted schemas 17":     func(e *domain.WorkerHeartbeat) { e.Accepts = make([]string, 17) },
		"accepts is 131072":       func(e *domain.WorkerHeartbeat) { e.Accepts = []string{long} },
		"trouble is 131072":       func(e *domain.WorkerHeartbeat) { e.Trouble = long },
		"queue is 131072":         func(e *domain.WorkerHeartbeat) { e.Queue = long },
		"host.memory_gib -1":      func(e *domain.WorkerHeartbeat) { e.Host.MemoryGiB = -1 },
	})
	progress := func() domain.RunEvent {
		return domain.RunEvent{Schema: domain.SchemaRunProgress, RunID: "r", State: domain.StateRunning, At: epoch,
			Counts: domain.Counts{Planned: 3, Done: 1, Outstanding: 2}}
	}
	refused(t, progress, map[string]func(*domain.RunEvent){
		"run_id is missing":         func(e *domain.RunEvent) { e.RunID = "" },
		"state is 131072":           func(e *domain.RunEvent) { e.State = domain.State(long) },
		"at is in the year":         func(e *domain.RunEvent) { e.At = year(9999) },
		"the counts do not add up:": func(e *domain.RunEvent) { e.Done = 2 },
		"a count -1":                func(e *domain.RunEvent) { e.Planned, e.Outstanding = 0, -1 },
		"duplicates -1":             func(e *domain.RunEvent) { e.Duplicates = -1 },
		"is not a runtime's name":   func(e *domain.RunEvent) { e.WaitsFor = []domain.RuntimeName{""} },
	})
	refused(t, func() domain.StatusRequest { return domain.StatusRequest{At: epoch} }, map[string]func(*domain.StatusRequest){
		"at is in the year": func(e *domain.StatusRequest) { e.At = year(9999) },
	})
}

// ends checks that a number may be least and most, but not less or more.
func ends[M interface{ Check() error }](t *testing.T, good func() M, least, most int, set func(*M, int)) {
	t.Helper()
	for value, allowed := range map[int]bool{least - 1: false, least: true, most: true, most + 1: false} {
		m := good()
		set(&m, value)
		require.Equal(t, allowed, m.Check() == nil, value)
	}
}

func TestTheEndsOfABoundAreAllowed(t *testing.T) {
	run := newRun(t, 2, "a")
	command := func() domain.ExecuteBenchmark { return run.Plan.Message(run.ID, 1, "replies") }
	ends(t, command, 1, 2, func(m *domain.ExecuteBenchmark, n int) { m.Iteration = n })
	ends(t, command, 1, domain.MaxIterations, func(m *domain.ExecuteBenchmark, n int) { m.Of = n })
	ends(t, command, 1, domain.MaxSamples, func(m *domain.ExecuteBenchmark, n int) { m.Samples = n })
	ends(t, command, 1, domain.MaxAttempts, func(m *domain.ExecuteBenchmark, n int) { m.Attempt = n })
	ends(t, command, 0, domain.MaxAttempts, func(m *domain.ExecuteBenchmark, n int) { m.Redeliveries = n })
	ends(t, command, 0, domain.MaxAttempts, func(m *domain.ExecuteBenchmark, n int) { m.HostFailures = n })
	ends(t, command, 1, int(time.Minute), func(m *domain.ExecuteBenchmark, n int) { m.TargetBatch = time.Duration(n) })
	result := func() domain.IterationExecuted { return done("run", 1) }
	ends(t, result, 1, domain.MaxIterations, func(m *domain.IterationExecuted, n int) { m.Iteration = n })
	ends(t, result, 1, domain.MaxAttempts, func(m *domain.IterationExecuted, n int) { m.Attempt = n })
	ends(t, result, 1, domain.MaxRevolutions, func(m *domain.IterationExecuted, n int) { m.Samples[0].Revolutions = n })
	ends(t, result, 0, domain.MaxRevolutions, func(m *domain.IterationExecuted, n int) { m.Samples[0].Warmup = n })
	ends(t, result, 1, int(domain.MaxIterationTime), func(m *domain.IterationExecuted, n int) { m.Samples[0].Batch = time.Duration(n) })
	beat := func() domain.WorkerHeartbeat {
		return domain.WorkerHeartbeat{At: epoch, Worker: "w", Started: epoch, Interval: time.Second, Slots: 4}
	}
	ends(t, beat, 1, domain.MaxSlots, func(e *domain.WorkerHeartbeat, n int) { e.Slots = n })
	ends(t, beat, 1, int(domain.MaxHeartbeat), func(e *domain.WorkerHeartbeat, n int) { e.Interval = time.Duration(n) })
	running := domain.RunningIteration{RunID: "r", Iteration: 1, Attempt: 1, Since: epoch}
	for n, allowed := range map[int]bool{2 * domain.MaxSlots: true, 2*domain.MaxSlots + 1: false} {
		e := beat()
		e.Running = slices.Repeat([]domain.RunningIteration{running}, n)
		require.Equal(t, allowed, e.Check() == nil, n)
	}
}

func TestFailuresAreCut(t *testing.T) {
	failure := domain.FailureOf(&domain.ExecutionError{Class: domain.ClassCode, Err: errors.New(long), Output: "\xff" + long}, 1)
	require.Len(t, failure.Message, domain.MaxFailureMessage)
	require.LessOrEqual(t, len(failure.Output), domain.MaxFailureOutput)
	require.True(t, strings.HasSuffix(failure.Message, "x … (cut)"))
	require.True(t, utf8.ValidString(failure.Output))
	require.Equal(t, "ää … (cut)", domain.Shorten(strings.Repeat("ä", 20), 15), "a letter stays whole")
	require.Equal(t, "short", domain.Shorten("short", 5))
}
