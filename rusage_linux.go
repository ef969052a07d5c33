package benchbus

import (
	"syscall"
	"time"
	"unsafe"
)

const (
	// rusageThread asks for the calling thread alone: other goroutines run on others.
	rusageThread = 1
	// threadCPUTime is the clock of the calling thread's CPU time. That of
	// rusageThread stands still between the ticks of the kernel.
	threadCPUTime = 3
)

// usage is what the calling thread has used until now. A caller that compares two
// must not leave its thread.
func usage() (u threadUsage, known bool) {
	var r syscall.Rusage
	if syscall.Getrusage(rusageThread, &r) != nil {
		return u, false
	}
	var now syscall.Timespec
	_, _, failed := syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, threadCPUTime, uintptr(unsafe.Pointer(&now)), 0)
	return threadUsage{cpu: time.Duration(now.Nano()), voluntary: int64(r.Nvcsw), involuntary: int64(r.Nivcsw)}, failed == 0
}
