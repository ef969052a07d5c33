package host

import (
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
)

// usableCores returns the cores to measure on: the first of those that this process
// may run on, as many as its CPU quota allows. The kernel would throttle a process over
// its quota during a measurement. Processes with the same quota get the same cores, and
// so share their locks.
func usableCores() []int {
	cores := allowedCores()
	if quota := quotaCores(os.DirFS("/")); quota > 0 && quota < len(cores) {
		return cores[:quota]
	}
	return cores
}

// quotaCores returns the number of whole cores, at least one, that the quota allows; 0
// means no limit.
func quotaCores(files fs.FS) int {
	quota, _ := readQuota(files)
	if quota == 0 {
		return 0
	}
	return max(1, int(quota))
}

// readQuota returns the tightest CPU quota of this process's cgroup and its ancestors,
// in cores; 0 means no limit. It returns false if the system does not tell which cgroup
// that is.
func readQuota(files fs.FS) (least float64, known bool) {
	membership, err := fs.ReadFile(files, "proc/self/cgroup")
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(membership)) {
		_, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		controllers, group, ok := strings.Cut(rest, ":")
		if !ok || controllers != "" && !slices.Contains(strings.Split(controllers, ","), "cpu") {
			continue
		}
		for group = path.Clean("/" + group); ; group = path.Dir(group) {
			if quota := groupQuota(files, controllers, group); quota > 0 && (least == 0 || quota < least) {
				least = quota
			}
			if group == "/" {
				break
			}
		}
	}
	return least, true
}

// groupQuota returns the CPU quota of one cgroup; 0 if it has none. Version 2 has no
// names of controllers, and version 1 a folder for them.
func groupQuota(files fs.FS, controllers, group string) float64 {
	if controllers == "" {
		return parseQuota(readText(files, path.Join("sys/fs/cgroup", group, "cpu.max")))
	}
	for _, mount := range []string{controllers, "cpu"} {
		dir := path.Join("sys/fs/cgroup", mount, group)
		quota := parseQuota(readText(files, path.Join(dir, "cpu.cfs_quota_us")) + " " + readText(files, path.Join(dir, "cpu.cfs_period_us")))
		if quota > 0 {
			return quota
		}
	}
	return 0
}

// parseQuota reads "QUOTA PERIOD" in µs, and returns 0 for a quota of "max" or -1.
func parseQuota(text string) float64 {
	fields := strings.Fields(text)
	if len(fields) != 2 {
		return 0
	}
	quota, err1 := strconv.ParseUint(fields[0], 10, 31)
	period, err2 := strconv.ParseUint(fields[1], 10, 31)
	if err1 != nil || err2 != nil || period == 0 {
		return 0
	}
	return float64(quota) / float64(period)
}
