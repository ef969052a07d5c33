package domain

import "time"

// Conditions are what disturbs measurements on a machine, or makes them less exact. A
// fact that the machine does not tell is nil, empty or 0.
type Conditions struct {
	// Cores are the numbers of the logical cores that measurements run on, and Online
	// is how many the machine has.
	Cores  []int
	Online int
	// Governors are what governs the frequency of Cores, each once, sorted, such as
	// performance or schedutil.
	Governors []string
	// Boost tells whether cores go beyond their nominal frequency for a while.
	Boost *Boost
	// Siblings has, for each physical core that one of Cores is part of, the logical
	// cores that share it.
	Siblings [][]int
	// Load1 is the load average over one minute.
	Load1 *float64
	// Steal is the share of CPU time that the hypervisor took away, from 0 to 1.
	Steal *float64
	// Quota is how much CPU time this process's group may take, in cores; 0: there is
	// no limit.
	Quota *float64
	// ClockSource is what the system reads the time from, such as tsc, and
	// ClockSources are those that it could.
	ClockSource  string
	ClockSources []string
	// CPUTimeStep is the smallest step in which the CPU time of a process is counted.
	CPUTimeStep time.Duration
}

// Boost is the switch that lets cores go beyond their nominal frequency.
type Boost struct {
	On bool
	// File is the switch's path, and Off the text that turns it off.
	File, Off string
}
