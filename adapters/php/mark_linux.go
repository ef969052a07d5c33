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

// sweepTime bounds the hunt for processes that start others faster than they
// are killed.
const sweepTime = 5 * time.Second

// mark is a number that a process carries, and with it everything that it
// starts: a limit on something that matters to none of them, but which Linux
// passes on over fork and exec. Unlike the process group, the environment and
// the working directory, nothing changes it in passing; and who lowers it gets
// it up again as root alone.
type mark struct {
	leader, resource int
	value            uint64 // 0: the process could not be marked
}

// markResources are the limits that can be a mark: on file locks, which Linux
// has not enforced since 2.4, and on the CPU time of real-time processes. One
// that is limited already is of no use: there are not enough numbers below.
var markResources = []int{unix.RLIMIT_LOCKS, unix.RLIMIT_RTTIME}

// live holds the marks that are in use, by the process that was started.
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

// set marks a process, or one that has ended meanwhile.
func (m mark) set(pid int) error {
	return ignoreGone(unix.Prlimit(pid, m.resource, &unix.Rlimit{Cur: m.value, Max: m.value}, nil))
}

// forget ends the use of a mark, once the process that carried it is reaped.
func (m mark) forget() {
	live.Lock()
	defer live.Unlock()
	delete(live.marks, m.leader)
}

// sweep kills every process that carries the mark, until there is none, and
// returns how many there were. Without a mark there are none.
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

// AdoptOrphans has this program adopt the processes that its children, and
// theirs, leave behind, so that those are found which have changed everything
// that tells where they come from. A process that ends in the meantime is a
// zombie until the next sample ends. It is for programs that have no children
// but those of executors; elsewhere than on Linux it does nothing.
func AdoptOrphans() { _ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }

// covers tells whether a process carries the mark. So does an adopted one with a
// lower limit than this program gives to any: it has changed its mark.
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

// processState returns the state of a process, such as "R", and its parent; both
// are empty where it is gone.
func processState(pid int) (state string, parent int) {
	stat, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	fields := strings.Fields(string(stat[strings.LastIndex(string(stat), ")")+1:])) // a process chooses its name
	if len(fields) < 2 {
		return "", 0
	}
	parent, _ = strconv.Atoi(fields[1])
	return fields[0], parent
}

// ended tells whether a process in that state is gone, or only waits to be reaped.
func ended(state string) bool { return slices.Contains([]string{"", "Z", "X"}, state) }

// dead tells whether the process has ended.
func dead(pid int) bool {
	state, _ := processState(pid)
	return ended(state)
}
