package host

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

const cpus = "sys/devices/system/cpu/"

// desk returns the files of a machine with two physical cores of two threads each.
func desk() map[string]string {
	files := map[string]string{
		cpus + "online":                "0-3\n",
		cpus + "intel_pstate/no_turbo": "0\n",
		"proc/loadavg":                 "0.75 0.40 0.30 1/100 42\n",
		"proc/self/cgroup":             "0::/\n",
		"sys/fs/cgroup/cpu.max":        "250000 100000\n",
		"sys/fs/cgroup/cpu.stat":       "usage_usec 9\nnr_periods 20\nnr_throttled 3\n",
		"proc/stat":                    "cpu  100 0 100 700 0 0 0 100 0 0\n",
		"sys/devices/system/clocksource/clocksource0/current_clocksource":   "hpet\n",
		"sys/devices/system/clocksource/clocksource0/available_clocksource": "tsc hpet acpi_pm \n",
	}
	for core, siblings := range []string{"0,2", "1,3", "0,2", "1,3"} {
		dir := cpus + "cpu" + string(rune('0'+core))
		files[dir+"/topology/thread_siblings_list"] = siblings + "\n"
		files[dir+"/cpufreq/scaling_governor"] = "schedutil\n"
	}
	return files
}

// examine reads the files, with those of after in their place at the end.
func examine(files, after map[string]string, cores ...int) domain.Conditions {
	tree := tree(files)
	p := newProbe(tree, "box", len(cores), time.Now)
	p.cpuTimeStep = func() time.Duration { return time.Microsecond }
	end := p.Examine(cores)
	for path, text := range after {
		tree[path].Data = []byte(text)
	}
	return end()
}

func TestExamine(t *testing.T) {
	t.Parallel()
	got := examine(desk(), map[string]string{
		"proc/stat": "cpu  150 0 150 900 0 0 0 200 0 0\n", "sys/fs/cgroup/cpu.stat": "nr_periods 30\nnr_throttled 7\nthrottled_usec 5\n",
	}, 0, 1, 2)
	require.Equal(t, domain.Conditions{
		Cores: []int{0, 1, 2}, Online: 4, Governors: []string{"schedutil"},
		Boost:    &domain.Boost{On: true, File: "/" + cpus + "intel_pstate/no_turbo", Off: "1"},
		Siblings: [][]int{{0, 2}, {1, 3}}, Load1: new(0.75), Steal: new(0.25),
		Quota:       &domain.Quota{Cores: 2.5, Period: 100 * time.Millisecond, Stops: 4},
		ClockSource: "hpet", ClockSources: []string{"tsc", "hpet", "acpi_pm"}, CPUTimeStep: time.Microsecond,
	}, got)
}

// Stops are those of the group that has the quota, in the folder of its version.
func TestExamineQuota(t *testing.T) {
	t.Parallel()
	files := desk()
	files["proc/self/cgroup"] = "0::/a/b\n"
	files["sys/fs/cgroup/a/cpu.max"], files["sys/fs/cgroup/a/cpu.stat"] = "50000 200000\n", "nr_throttled 1\n"
	got := examine(files, map[string]string{"sys/fs/cgroup/a/cpu.stat": "nr_throttled 2\n"}, 0)
	require.Equal(t, &domain.Quota{Cores: 0.25, Period: 200 * time.Millisecond, Stops: 1}, got.Quota)

	delete(files, "sys/fs/cgroup/a/cpu.stat")
	require.Zero(t, examine(files, nil, 0).Quota.Stops, "it does not tell")

	const one = "sys/fs/cgroup/cpu,cpuacct/"
	files["proc/self/cgroup"] = "4:cpu,cpuacct:/\n"
	files[one+"cpu.cfs_quota_us"], files[one+"cpu.cfs_period_us"], files[one+"cpu.stat"] = "10000\n", "100000\n", "nr_periods 8\nnr_throttled 8\n"
	got = examine(files, map[string]string{one + "cpu.stat": "nr_periods 9\nnr_throttled 9\n"}, 0)
	require.Equal(t, &domain.Quota{Cores: 0.1, Period: 100 * time.Millisecond, Stops: 1}, got.Quota)

	files[one+"cpu.cfs_quota_us"] = "-1\n"
	require.Equal(t, &domain.Quota{}, examine(files, nil, 0).Quota, "no limit is not the same as not known")
}

// A machine need not tell anything: a virtual machine often keeps the frequency to
// itself, and other systems have no such files.
func TestExamineWhatIsNotTold(t *testing.T) {
	t.Parallel()
	require.Equal(t, domain.Conditions{Cores: []int{0, 1}, ClockSources: []string{}, CPUTimeStep: time.Microsecond}, examine(nil, nil, 0, 1))
	files := desk()
	delete(files, cpus+"cpu1/topology/thread_siblings_list")
	require.Nil(t, examine(files, nil, 0, 1).Siblings, "half of it may hide the half that matters")
	require.Nil(t, examine(files, nil, 0, 1).Steal, "no time has passed")
	for _, nonsense := range []string{"x", "3-1", "-1", "0-99999999", "0,,1", "1-", " "} {
		files[cpus+"online"] = nonsense
		require.Zero(t, examine(files, nil, 0).Online, nonsense)
	}
}

func TestExamineFrequency(t *testing.T) {
	t.Parallel()
	files := desk()
	delete(files, cpus+"intel_pstate/no_turbo")
	files[cpus+"cpufreq/boost"] = "0\n"
	files[cpus+"cpu0/cpufreq/scaling_governor"] = "userspace\n"
	got := examine(files, nil, 0, 1, 2)
	require.Equal(t, &domain.Boost{File: "/" + cpus + "cpufreq/boost", Off: "0"}, got.Boost)
	require.Equal(t, []string{"schedutil", "userspace"}, got.Governors)
	require.Equal(t, []string{"userspace"}, examine(files, nil, 0).Governors, "others' do not matter")
}

// This machine is examined as any other: what it does not tell is left out.
func TestExamineThisMachine(t *testing.T) {
	t.Parallel()
	cores := usableCores()
	got := NewProbe().Examine(cores)()
	require.Equal(t, cores, got.Cores)
	require.GreaterOrEqual(t, got.CPUTimeStep, time.Duration(0))
}

func TestStepOf(t *testing.T) {
	t.Parallel()
	check := func(want, tick, perReading time.Duration) {
		t.Helper()
		start, passed := time.Unix(0, 0), time.Duration(0)
		read := func() time.Duration {
			passed += perReading
			return passed / tick * tick
		}
		require.Equal(t, want, stepOf(read, func() time.Time { return start.Add(passed) }))
	}
	check(time.Microsecond, time.Microsecond, 700*time.Nanosecond)
	check(10*time.Millisecond, 10*time.Millisecond, time.Microsecond)
	check(0, time.Second, time.Microsecond) // it did not move while it was looked at
}
