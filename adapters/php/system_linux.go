package php

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// newSession puts the process into a group of its own, and has the kernel kill
// it when this program dies.
func newSession() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// startOn starts the command on that core; -1 means any. A child inherits the
// cores of the thread that forks it.
func startOn(cmd *exec.Cmd, cpu int) error {
	if cpu < 0 {
		return cmd.Start()
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var before, only unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		return err
	}
	only.Set(cpu)
	if err := unix.SchedSetaffinity(0, &only); err != nil {
		return err
	}
	defer unix.SchedSetaffinity(0, &before)
	return cmd.Start()
}

// limit sets the process's limits, before any code of the benchmark runs.
func limit(pid int, memory, fileSize int64) error {
	// Address space is more than memory: shared libraries, the stack, what
	// the allocator reserves.
	space := uint64(memory) + 512<<20
	for resource, most := range map[int]uint64{
		unix.RLIMIT_AS: space, unix.RLIMIT_FSIZE: uint64(fileSize), unix.RLIMIT_CORE: 0,
	} {
		if err := unix.Prlimit(pid, resource, &unix.Rlimit{Cur: most, Max: most}, nil); err != nil && !errors.Is(err, unix.ESRCH) {
			return err
		}
	}
	return nil
}

func killGroup(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) }

// reap waits for the end of the process. ended is called while it is not reaped
// yet, so that its group's id is still its own.
func reap(cmd *exec.Cmd, ended func()) error {
	for unix.Waitid(unix.P_PID, cmd.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil) == unix.EINTR {
	}
	ended()
	return cmd.Wait()
}

// sweep kills what has left its process group: every process that carries the
// marker in its environment or works below dir. Processes older than this one
// are passed over, unless the ids began anew since: youngest is the last id
// that was given out.
func sweep(youngest int, marker, dir string) {
	for range 10 { // a process may start another one meanwhile
		if !sweepOnce(youngest, marker, dir) {
			return
		}
	}
}

func sweepOnce(youngest int, marker, dir string) (found bool) {
	proc, err := os.Open("/proc")
	if err != nil {
		return false
	}
	defer proc.Close()
	names, _ := proc.Readdirnames(-1)
	self := os.Getpid()
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil || pid <= self && youngest > self {
			continue
		}
		environ, _ := os.ReadFile(filepath.Join("/proc", name, "environ"))
		cwd, _ := os.Readlink(filepath.Join("/proc", name, "cwd"))
		if strings.Contains(string(environ), markerName+"="+marker) || strings.HasPrefix(cwd, dir+"/") {
			_ = syscall.Kill(pid, syscall.SIGKILL)
			found = true
		}
	}
	return found
}
