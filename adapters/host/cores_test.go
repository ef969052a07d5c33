package host

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

func TestQuotaCores(t *testing.T) {
	t.Parallel()
	check := func(name string, want int, files map[string]string) {
		t.Helper()
		tree := fstest.MapFS{}
		for path, text := range files {
			tree[path] = &fstest.MapFile{Data: []byte(text)}
		}
		require.Equal(t, want, quotaCores(tree), name)
	}
	const membership, root = "proc/self/cgroup", "sys/fs/cgroup/cpu.max"
	check("nothing there", 0, nil)
	check("cgroup v1", 0, map[string]string{membership: "4:cpu,cpuacct:/a\n"})
	check("container without limit", 0, map[string]string{membership: "0::/\n", root: "max 100000\n"})
	check("container of two cores and a half", 2, map[string]string{membership: "0::/\n", root: "250000 100000\n"})
	check("less than a core", 1, map[string]string{membership: "0::/\n", root: "50000 100000\n"})
	check("the tightest above counts", 1, map[string]string{
		membership:                    "1:name=systemd:/x\n0::/a/b\n",
		"sys/fs/cgroup/a/b/cpu.max":   "800000 100000\n",
		"sys/fs/cgroup/a/cpu.max":     "100000 100000\n",
		"sys/fs/cgroup/other/cpu.max": "1 100000\n",
	})
	check("a group outside the container", 3, map[string]string{membership: "0::/../x\n", root: "300000 100000\n"})
	check("cgroup v1 without limit", 0, map[string]string{
		membership: "4:cpu,cpuacct:/\n",
		"sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us":  "-1\n",
		"sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
	})
	check("cgroup v1 beside an empty v2", 2, map[string]string{
		membership: "4:cpu,cpuacct:/a/b\n2:cpuset:/a\n0::/\n",
		"sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us":  "200000\n",
		"sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us": "100000\n",
		"sys/fs/cgroup/cpuset/a/cpu.cfs_quota_us":       "1000\n",
		"sys/fs/cgroup/cpuset/a/cpu.cfs_period_us":      "100000\n",
	})
	check("cgroup v1 under another name", 3, map[string]string{
		membership:                            "4:cpuacct,cpu:/\n",
		"sys/fs/cgroup/cpu/cpu.cfs_quota_us":  "300000\n",
		"sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
	})
	check("not a quota", 0, map[string]string{membership: "0::/\n", root: "-5 0\n"})
}
