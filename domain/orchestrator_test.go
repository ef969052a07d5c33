package domain_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func pending(o *domain.Orchestrator) (numbers []int) {
	for m := range o.Pending("replies") {
		numbers = append(numbers, m.Iteration)
	}
	return numbers
}

func upTo(n int) []int {
	numbers := make([]int, n)
	for i := range numbers {
		numbers[i] = i + 1
	}
	return numbers
}

// The state machine is checked against a model over many random histories, with results
// in any order, duplicates, results of other runs, failures, resumptions and
// cancellations.
func TestOrchestratorAgainstAModel(t *testing.T) {
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 0))
		run := newRun(t, 1+random.IntN(80), "a", "b")
		total := run.Plan.Total()
		recorded := map[int]bool{} // iteration → failed
		o := domain.NewOrchestrator(run, slices.Values([]domain.Recorded(nil)))
		event, first := o.Start(epoch)
		require.True(t, first)
		require.Equal(t, domain.SchemaRunStarted, event.Schema)
		duplicates, ended := 0, 0
		for step := 0; ended == 0 && step < 10*total+100; step++ {
			switch n := 1 + random.IntN(total); random.IntN(40) {
			case 0: // the runner dies; another one takes over
				var rest []domain.Recorded
				for n, failed := range recorded {
					rest = append(rest, domain.Recorded{Iteration: n, Failed: failed})
				}
				rest = append(rest, domain.Recorded{Iteration: total + 1}, domain.Recorded{Iteration: 0})
				status := o.Status()
				run.RunStatus = status
				o = domain.NewOrchestrator(run, slices.Values(rest))
				_, first := o.Start(epoch)
				require.False(t, first, "started once in the life of a run")
			case 1:
				_, verdict := accept(o, done("another", n))
				require.Equal(t, domain.NotInPlan, verdict)
			case 2:
				_, verdict := accept(o, done(run.ID, total+n))
				require.Equal(t, domain.NotInPlan, verdict)
				_, verdict = accept(o, done(run.ID, 1-n))
				require.Equal(t, domain.NotInPlan, verdict)
			default:
				result := done(run.ID, n)
				if random.IntN(4) == 0 {
					result = failed(run.ID, n)
				}
				_, known := recorded[n]
				_, verdict := accept(o, result)
				if known {
					duplicates++
					require.Equal(t, domain.Duplicate, verdict)
				} else {
					recorded[n] = result.Failure != nil
					require.Equal(t, domain.Accepted, verdict)
				}
			}
			want := domain.Counts{Planned: total, Outstanding: total - len(recorded), Duplicates: duplicates}
			for _, failed := range recorded {
				if failed {
					want.Failed++
				} else {
					want.Done++
				}
			}
			require.Equal(t, want, o.Status().Counts)
			requireSum(t, o.Status().Counts)
			require.Equal(t, want.Outstanding == 0, o.AllAccounted())
			require.Len(t, pending(o), want.Outstanding)
			if event, ok := o.Complete(epoch); ok {
				ended++
				require.True(t, o.AllAccounted(), "completed only when every iteration is accounted for")
				require.Equal(t, domain.SchemaRunCompleted, event.Schema)
				require.Equal(t, domain.StateCompleted, o.Status().State)
			}
			_, again := o.Complete(epoch)
			require.False(t, again, "completed once")
		}
		if ended == 0 {
			event := o.Cancel(epoch)
			require.Equal(t, domain.StateCancelled, event.State)
			require.Equal(t, total-len(recorded), event.Cancelled)
			requireSum(t, event.Counts)
			require.True(t, o.AllAccounted())
		}
	}
}

// If the result were counted before it is recorded, and recording failed, the count
// would be too high.
func TestJudgingCountsNothing(t *testing.T) {
	run := newRun(t, 2, "a")
	o := domain.NewOrchestrator(run, slices.Values([]domain.Recorded(nil)))
	for range 2 {
		_, verdict := o.Judge(done(run.ID, 1))
		require.Equal(t, domain.Accepted, verdict)
	}
	require.Equal(t, domain.Counts{Planned: 2, Outstanding: 2}, o.Status().Counts)
	require.True(t, o.Outstanding(1))
	require.True(t, o.Count(done(run.ID, 1), true))
	_, verdict := o.Judge(done(run.ID, 1))
	require.Equal(t, domain.Duplicate, verdict)
	require.Equal(t, domain.Counts{Planned: 2, Done: 1, Outstanding: 1}, o.Status().Counts)
}

