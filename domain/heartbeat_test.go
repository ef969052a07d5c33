package domain_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func TestTheFleetIsWhoWasHeardOfLately(t *testing.T) {
	var fleet domain.Fleet
	require.Empty(t, fleet.Alive(epoch))
	beat := func(name string, runtimes ...domain.RuntimeName) domain.WorkerHeartbeat {
		return domain.WorkerHeartbeat{Worker: name, Interval: 5 * time.Second, Runtimes: runtimes}
	}
	fleet.Observe(beat("b", "php82", "php84"), epoch)
	fleet.Observe(beat("a", "php84"), epoch.Add(2*time.Second))
	alive := func(after time.Duration) (names []string) {
		for _, w := range fleet.Alive(epoch.Add(after)) {
			names = append(names, w.Worker)
		}
		return names
	}
	require.Equal(t, []string{"a", "b"}, alive(15*time.Second))
	require.Equal(t, []string{"a"}, alive(16*time.Second), "three intervals without a word")
	gone := beat("a")
	gone.Stopped = true
	fleet.Observe(gone, epoch.Add(16*time.Second))
	require.Empty(t, alive(16*time.Second))
}

func TestTheFleetKnowsWhoHasWhat(t *testing.T) {
	var fleet domain.Fleet
	fleet.Observe(domain.WorkerHeartbeat{
		Worker: "a", Interval: time.Second, Runtimes: []domain.RuntimeName{"php82", "php84"},
		Running: []domain.RunningIteration{{RunID: "r", Iteration: 1}},
	}, epoch)
	has := func(runtimes ...domain.RuntimeName) bool {
		return slices.ContainsFunc(fleet.Alive(epoch), func(w domain.WorkerHeartbeat) bool { return w.Has(runtimes) })
	}
	require.True(t, has("php84"))
	require.True(t, has("php82", "php84"))
	require.False(t, has("php74", "php84"), "not all of them")
	require.True(t, fleet.Runs("r", epoch))
	require.False(t, fleet.Runs("q", epoch))

	fleet.Observe(domain.WorkerHeartbeat{Worker: "any", Interval: time.Second}, epoch)
	require.True(t, has("php74"), "a worker that names no runtimes takes whatever comes")
	fleet.Observe(domain.WorkerHeartbeat{Worker: "any", Interval: time.Second, Stopping: true}, epoch)
	require.False(t, has("php74"), "but not while it stops")
}

// Whoever can send to the bus can invent any number of workers.
func TestTheFleetIsBounded(t *testing.T) {
	var fleet domain.Fleet
	beat := func(n int, at time.Time) {
		fleet.Observe(domain.WorkerHeartbeat{Worker: fmt.Sprint("w", n), Interval: time.Second}, at)
	}
	for n := range 10_001 {
		beat(n, epoch)
	}
	require.Len(t, fleet.Alive(epoch), 10_000)
	beat(0, epoch.Add(time.Second)) // known workers are still updated
	beat(20_000, epoch.Add(4*time.Second))
	names := []string{}
	for _, w := range fleet.Alive(epoch.Add(4 * time.Second)) {
		names = append(names, w.Worker)
	}
	require.Equal(t, []string{"w0", "w20000"}, names, "the room of those that are gone")
}

func TestAWorkerThatWouldRefuseTodaysCommandsIsOutdated(t *testing.T) {
	require.True(t, domain.WorkerHeartbeat{}.Outdated())
	require.True(t, domain.WorkerHeartbeat{Accepts: []string{"benchmark.execute.v0"}}.Outdated())
	require.False(t, domain.WorkerHeartbeat{Accepts: []string{"benchmark.execute.v0", domain.SchemaExecute}}.Outdated())
}
