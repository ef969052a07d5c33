package php

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// maxLeft bounds how many things that are left are told one by one.
const maxLeft = 10

// lookAround looks at what outlives processes and is this user's, and returns a
// function that lists what has come since: System V's objects, unless the process
// had a name space of its own for them; files in /dev/shm; and, if the process wrote
// to any files, those in the folders for temporary files.
func (c Config) lookAround() func(containment, bool) []string {
	objects, files := systemV(), c.temporary()
	return func(contained containment, wrote bool) []string {
		var left []string
		if !contained.ipc {
			left = append(left, since(objects, systemV())...)
		}
		for path := range c.temporary() {
			if _, old := files[path]; !old && (wrote || filepath.Dir(path) == sharedMemory) && ours(path) {
				left = append(left, path+" of "+size(path))
			}
		}
		slices.Sort(left)
		if more := len(left) - maxLeft; more > 0 {
			left = append(left[:maxLeft], fmt.Sprintf("and %d more", more))
		}
		return left
	}
}

// since lists what has come, and its size.
func since(before, now map[string]string) (come []string) {
	for name, size := range now {
		if _, old := before[name]; !old {
			come = append(come, name+" of "+size)
		}
	}
	return come
}

const sharedMemory = "/dev/shm"

// temporary are the paths of what is in the folders for temporary files, but for
// working folders, which are removed.
func (c Config) temporary() map[string]struct{} {
	paths := map[string]struct{}{}
	for _, dir := range []string{sharedMemory, "/tmp", "/var/tmp", absolute(c.TempDir)} {
		folder, err := os.Open(dir)
		if err != nil {
			continue
		}
		names, _ := folder.Readdirnames(-1)
		_ = folder.Close()
		for _, name := range names {
			if !strings.HasPrefix(name, workdirPrefix) {
				paths[filepath.Join(dir, name)] = struct{}{}
			}
		}
	}
	return paths
}

// ours tells whether something is there and this user's.
func ours(path string) bool {
	info, err := os.Lstat(path)
	if err != nil {
		return false // gone meanwhile
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}

// maxCounted bounds how many files of a folder are counted.
const maxCounted = 10_000

// size says how much there is, of a folder with all that is in it.
func size(path string) string {
	var files, total int64
	folder := false
	_ = filepath.WalkDir(path, func(_ string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // gone meanwhile, or closed to us
		case files == maxCounted:
			return fs.SkipAll
		case entry.IsDir():
			folder = true
			return nil
		}
		if info, err := entry.Info(); err == nil {
			files++
			total += info.Size()
		}
		return nil
	})
	switch {
	case !folder:
		return fmt.Sprintf("%d bytes", total)
	case files == maxCounted:
		return fmt.Sprintf("more than %d files", files)
	}
	return fmt.Sprintf("%d files with %d bytes", files, total)
}

// wroteFiles tells whether a process that has ended, but was not reaped, or one that
// it has waited for, has written more than what came through its pipes; true where
// that cannot be known.
func wroteFiles(pid int, piped int64) bool {
	counters, err := os.ReadFile(fmt.Sprintf("/proc/%d/io", pid))
	_, after, found := bytes.Cut(counters, []byte("wchar: "))
	number, _, _ := bytes.Cut(after, []byte("\n"))
	written, wrong := strconv.ParseInt(string(number), 10, 64)
	return err != nil || !found || wrong != nil || written > piped
}

// systemVKinds are the files of /proc/sysvipc, and their columns of number, size and
// user.
var systemVKinds = []struct {
	file, what, unit string
	id, size, user   int
}{
	{"shm", "shared memory", "bytes", 1, 3, 7},
	{"sem", "semaphore set", "semaphores", 1, 3, 4},
	{"msg", "message queue", "bytes", 1, 3, 7},
}

// systemV are the sizes of what this user has made of System V's.
func systemV() map[string]string {
	sizes := map[string]string{}
	user := strconv.Itoa(os.Geteuid())
	for _, kind := range systemVKinds {
		table, _ := os.ReadFile("/proc/sysvipc/" + kind.file)
		for line := range strings.Lines(string(table)) {
			if f := strings.Fields(line); len(f) > kind.user && f[kind.user] == user {
				sizes[kind.what+" "+f[kind.id]] = f[kind.size] + " " + kind.unit
			}
		}
	}
	return sizes
}
