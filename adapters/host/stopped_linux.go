package host

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// A process that is stopped keeps its locks. Who passes it takes a second lock,
// on the first byte of the same file; who finds the first lock free looks whether
// somebody has the second. Both look after they have locked, so that one of two
// who come at once sees the other. Only a process that goes on in the midst of
// its measurement ends that one beside the other's.

// tryPass takes the second lock where a stopped process holds the first, and
// returns the number of that process; 0: it has not been taken.
func (l *lockFile) tryPass() int {
	pid := l.holder()
	if pid == 0 || !stopped(pid) || l.fcntl(unix.F_OFD_SETLK, unix.F_WRLCK) != nil {
		return 0
	}
	if l.holder() != pid || !stopped(pid) {
		l.unpass()
		return 0
	}
	return pid
}

// unpass gives the second lock back.
func (l *lockFile) unpass() { _ = l.fcntl(unix.F_OFD_SETLK, unix.F_UNLCK) }

// isPassed tells whether another has the second lock.
func (l *lockFile) isPassed() bool {
	first := unix.Flock_t{Type: unix.F_WRLCK, Len: 1}
	err := unix.FcntlFlock(l.file.Fd(), unix.F_OFD_GETLK, &first)
	return err == nil && first.Type != unix.F_UNLCK
}

func (l *lockFile) fcntl(command int, how int16) error {
	return unix.FcntlFlock(l.file.Fd(), command, &unix.Flock_t{Type: how, Len: 1})
}

// holder is the process that holds the first lock, by the kernel's account; 0:
// there is none, or it cannot be seen from here.
func (l *lockFile) holder() int {
	var stat unix.Stat_t
	locks, err := os.ReadFile("/proc/locks")
	if err != nil || unix.Fstat(int(l.file.Fd()), &stat) != nil {
		return 0
	}
	file := fmt.Sprintf("%02x:%02x:%d", unix.Major(stat.Dev), unix.Minor(stat.Dev), stat.Ino)
	for line := range strings.Lines(string(locks)) { // 1: FLOCK ADVISORY WRITE PID MAJOR:MINOR:INODE 0 EOF
		fields := strings.Fields(line)
		if len(fields) > 5 && fields[1] == "FLOCK" && fields[5] == file {
			pid, _ := strconv.Atoi(fields[4])
			return pid
		}
	}
	return 0
}

// stopped tells whether a signal has stopped the process.
func stopped(pid int) bool {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	behind := bytes.LastIndex(stat, []byte(") ")) // a process chooses its name
	return behind >= 0 && bytes.HasPrefix(stat[behind:], []byte(") T"))
}
