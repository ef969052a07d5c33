package domain

import "context"

// Host is the fingerprint of a machine. It holds stable facts only, so that a machine
// keeps its fingerprint.
type Host struct {
	// Key is a short digest of all other fields except Name. Machines with equal keys
	// are comparable.
	Key string
	// Name is the host's name. It is not part of the key.
	Name string
	OS   string
	Arch string
	// Kernel is the kernel's major and minor version, such as 6.1.
	Kernel   string
	CPUModel string
	// Cores is the number of logical cores that the process may use.
	Cores int
	// MemoryGiB is the memory size, rounded to a class.
	MemoryGiB int
	// Virtualisation names the hypervisor or container. It is empty if there is none.
	Virtualisation string
}

// Load says how busy a machine was during an iteration.
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

// HostProbe describes the machine that a worker runs on. Both methods are called
// concurrently.
type HostProbe interface {
	// Host returns the fingerprint, which is the same each time.
	Host() Host
	// Watch begins to observe the load. The function that it returns ends the
	// observation and returns the load.
	Watch() func() Load
}

// CPUSlots grants the right to measure on a core. At most one measurement runs on a
// core of a host at a time, however many workers and processes the host has.
type CPUSlots interface {
	// Acquire waits for a free core. It returns its number and the function that gives
	// the core back, which must be called exactly once. It fails if the context ends,
	// or if cores cannot be reserved against other processes. It is called
	// concurrently.
	Acquire(ctx context.Context) (cpu int, release func(), err error)
}
