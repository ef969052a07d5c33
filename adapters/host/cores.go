package host

import (
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
)

// usableCores are the cores to measure on: those that this process may run on,
// but no more than its CPU quota pays for, since a process over its quota is
// stopped in the midst of a measurement. They are always the first, so that
// processes with the same quota share them by the same locks.
func usableCores() []int {
	cores := allowedCores()
	if quota := quotaCores(os.DirFS("/")); quota > 0 && quota < len(cores) {
		return cores[:quota]
	}
	return cores
}

// quotaCores returns how many whole cores, at least one, the tightest CPU quota
// of this process's cgroup and of those above it pays for; 0 means no limit.
// It knows cgroup v2 only.
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