func TestPendingIsACopy(t *testing.T) {
	run := newRun(t, 200, "a")
	o := domain.NewOrchestrator(run, slices.Values([]domain.Recorded{{Iteration: 64}, {Iteration: 128}}))
	before := o.Pending("replies")
	accept(o, done(run.ID, 1))
	var numbers []int
	for m := range before {
		numbers = append(numbers, m.Iteration)
		accept(o, done(run.ID, m.Iteration)) // while Pending is being read
	}
	require.Len(t, numbers, 198)
	require.NotContains(t, numbers, 64)
	require.Equal(t, 1, numbers[0])
	require.True(t, o.AllAccounted())
	for range before { // a reader may stop early
		break
	}
}

func TestARunOfTenMillionIterationsIsSmall(t *testing.T) {
	run := newRun(t, domain.MaxIterations, "a")
	var last int
	allocated := testing.AllocsPerRun(1, func() {
		o := domain.NewOrchestrator(run, slices.Values([]domain.Recorded{{Iteration: 1}, {Iteration: domain.MaxIterations}}))
		require.Equal(t, domain.MaxIterations-2, o.Status().Outstanding)
		for m := range o.Pending("r") {
			last = m.Iteration
			if m.Iteration > 1000 {
				break
			}
		}
	})
	require.Equal(t, 1001, last)
	require.Less(t, allocated, 100.0, "nothing is kept for each iteration")
}

func TestAResultThatIsNotThePlansIsAFailure(t *testing.T) {
	run := newRun(t, 2, "a")
	o := domain.NewOrchestrator(run, slices.Values([]domain.Recorded(nil)))
	o.Start(epoch)
	wrong := done(run.ID, 1)
	wrong.Entry, wrong.Samples[0].Variant = "forged", 1
	result, verdict := accept(o, wrong)
	require.Equal(t, domain.Accepted, verdict)
	require.Equal(t, "a", result.Entry, "the plan decides")
	require.Equal(t, domain.ClassResult, result.Failure.Class)
	require.Empty(t, result.Samples)
	require.Equal(t, 1, o.Status().Failed)
}

func TestTheOtherEnds(t *testing.T) {
	run := newRun(t, 3, "a")
	o := domain.NewOrchestrator(run, slices.Values([]domain.Recorded(nil)))
	_, ok := o.Complete(epoch)
	require.False(t, ok, "not started")
	o.Start(epoch)
	accept(o, done(run.ID, 2))
	require.Equal(t, domain.StateInterrupted, o.Interrupt(epoch).State)
	require.Equal(t, []int{1, 3}, pending(o))
	require.Equal(t, domain.StateFailed, o.Fail(epoch).State)
	require.Equal(t, 2, o.Status().Outstanding, "a failed run can be resumed")
	require.False(t, o.Count(done(run.ID, 3), false), "another runner had recorded it")
	require.Equal(t, 1, o.Status().Duplicates)
	require.Equal(t, 1, o.Status().Outstanding)
	require.False(t, o.Count(done(run.ID, 3), true), "once")
	require.Equal(t, 2, o.Status().Duplicates)
	requireSum(t, o.Status().Counts)
	require.Equal(t, domain.SchemaRunProgress, o.Progress(epoch).Schema)
}

func TestARunThatIsTakenUpIsNotFinished(t *testing.T) {
	o := domain.NewOrchestrator(newRun(t, 3, "a"), slices.Values([]domain.Recorded(nil)))
	o.Start(epoch)
	o.Fail(epoch.Add(time.Second))
	require.Equal(t, epoch.Add(time.Second), o.Status().Finished)
	o.Start(epoch.Add(time.Minute))
	status := o.Status()
	require.Equal(t, domain.StateRunning, status.State)
	require.Zero(t, status.Finished)
	require.Equal(t, epoch, status.Started)
	require.Equal(t, epoch.Add(time.Minute), status.Updated)
}

func TestEveryNumberIsPendingOnce(t *testing.T) {
	for _, n := range []int{1, 63, 64, 65, 128, 1000} {
		o := domain.NewOrchestrator(newRun(t, n, "a"), slices.Values([]domain.Recorded(nil)))
		require.Equal(t, upTo(n), pending(o), fmt.Sprint(n))
	}
}
