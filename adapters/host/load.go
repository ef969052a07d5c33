package host

import (
	"io/fs"
	"strconv"
	"strings"
)

// cpuTicks is the CPU time of all cores since the machine started.
type cpuTicks struct{ total, stolen uint64 }

// steal returns the share of the CPU time since before that the hypervisor took, from 0
// to 1.
func (t cpuTicks) steal(before cpuTicks) float64 {
	if t.total <= before.total || t.stolen < before.stolen {
		return 0
	}
	return min(1, float64(t.stolen-before.stolen)/float64(t.total-before.total))
}

// readTicks reads the first line of /proc/stat: user nice system idle iowait irq
// softirq steal, and two more that are part of user and nice.
func readTicks(files fs.FS) cpuTicks {
	text, err := fs.ReadFile(files, "proc/stat")
	if err != nil {
		return cpuTicks{}
	}
	line, _, _ := strings.Cut(string(text), "\n")
	fields := strings.Fields(line)
	if len(fields) < 9 || fields[0] != "cpu" {
		return cpuTicks{}
	}
	var t cpuTicks
	for i, field := range fields[1:9] {
		n, err := strconv.ParseUint(field, 10, 64)
		if err != nil {
			return cpuTicks{}
		}
		t.total += n
		if i == 7 {
			t.stolen = n
		}
	}
	return t
}

// readLoad reads the load average over one minute.
func readLoad(files fs.FS) float64 {
	text, err := fs.ReadFile(files, "proc/loadavg")
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(text), " ")
	load, err := strconv.ParseFloat(first, 64)
	if err != nil || !(load >= 0 && load < 1e9) { // also excludes NaN
		return 0
	}
	return load
}
