package benchbus_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/benchbus/benchbus"
	"github.com/benchbus/benchbus/adapters/memstore"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/benchbustest"
	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// plan returns a plan of 6 iterations of one benchmark on two runtimes.
func plan() domain.Plan {
	names := []domain.RuntimeName{"new", "old"}
	loop := &domain.Benchmark{Slug: "loop", Name: "Loop", Category: "loops", Code: "x", Runtimes: names}
	return domain.Plan{Entries: []domain.Entry{domain.NewEntry(loop, names...)}, Iterations: 6}
}

// script returns an executor for the plan's runtimes.
func script() *benchbustest.Executor {
	return &benchbustest.Executor{Times: map[string][]time.Duration{"new": {90, 100, 110}, "old": {180, 200, 220}}}
}

// journaled returns a store that outlives the run, and the journal of its calls.
func journaled() (domain.Store, *benchbustest.Journal) {
	journal := new(benchbustest.Journal)
	return journal.Store(memstore.New()), journal
}

func TestMeasure(t *testing.T) {
	t.Parallel()
	store, _ := journaled()
	var events []domain.RunEvent
	report, err := benchbus.Measure(t.Context(), script(), plan(), benchbus.Config{
		Store: store, OnEvent: func(e domain.RunEvent) { events = append(events, e) },
	})
	require.NoError(t, err)
	require.Equal(t, domain.StateCompleted, report.Run.State)
	require.Equal(t, domain.Counts{Planned: 6, Done: 6}, report.Run.Counts)
	require.Empty(t, report.Warnings)
	require.InDelta(t, 100, report.Cells[0].Summary.Median, 0)
	require.InDelta(t, 200, report.Cells[1].Summary.Median, 0)
	require.Len(t, report.Families, 1)
	old := report.Families[0].Members[1]
	require.Equal(t, domain.RuntimeName("old"), old.Runtime)
	require.Equal(t, stats.Regressed, old.Verdict)
	require.InDelta(t, 2, old.Ratio, 1e-12)
	require.NotEmpty(t, report.Hosts[0].Name)
	require.Positive(t, report.Hosts[0].Cores)

	stored, err := store.Run(t.Context(), report.Run.ID)
	require.NoError(t, err, "the store that was handed in has the run and is open")
	require.Equal(t, report.Run, stored)
	require.Equal(t, domain.SchemaRunStarted, events[0].Schema)
	require.Equal(t, domain.SchemaRunCompleted, events[len(events)-1].Schema)
}

func TestMeasureExecutesOneIterationAtATimeUnlessToldOtherwise(t *testing.T) {
	t.Parallel()
	atOnce := func(slots int) int {
		begun, release := make(chan domain.Iteration, 6), make(chan struct{})
		executor := script()
		executor.Begun, executor.Release = begun, release
		measured := make(chan error, 1)
		go func() {
			_, err := benchbus.Measure(context.Background(), executor, plan(), benchbus.Config{Slots: slots})
			measured <- err
		}()
		synctest.Wait()
		waiting := len(begun)
		close(release)
		require.NoError(t, <-measured)
		return waiting
	}
	synctest.Test(t, func(t *testing.T) { require.Equal(t, 1, atOnce(0)) })
	synctest.Test(t, func(t *testing.T) { require.Equal(t, 3, atOnce(3)) })
}

// core grants core 7, and counts the calls.
type core struct{ acquired, released atomic.Int32 }

func (c *core) Acquire(context.Context) (int, func(), error) {
	c.acquired.Add(1)
	return 7, func() { c.released.Add(1) }, nil
}

// box is a probe of a machine with a fixed load.
type box struct{}

func (box) Host() domain.Host         { return domain.Host{Key: "k", Name: "box"} }
func (box) Watch() func() domain.Load { return func() domain.Load { return domain.Load{Load1: 1.5} } }

func TestMeasureUsesWhatItIsGiven(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // a retry waits for a second
		executor, cpu, log := script(), new(core), new(bytes.Buffer)
		executor.Failures = map[int][]domain.FailureClass{1: {domain.ClassKilled}}
		report, err := benchbus.Measure(t.Context(), executor, plan(), benchbus.Config{
			CPU: cpu, Probe: box{}, Logger: slog.New(slog.NewTextHandler(log, nil)),
		})
		require.NoError(t, err)
		require.Equal(t, 7, executor.Asked()[0].CPU)
		require.EqualValues(t, 7, cpu.acquired.Load())
		require.EqualValues(t, 7, cpu.released.Load())
		require.Equal(t, []stats.HostUse{{Host: box{}.Host(), Iterations: 6, MaxLoad1: 1.5}}, report.Hosts)
		require.Contains(t, log.String(), "the script fails try 1 of iteration 1")
	})
}

