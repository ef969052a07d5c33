package php

import (
	"log/slog"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// sweepTime limits the sweep, since processes may start others faster than they are
// killed.
const sweepTime = 5 * time.Second

// mark is a number that a process and all its descendants carry. It is a resource limit
// that does not affect them, but that Linux passes on over fork and exec. Unlike the
// process group, the environment and the working directory, ordinary programs do not
// change it, and only root can raise it after it was lowered.
type mark struct {
	leader, resource int
	value            uint64 // 0: the process could not be marked
}

// markResources are the limits that can be a mark: the one on file locks, which Linux
// has not enforced since 2.4, and the one on the CPU time of real-time processes. A
// resource that is already limited cannot be used, since too few numbers are left.
var markResources = []int{unix.RLIMIT_LOCKS, unix.RLIMIT_RTTIME}

// live holds the marks in use, by the id of the process that was started.
var live = struct {
	sync.Mutex
	marks map[int]mark
}{marks: map[int]mark{}}

// markProcess marks a process that has just been started.
func markProcess(leader int, logger *slog.Logger) mark {
	m := mark{leader: leader, value: 1<<40 + rand.Uint64N(1<<62)}
	for _, m.resource = range markResources {
		if unlimited(m.resource) && m.set(leader) == nil {
			live.Lock()
			defer live.Unlock()
			live.marks[leader] = m
			return m
		}
	}
	warnUnmarked.Do(func() {
		logger.Warn("what the code starts and leaves behind may not all be found: file locks and real-time CPU time are both limited (ulimit -x, ulimit -R)")
	})
	return mark{leader: leader}
}

var warnUnmarked sync.Once

func unlimited(resource int) bool {
	var own unix.Rlimit
	return unix.Prlimit(0, resource, nil, &own) == nil && own.Max == unix.RLIM_INFINITY
}

// set marks a process. It ignores one that has ended meanwhile.
func (m mark) set(pid int) error {
	return ignoreGone(unix.Prlimit(pid, m.resource, &unix.Rlimit{Cur: m.value, Max: m.value}, nil))
}

// forget ends the use of a mark. It is called after the process is reaped.
func (m mark) forget() {
	live.Lock()
	defer live.Unlock()
	delete(live.marks, m.leader)
}

// sweep kills the processes that carry the mark until there are none left, and returns
// how many there were. Without a mark it does nothing.
func sweep(m mark) int {
	if m.value == 0 {
		return 0
	}
	killed := map[int]bool{}
	for deadline := time.Now().Add(sweepTime); time.Now().Before(deadline); {
		alive := false
		for _, pid := range processes() {
			if pid == m.leader || !m.covers(pid) {
				continue
			}
			state, parent := processState(pid)
			switch {
			case !ended(state):
				_ = unix.Kill(pid, unix.SIGKILL)
				alive, killed[pid] = true, true
			case parent == os.Getpid():
				_, _ = unix.Wait4(pid, nil, unix.WNOHANG, nil) // adopted; nobody else takes its status
			}
		}
		if !alive {
			break
		}
	}
	return len(killed)
}

// AdoptOrphans makes this program adopt the processes that its descendants leave behind,
// so that executors find even those that have changed their mark. An adopted process
// that ends is a zombie until the next sample ends. Call it only in programs that have
// no children but those of executors. On systems other than Linux it does nothing.
func AdoptOrphans() { _ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }

// covers reports whether a process carries the mark. An adopted process with a lower
// limit than this program sets has changed its mark, and counts as well.
func (m mark) covers(pid int) bool {
	var limit unix.Rlimit
	if unix.Prlimit(pid, m.resource, nil, &limit) != nil {
		return false
	}
	if limit.Max == m.value || limit.Cur == m.value {
		return true
	}
	if limit.Max == unix.RLIM_INFINITY {
		return false
	}
	live.Lock()
	defer live.Unlock()
	for leader, other := range live.marks {
		if pid == leader || limit.Max == other.value || limit.Cur == other.value {
			return false
		}
	}
	_, parent := processState(pid)
	return parent == os.Getpid()
}

// processes lists the ids of all processes. It takes some hundred microseconds.
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

// processState returns the state of a process, such as "R", and its parent. Both are
// empty if the process is gone.
func processState(pid int) (state string, parent int) {
	stat, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	fields := strings.Fields(string(stat[strings.LastIndex(string(stat), ")")+1:])) // a process chooses its name
	if len(fields) < 2 {
		return "", 0
	}
	parent, _ = strconv.Atoi(fields[1])
	return fields[0], parent
}

// ended reports whether a process in that state is gone or waits to be reaped.
func ended(state string) bool { return slices.Contains([]string{"", "Z", "X"}, state) }

// dead reports whether the process has ended.
func dead(pid int) bool {
	state, _ := processState(pid)
	return ended(state)
}
