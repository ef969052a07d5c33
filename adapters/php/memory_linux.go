package php

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// maxLeft bounds how many things that are left are told one by one.
const maxLeft = 10

// leftMemory looks at what outlives processes and is this user's, and returns a
// function that lists what has come since: files in /dev/shm and, unless the
// process had a name space of its own for them, what System V knows.
func leftMemory() func(containment) []string {
	before := map[string]string{}
	addSharedFiles(before)
	addSystemV(before)
	return func(c containment) []string {
		now := map[string]string{}
		addSharedFiles(now)
		if !c.ipc {
			addSystemV(now)
		}
		var left []string
		for name, size := range now {
			if _, old := before[name]; !old {
				left = append(left, name+" of "+size)
			}
		}
		slices.Sort(left)
		if more := len(left) - maxLeft; more > 0 {
			left = append(left[:maxLeft], fmt.Sprintf("and %d more", more))
		}
		return left
	}
}

// addSharedFiles adds the sizes of this user's files in /dev/shm.
func addSharedFiles(sizes map[string]string) {
	entries, _ := os.ReadDir("/dev/shm")
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil {
			continue // gone meanwhile
		}
		if stat, ok := info.Sys().(*syscall.Stat_t); ok && int(stat.Uid) == os.Geteuid() {
			sizes["/dev/shm/"+entry.Name()] = fmt.Sprint(info.Size(), " bytes")
		}
	}
}

// systemV are the files of /proc/sysvipc, and their columns of number, size and
// user.
var systemV = []struct {
	file, what, unit string
	id, size, user   int
}{
	{"shm", "shared memory", "bytes", 1, 3, 7},
	{"sem", "semaphore set", "semaphores", 1, 3, 4},
	{"msg", "message queue", "bytes", 1, 3, 7},
}

// addSystemV adds the sizes of what this user has made of System V's.
func addSystemV(sizes map[string]string) {
	user := strconv.Itoa(os.Geteuid())
	for _, kind := range systemV {
		table, _ := os.ReadFile("/proc/sysvipc/" + kind.file)
		for line := range strings.Lines(string(table)) {
			if f := strings.Fields(line); len(f) > kind.user && f[kind.user] == user {
				sizes[kind.what+" "+f[kind.id]] = f[kind.size] + " " + kind.unit
			}
		}
	}
}
