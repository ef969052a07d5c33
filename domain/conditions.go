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
	// Quota is that of this process's control group.
	Quota *Quota
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

// Quota is how much CPU time the processes of a control group may take together.
type Quota struct {
	// Cores is how much, such as 2.5 for two cores and a half; 0: there is no limit.
	Cores float64
	// Period is how often the group gets as much anew, such as 100 ms.
	Period time.Duration
	// Stops is how many periods the kernel stopped the group in while it was observed.
	Stops int
}

// StopsAfter returns after how much of each period the kernel stops so many processes
// that compute all the time, until the period ends. It returns the whole period if it
// does not stop them.
func (q Quota) StopsAfter(processes int) time.Duration {
	if q.Cores == 0 || float64(processes) <= q.Cores {
		return q.Period
	}
	return time.Duration(float64(q.Period) * q.Cores / float64(processes))
}
