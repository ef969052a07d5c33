package php

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/benchbus/benchbus/domain"
	"golang.org/x/sys/unix"
)

// memoryMargin is what a process may use beside what PHP counts against its
// memory_limit: libraries, stacks, the tables of the engine.
const memoryMargin = 256 << 20

// sweepTime bounds the hunt for processes that start others faster than they
// are killed.
const sweepTime = 5 * time.Second

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
		if err := p.mark.set(pid); err != nil {
			return err
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

// mark is a number that a process carries, and with it everything that it
// starts: the soft limit on file locks, which Linux has not enforced since 2.4,
// but passes on over fork and exec. Unlike the process group, the environment
// and the working directory, nothing changes it in passing.
type mark uint64

func (m mark) set(pid int) error {
	var now unix.Rlimit
	if err := unix.Prlimit(pid, unix.RLIMIT_LOCKS, nil, &now); err != nil {
		return ignoreGone(err)
	}
	now.Cur = uint64(m)
	return ignoreGone(unix.Prlimit(pid, unix.RLIMIT_LOCKS, &now, nil))
}

func markProcess(pid int) (mark, error) {
	m := mark(1<<40 + rand.Uint64N(1<<62))
	if err := m.set(pid); err != nil {
		return 0, domain.Fail(domain.ClassSpawn, "the process cannot be marked by RLIMIT_LOCKS: %w", err)
	}
	return m, nil
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

// sweep kills every process that carries the mark, until there is none, and
// returns how many there were. Without a mark there are none.
func sweep(m mark) int {
	if m == 0 {
		return 0
	}
	killed := map[int]bool{}
	for deadline := time.Now().Add(sweepTime); time.Now().Before(deadline); {
		alive := false
		for _, pid := range processes() {
			var limit unix.Rlimit
			if unix.Prlimit(pid, unix.RLIMIT_LOCKS, nil, &limit) == nil && mark(limit.Cur) == m && !dead(pid) {
				_ = unix.Kill(pid, unix.SIGKILL)
				alive, killed[pid] = true, true
			}
		}
		if !alive {
			break
		}
	}
	return len(killed)
}

// processes lists the ids of all processes, which costs some hundred
// microseconds.
func processes() []int {
	proc, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer proc.Close()
	names, _ := proc.Readdirnames(-1)
	var pids []int
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// dead tells whether the process has ended and is only waiting to be reaped.
func dead(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return true
	}
	_, state, _ := strings.Cut(string(stat), ") ")
	return strings.HasPrefix(state, "Z") || strings.HasPrefix(state, "X")
}

// peakMemory is the largest resident size in bytes. The harness has read it;
// what the kernel reports when the process is reaped is of no use: it begins
// with the size of the program that started the process.
func peakMemory(_ *os.ProcessState, reported int64) int64 { return reported }