func TestMeasureReportsFailures(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // retries wait for seconds
		executor := script()
		executor.Failures = map[int][]domain.FailureClass{
			2: {domain.ClassCode},
			3: {domain.ClassKilled, domain.ClassTimeout},
		}
		report, err := benchbus.Measure(t.Context(), executor, plan(), benchbus.Config{})
		require.NoError(t, err)
		require.Equal(t, domain.StateCompleted, report.Run.State)
		require.Equal(t, domain.Counts{Planned: 6, Done: 5, Failed: 1}, report.Run.Counts)
		require.Equal(t, 2, report.Failures[0].Iteration)
		require.Equal(t, domain.ClassCode, report.Failures[0].Class)
		require.Len(t, executor.Asked(), 8)
	})
}

// interrupted calls Measure, and ends its context with that cause while the first
// iteration is being executed. Then it calls the function.
func interrupted(t *testing.T, cfg benchbus.Config, cause error, then func(release chan struct{})) (stats.Report, error) {
	begun, release := make(chan domain.Iteration, 6), make(chan struct{})
	executor := script()
	executor.Begun, executor.Release = begun, release
	ctx, end := context.WithCancelCause(t.Context())
	go func() {
		<-begun
		end(cause)
		synctest.Wait()
		then(release)
	}()
	return benchbus.Measure(ctx, executor, plan(), cfg)
}

func TestMeasureReportsWhatThereIsWhenItIsInterrupted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cause := errors.New("the service stops")
		report, err := interrupted(t, benchbus.Config{}, cause, func(release chan struct{}) { close(release) })
		require.ErrorIs(t, err, application.ErrInterrupted)
		require.ErrorIs(t, err, cause)
		require.Equal(t, domain.StateInterrupted, report.Run.State)
		require.Equal(t, domain.Counts{Planned: 6, Done: 1, Outstanding: 5}, report.Run.Counts)
		require.Len(t, report.Cells[0].Samples, 3)
	})
}

func TestMeasureCutsShortWhatDoesNotEnd(t *testing.T) {
	t.Parallel()
	check := func(want time.Duration, cfg benchbus.Config) {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			report, err := interrupted(t, cfg, context.Canceled, func(chan struct{}) {})
			require.ErrorIs(t, err, application.ErrInterrupted)
			require.ErrorIs(t, err, context.Canceled)
			require.Equal(t, domain.Counts{Planned: 6, Outstanding: 6}, report.Run.Counts)
			require.Equal(t, want, time.Since(began).Round(2*time.Second))
		})
	}
	check(10*time.Second, benchbus.Config{})
	check(2*time.Minute, benchbus.Config{DrainTimeout: 2 * time.Minute})
}

func TestMeasureSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	check := func(want string, executor domain.Executor, plan domain.Plan, cfg benchbus.Config) {
		t.Helper()
		report, err := benchbus.Measure(t.Context(), executor, plan, cfg)
		require.ErrorContains(t, err, want)
		require.Zero(t, report)
	}
	check("the plan has no benchmark", script(), domain.Plan{}, benchbus.Config{})
	check("a worker needs a bus and an executor", nil, plan(), benchbus.Config{})
	check("at least 1 slot", script(), plan(), benchbus.Config{Slots: -1})
	closed, _ := journaled()
	require.NoError(t, closed.Close())
	check("the store is closed", script(), plan(), benchbus.Config{Store: closed})
}

func TestMeasureRecordsBeforeItReports(t *testing.T) {
	t.Parallel()
	store, journal := journaled()
	_, err := benchbus.Measure(t.Context(), script(), plan(), benchbus.Config{Store: store})
	require.NoError(t, err)
	entries := journal.Entries()
	require.Equal(t, []string{"store.CreateRun", "store.UpdateRun running"}, entries[:2])
	require.ElementsMatch(t, []string{
		"store.Record 1", "store.Record 2", "store.Record 3", "store.Record 4", "store.Record 5", "store.Record 6",
	}, entries[2:8], "in the order in which they came")
	require.Equal(t, []string{"store.UpdateRun completed"}, entries[8:])
}
