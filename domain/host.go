package domain

import "context"

// Host is the fingerprint of a machine: stable facts only, so that the same
// machine has the same fingerprint tomorrow.
type Host struct {
	// Key is a short digest of the other fields but Name; equal keys mean
	// comparable machines.
	Key string
	// Name is the host's name; it is not part of the key.
	Name string
	OS   string
	Arch string
	// Kernel is the kernel's major and minor version, such as 6.1.
	Kernel   string
	CPUModel string
	// Cores is how many logical cores the process may use.
	Cores int
	// MemoryGiB is the memory size, rounded to a class.
	MemoryGiB int
	// Virtualisation names the hypervisor or container, or is empty.
	Virtualisation string
}

// Load is how busy a machine was around an iteration.
type Load struct {
	// Load1 is the load average over one minute.
	Load1 float64
	// Steal is the share of CPU time that the hypervisor took away during the
	// iteration, from 0 to 1.
	Steal float64
	// Stops is how many periods the kernel stopped the process's control group in
	// during the iteration, since its CPU quota was used up.
	Stops int
}

// HostProbe tells about the machine that a worker runs on. Both methods are
// called by several goroutines at once.
type HostProbe interface {
	// Host returns the fingerprint, the same each time.
	Host() Host
	// Watch begins to observe the load; the function it returns ends the
	// observation and says what was seen.
	Watch() func() Load
}

// CPUSlots grants the right to measure on a core: at most one measurement runs
// on a core of a host at a time, whatever number of workers and processes it has.
type CPUSlots interface {
	// Acquire waits for a free core and returns its number and the function
	// that gives it back, which must be called exactly once. It fails when the
	// context ends, or when cores cannot be kept apart from other processes.
	// It is called by several goroutines at once.
	Acquire(ctx context.Context) (cpu int, release func(), err error)
}
