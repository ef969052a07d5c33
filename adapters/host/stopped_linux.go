package host

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// A stopped process keeps its locks. A process that passes it takes a second lock, on
// the first byte of the same file. A process that gets the first lock checks whether
// another has the second. Both check after they have locked, so that of two processes
// that come at once one sees the other. Only a process that continues during its
// measurement finishes that measurement beside the other's.

// tryPass takes the second lock if a stopped process holds the first, and returns the id
// of that process. It returns 0 if it did not take the lock.
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

// unpass releases the second lock.
func (l *lockFile) unpass() { _ = l.fcntl(unix.F_OFD_SETLK, unix.F_UNLCK) }

// isPassed reports whether another process has the second lock.
func (l *lockFile) isPassed() bool {
	first := unix.Flock_t{Type: unix.F_WRLCK, Len: 1}
	err := unix.FcntlFlock(l.file.Fd(), unix.F_OFD_GETLK, &first)
	return err == nil && first.Type != unix.F_UNLCK
}

func (l *lockFile) fcntl(command int, how int16) error {
	return unix.FcntlFlock(l.file.Fd(), command, &unix.Flock_t{Type: how, Len: 1})
}

// holder returns the id of the process that holds the first lock according to the
// kernel. It returns 0 if there is none, or if it is not visible to this process.
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

// stopped reports whether a signal has stopped the process.
func stopped(pid int) bool {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	behind := bytes.LastIndex(stat, []byte(") ")) // a process chooses its name
	return behind >= 0 && bytes.HasPrefix(stat[behind:], []byte(") T"))
}
