package host

import (
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// cpuQuota is the CPU quota of a control group.
type cpuQuota struct {
	domain.Quota
	// dir is the folder of the group that has it.
	dir string
}

// readQuota returns the tightest quota of this process's group and its ancestors, and
// none if they have no limit. It returns false if the system does not tell which group
// that is.
func readQuota(files fs.FS) (tightest cpuQuota, known bool) {
	membership, err := fs.ReadFile(files, "proc/self/cgroup")
	if err != nil {
		return cpuQuota{}, false
	}
	for line := range strings.Lines(string(membership)) {
		_, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		controllers, group, ok := strings.Cut(rest, ":")
		if !ok || controllers != "" && !slices.Contains(strings.Split(controllers, ","), "cpu") {
			continue
		}
		for group = path.Clean("/" + group); ; group = path.Dir(group) {
			if q := groupQuota(files, controllers, group); q.Cores > 0 && (tightest.Cores == 0 || q.Cores < tightest.Cores) {
				tightest = q
			}
			if group == "/" {
				break
			}
		}
	}
	return tightest, true
}

// groupQuota returns the quota of one group; none if it has no limit. Version 2 has no
// names of controllers, and version 1 a folder for them.
func groupQuota(files fs.FS, controllers, group string) cpuQuota {
	if controllers == "" {
		dir := path.Join("sys/fs/cgroup", group)
		return cpuQuota{parseQuota(readText(files, path.Join(dir, "cpu.max"))), dir}
	}
	for _, mount := range []string{controllers, "cpu"} {
		dir := path.Join("sys/fs/cgroup", mount, group)
		q := parseQuota(readText(files, path.Join(dir, "cpu.cfs_quota_us")) + " " + readText(files, path.Join(dir, "cpu.cfs_period_us")))
		if q.Cores > 0 {
			return cpuQuota{q, dir}
		}
	}
	return cpuQuota{}
}

// parseQuota reads "QUOTA PERIOD" in µs, and returns none for a quota of "max" or -1.
func parseQuota(text string) domain.Quota {
	fields := strings.Fields(text)
	if len(fields) != 2 {
		return domain.Quota{}
	}
	quota, err1 := strconv.ParseUint(fields[0], 10, 31)
	period, err2 := strconv.ParseUint(fields[1], 10, 31)
	if err1 != nil || err2 != nil || quota == 0 || period == 0 {
		return domain.Quota{}
	}
	return domain.Quota{Cores: float64(quota) / float64(period), Period: time.Duration(period) * time.Microsecond}
}

// readStops returns how many periods the kernel has stopped a group in since it exists; 0
// if the system does not tell.
func readStops(files fs.FS, dir string) int {
	for line := range strings.Lines(readText(files, path.Join(dir, "cpu.stat"))) {
		if number, ok := strings.CutPrefix(line, "nr_throttled "); ok {
			n, _ := strconv.Atoi(strings.TrimSpace(number))
			return n
		}
	}
	return 0
}
