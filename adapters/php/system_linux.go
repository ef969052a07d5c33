package php

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// memoryMargin is the memory that a process may use in addition to its memory_limit,
// for libraries, stacks and the tables of the engine, which PHP does not count.
const memoryMargin = 256 << 20

// pins is true if processes are pinned to their core.
const pins = true

// ownGroup gives the process its own process group, and makes the kernel kill it when
// the thread that started it ends. The caller keeps that thread until the process has
// ended, so that the kernel kills it only if this program dies.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// keepDescriptors prevents child processes from inheriting the file descriptors that
// this program inherited. Go does the same for those that it opens.
var keepDescriptors = sync.OnceFunc(func() {
	open, _ := os.ReadDir("/proc/self/fd")
	for _, entry := range open {
		if fd, err := strconv.Atoi(entry.Name()); err == nil && fd > 2 {
			unix.CloseOnExec(fd)
		}
	}
})

// startOn starts the command on that core, or on any if it is -1. The caller must be
// locked to its thread, since a child inherits the cores of the thread that starts it.
func startOn(cmd *exec.Cmd, cpu int) error {
	keepDescriptors()
	if cpu < 0 {
		return cmd.Start()
	}
	var before, only unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		return fmt.Errorf("read the cores of the thread: %w", err)
	}
	only.Set(cpu)
	if err := unix.SchedSetaffinity(0, &only); err != nil {
		return fmt.Errorf("pin to core %d: %w", cpu, err)
	}
	err := cmd.Start()
	if restore := unix.SchedSetaffinity(0, &before); restore != nil {
		// With one lock more than unlocks, the thread ends with its goroutine
		// instead of running others on this core.
		runtime.LockOSThread()
	}
	return err
}

// limit sets the resource limits of the PHP process. It limits data and not address
// space, since shared memory such as that of opcache takes much address space even if
// it is hardly used. The process may have so much data beside what PHP may have.
func (p *process) limit(pid int, c Config, beside uint64) error {
	leader := p.cmd.Process.Pid
	if pid != leader { // started by a command that waits for it
		if group, err := unix.Getpgid(pid); err != nil || group != leader {
			return errors.New("PHP must run in the process group of its command")
		}
		if p.mark.value != 0 {
			_ = p.mark.set(pid)
		}
	}
	for resource, most := range map[int]uint64{
		unix.RLIMIT_DATA: uint64(c.MemoryLimit) + memoryMargin + beside, unix.RLIMIT_FSIZE: uint64(c.FileSizeLimit), unix.RLIMIT_CORE: 0,
	} {
		var now unix.Rlimit
		if err := unix.Prlimit(pid, resource, nil, &now); err != nil {
			return ignoreGone(err)
		}
		most = min(most, now.Max) // never raises a limit
		if err := unix.Prlimit(pid, resource, &unix.Rlimit{Cur: most, Max: most}, nil); err != nil {
			return ignoreGone(err)
		}
	}
	return nil
}

// ignoreGone drops the error of a process that has ended meanwhile.
func ignoreGone(err error) error {
	if errors.Is(err, unix.ESRCH) {
		return nil
	}
	return err
}

func killGroup(cmd *exec.Cmd) {
	_ = unix.Kill(-cmd.Process.Pid, unix.SIGKILL)
	_ = unix.Kill(cmd.Process.Pid, unix.SIGKILL) // it may have changed its group
}

// waitForExit waits for the end of the process, but does not reap it, so that no other
// process can get its id or that of its group.
func waitForExit(cmd *exec.Cmd) {
	for unix.Waitid(unix.P_PID, cmd.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil) == unix.EINTR {
	}
}

// reap collects the process's status and CPU times. The status includes the error.
func reap(cmd *exec.Cmd) { _ = cmd.Wait() }

// peakMemory returns the largest resident size in bytes, as the harness read it. The
// kernel's value for a reaped process cannot be used: it starts with the size of the
// program that started the process.
func peakMemory(_ *os.ProcessState, reported int64) int64 { return reported }
