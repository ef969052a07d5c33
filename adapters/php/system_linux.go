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

// memoryMargin is what a process may use beside what PHP counts against its
// memory_limit: libraries, stacks, the tables of the engine.
const memoryMargin = 256 << 20

// pins tells that processes are pinned to their core.
const pins = true

// ownGroup puts the process into a group of its own, and has the kernel kill it
// when this program dies: to be exact, the thread that started it, which is why
// the caller keeps that thread until the end.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// keepDescriptors has this program keep to itself the file descriptors that it
// got from whoever started it; those that Go opens it keeps anyway.
var keepDescriptors = sync.OnceFunc(func() {
	open, _ := os.ReadDir("/proc/self/fd")
	for _, entry := range open {
		if fd, err := strconv.Atoi(entry.Name()); err == nil && fd > 2 {
			unix.CloseOnExec(fd)
		}
	}
})

// startOn starts the command on that core; -1 means any. A child inherits the
// cores of the thread that starts it, so the caller is locked to its thread.
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
		// Locked once more than unlocked, the thread ends with its goroutine
		// instead of running others on this core.
		runtime.LockOSThread()
	}
	return err
}

// limit sets the limits of the process that PHP runs in. Data is limited and
// not address space, of which shared memory that is hardly used, such as that
// of opcache, takes much.
func (p *process) limit(pid int, c Config) error {
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
		unix.RLIMIT_DATA: uint64(c.MemoryLimit) + memoryMargin, unix.RLIMIT_FSIZE: uint64(c.FileSizeLimit), unix.RLIMIT_CORE: 0,
	} {
		var now unix.Rlimit
		if err := unix.Prlimit(pid, resource, nil, &now); err != nil {
			return ignoreGone(err)
		}
		most = min(most, now.Max) // one that is lower already stays
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

// waitForExit waits for the end of the process, but does not reap it: until
// then its id, and that of its group, cannot become somebody else's.
func waitForExit(cmd *exec.Cmd) {
	for unix.Waitid(unix.P_PID, cmd.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil) == unix.EINTR {
	}
}

// reap takes the process's status and CPU times; its error is in the status.
func reap(cmd *exec.Cmd) { _ = cmd.Wait() }

// peakMemory is the largest resident size in bytes. The harness has read it;
// what the kernel reports when the process is reaped is of no use: it begins
// with the size of the program that started the process.
func peakMemory(_ *os.ProcessState, reported int64) int64 { return reported }
