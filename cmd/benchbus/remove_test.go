package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/sqlite"
	"github.com/benchbus/benchbus/domain"
)

// keepRuns writes runs of those ages into the store, and returns their ids. The last
// one has the given state, and all others are interrupted.
func (c *cli) keepRuns(last domain.State, ages ...time.Duration) (ids []string) {
	store, err := sqlite.Open(c.Context(), c.store, sqlite.Config{})
	require.NoError(c, err)
	defer store.Close()
	now := time.Now()
	for i, age := range ages {
		runtimes := []domain.RuntimeName{"php84"}
		b := &domain.Benchmark{Slug: "loop", Name: "Loop", Category: "loops", Code: "$i++;", Runtimes: runtimes}
		at := now.Add(-age)
		run, err := domain.NewRun(domain.NewRunID(at, uint32(i)), domain.Plan{
			Entries: []domain.Entry{domain.NewEntry(b, runtimes...)}, Iterations: 2,
		}, at)
		require.NoError(c, err)
		require.NoError(c, store.CreateRun(c.Context(), run))
		if i == len(ages)-1 {
			run.State, run.Updated = last, now
			require.NoError(c, store.UpdateRun(c.Context(), run.RunStatus))
		}
		ids = append(ids, string(run.ID))
	}
	return ids
}

// left returns the indexes in ids of the runs that the store still has, oldest first.
func (c *cli) left(ids []string) (places []int) {
	_, stdout, _ := c.run("runs", "--format=csv", "--limit=0")
	for i, id := range ids {
		if strings.Contains(stdout, id) {
			places = append(places, i)
		}
	}
	return places
}

func TestRunsAreRemoved(t *testing.T) {
	const day = 24 * time.Hour
	for _, one := range []struct {
		args    []string
		removed []int
	}{
		{[]string{"0"}, []int{0}},
		{[]string{"1", "2", "1"}, []int{1, 2}},
		{[]string{"last"}, []int{3}},
		{[]string{"--older-than=30d"}, []int{1, 0}},
		{[]string{"--older-than=5w"}, []int{0}},
		{[]string{"--older-than=2h"}, []int{2, 1, 0}},
		{[]string{"--keep=3"}, []int{0}},
		{[]string{"--keep=0"}, []int{3, 2, 1, 0}},
		{[]string{"--keep=9"}, nil},
		{[]string{"--keep=3", "--older-than=1h"}, []int{0}},
		{[]string{"--keep=1", "--older-than=30d"}, []int{1, 0}},
	} {
		t.Run(strings.Join(one.args, " "), func(t *testing.T) {
			c := newCLI(t)
			ids := c.keepRuns(domain.StateInterrupted, 40*day, 31*day, 3*time.Hour, time.Minute)
			args := []string{"runs", "remove"}
			for _, arg := range one.args {
				if len(arg) == 1 {
					arg = ids[arg[0]-'0'][:20] // the id of a run may be shortened to its beginning
				}
				args = append(args, arg)
			}
			code, stdout, stderr := c.run(args...)
			require.Zero(t, code, stderr)
			want, left := "", []int{0, 1, 2, 3}
			for _, i := range one.removed {
				want += fmt.Sprintln("removed", ids[i])
			}
			for i := len(left) - 1; i >= 0; i-- {
				if strings.Contains(want, ids[i]) {
					left = append(left[:i], left[i+1:]...)
				}
			}
			require.Equal(t, want, stdout)
			require.Equal(t, left, append([]int{}, c.left(ids)...))
		})
	}
}

// Active runs stay. A wrong argument removes nothing, and neither does an environment
// variable.
func TestRunsThatAreNotRemoved(t *testing.T) {
	c := newCLI(t)
	ids := c.keepRuns(domain.StateRunning, 2*time.Hour, time.Hour)
	refuse := func(code int, sentence string, args ...string) {
		t.Helper()
		got, stdout, stderr := c.run(append([]string{"runs", "remove"}, args...)...)
		require.Equal(t, code, got, stderr)
		require.Contains(t, stderr, sentence)
		require.Empty(t, stdout)
		require.Equal(t, []int{0, 1}, c.left(ids))
	}
	refuse(exitUsage, "is running and nothing was removed", ids[0], "last")
	refuse(exitUsage, "no such run", ids[0], "2020")
	refuse(exitUsage, "could be any of", "2")
	refuse(exitUsage, "not both", ids[0], "--keep=1")
	for _, bad := range []string{"", "0d", "-3d", "30", "d", "1.5d", "99999999999w", "99999w"} {
		refuse(exitUsage, "it must be a time such as 12h, 30d or 8w", "--older-than="+bad)
	}
	refuse(exitUnavailable, "does not exist", "last", "--store="+c.store+"x")
	t.Setenv("BENCHBUS_KEEP", "0")
	t.Setenv("BENCHBUS_OLDER_THAN", "1h")
	refuse(exitUsage, "say on the command line which runs")

	code, stdout, stderr := c.run("runs", "remove", "--keep=0")
	require.Zero(t, code)
	require.Equal(t, "removed "+ids[0]+"\n", stdout)
	require.Contains(t, stderr, "left alone: the run is still being worked at")
	require.Equal(t, []int{1}, c.left(ids))
}
