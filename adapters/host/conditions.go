package host

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/benchbus/benchbus/domain"
)

// Examine reads what disturbs measurements on these cores of this machine. The function
// that it returns ends the observation of steal and of stops by a quota, and returns all;
// a machine that is observed for less than 100 ms shows neither. Facts that the system
// does not tell are nil, empty or 0.
func (p *Probe) Examine(cores []int) func() domain.Conditions {
	c := domain.Conditions{Cores: cores, Online: len(readList(p.files, "sys/devices/system/cpu/online"))}
	for _, core := range cores {
		governor := readWord(p.files, fmt.Sprintf("sys/devices/system/cpu/cpu%d/cpufreq/scaling_governor", core))
		if governor != "" && !slices.Contains(c.Governors, governor) {
			c.Governors = append(c.Governors, governor)
		}
	}
	slices.Sort(c.Governors)
	c.Boost = readBoost(p.files)
	c.Siblings = readSiblings(p.files, cores)
	if readWord(p.files, "proc/loadavg") != "" {
		c.Load1 = new(readLoad(p.files))
	}
	const clocks = "sys/devices/system/clocksource/clocksource0/"
	c.ClockSource = readWord(p.files, clocks+"current_clocksource")
	c.ClockSources = strings.Fields(readText(p.files, clocks+"available_clocksource"))
	c.CPUTimeStep = p.cpuTimeStep()
	quota, hasQuota := readQuota(p.files)
	stops := readStops(p.files, quota.dir)
	before := readTicks(p.files)
	return func() domain.Conditions {
		if after := readTicks(p.files); after.total > before.total {
			c.Steal = new(after.steal(before))
		}
		if hasQuota {
			quota.Stops = readStops(p.files, quota.dir) - stops
			c.Quota = &quota.Quota
		}
		return c
	}
}

// readBoost reads the switch of the driver that the machine has.
func readBoost(files fs.FS) *domain.Boost {
	for _, known := range []struct{ path, on, off string }{
		{"sys/devices/system/cpu/intel_pstate/no_turbo", "0", "1"},
		{"sys/devices/system/cpu/cpufreq/boost", "1", "0"},
	} {
		if state := readWord(files, known.path); state != "" {
			return &domain.Boost{On: state == known.on, File: "/" + known.path, Off: known.off}
		}
	}
	return nil
}

// readSiblings reads which logical cores share the physical cores that these cores are
// part of. It returns nil if one of them does not tell.
func readSiblings(files fs.FS, cores []int) (groups [][]int) {
	for _, core := range cores {
		group := readList(files, fmt.Sprintf("sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", core))
		if group == nil {
			return nil
		}
		if !slices.ContainsFunc(groups, func(known []int) bool { return slices.Equal(known, group) }) {
			groups = append(groups, group)
		}
	}
	return groups
}

// readText returns the text of a file without the space around it; empty if it cannot be
// read.
func readText(files fs.FS, path string) string {
	text, err := fs.ReadFile(files, path)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}

// readWord returns the first word of a file; empty if there is none.
func readWord(files fs.FS, path string) string {
	word, _, _ := strings.Cut(readText(files, path), " ")
	return word
}
