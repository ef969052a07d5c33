//go:build unix

package host

import (
	"syscall"
	"time"
)

// cpuTimeStep measures in which step getrusage counts the CPU time of this process; 0
// if it does not.
func cpuTimeStep() time.Duration {
	return stepOf(func() time.Duration {
		var used syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
			return 0
		}
		return time.Duration(used.Utime.Nano() + used.Stime.Nano())
	}, time.Now)
}
