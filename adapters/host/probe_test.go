package host

import (
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func TestWatch(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{}
	set := func(stat, loadavg string) {
		files["proc/stat"] = &fstest.MapFile{Data: []byte(stat)}
		files["proc/loadavg"] = &fstest.MapFile{Data: []byte(loadavg)}
	}
	clock := time.Unix(0, 0)
	p := newProbe(files, "box", 2, func() time.Time { return clock })
	check := func(end func() domain.Load, load1, steal float64) {
		t.Helper()
		got := end()
		require.InDelta(t, load1, got.Load1, 1e-9)
		require.InDelta(t, steal, got.Steal, 1e-9)
	}

	set("cpu  100 0 100 700 0 0 0 100 50 0\ncpu0 1 2 3\n", "0.50 0.40 0.30 1/100 42\n")
	end := p.Watch()
	set("cpu  150 0 150 900 0 0 0 200 90 0\n", "1.25 0.40 0.30 1/100 42\n")
	clock = clock.Add(loadEvery - 1)
	check(end, 0.50, 0) // still the same reading
	clock = clock.Add(1)
	check(end, 1.25, 0.25) // 100 of 400 ticks

	end = p.Watch()
	set("cpu  1 1 1 1 1 1 1 1\n", "x")
	clock = clock.Add(loadEvery)
	check(end, 0, 0) // counters went back

	for _, stat := range []string{"", "cpu 1 2 3 4\n", "intr 1 2 3 4 5 6 7 8 9\n", "cpu a b c d e f g h\n"} {
		end = p.Watch()
		set(stat, "")
		clock = clock.Add(loadEvery)
		check(end, 0, 0)
	}
	files = fstest.MapFS{}
	check(newProbe(files, "box", 2, time.Now).Watch(), 0, 0)
}

func TestWatchCountsTheStopsOfAQuota(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{
		"proc/self/cgroup":         {Data: []byte("0::/a\n")},
		"sys/fs/cgroup/a/cpu.max":  {Data: []byte("100000 100000\n")},
		"sys/fs/cgroup/a/cpu.stat": {Data: []byte("nr_periods 9\nnr_throttled 4\n")},
	}
	clock := time.Unix(0, 0)
	p := newProbe(files, "box", 2, func() time.Time { return clock })
	watch := func(stat string) int {
		end := p.Watch()
		files["sys/fs/cgroup/a/cpu.stat"] = &fstest.MapFile{Data: []byte(stat)}
		clock = clock.Add(loadEvery)
		return end().Stops
	}
	require.Equal(t, 3, watch("nr_periods 19\nnr_throttled 7\n"))
	require.Zero(t, watch("nr_periods 29\nnr_throttled 7\n"))
	require.Zero(t, watch("nr_periods 1\nnr_throttled 1\n")) // another group was made in its place
}

func TestHostIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	p := NewProbe()
	require.Equal(t, p.Host(), p.Host())
	require.Equal(t, len(usableCores()), p.Host().Cores)
	require.NotEmpty(t, p.Host().Key)
	require.Equal(t, p.Host(), NewProbe().Host())
}

func BenchmarkWatch(b *testing.B) {
	p := NewProbe()
	b.ReportAllocs()
	for b.Loop() {
		p.Watch()()
	}
}
