package host

import (
	"io/fs"
	"os"
	"path"
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

// quotaCores returns the number of whole cores, at least one, that the tightest CPU
// quota of this process's cgroup and its ancestors allows; 0 means no limit. It
// supports cgroup v2 only.
func quotaCores(files fs.FS) int {
	membership, err := fs.ReadFile(files, "proc/self/cgroup")
	if err != nil {
		return 0
	}
	group, least := "", 0
	for line := range strings.Lines(string(membership)) {
		if rest, ok := strings.CutPrefix(line, "0::"); ok {
			group = path.Clean("/" + strings.TrimSpace(rest))
		}
	}
	for ; group != ""; group = path.Dir(group) {
		text, err := fs.ReadFile(files, path.Join("sys/fs/cgroup", group, "cpu.max"))
		if cores := parseQuota(string(text)); err == nil && cores > 0 && (least == 0 || cores < least) {
			least = cores
		}
		if group == "/" {
			break
		}
	}
	return least
}

// parseQuota reads a cpu.max: "QUOTA PERIOD" in µs, or "max PERIOD".
func parseQuota(text string) int {
	fields := strings.Fields(text)
	if len(fields) != 2 {
		return 0
	}
	quota, err1 := strconv.ParseUint(fields[0], 10, 31)
	period, err2 := strconv.ParseUint(fields[1], 10, 31)
	if err1 != nil || err2 != nil || period == 0 {
		return 0
	}
	return max(1, int(quota/period))
}
