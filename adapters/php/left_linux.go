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

// maxLeft limits how many leftovers are listed one by one.
const maxLeft = 10

// lookAround records this user's objects that can outlive a process, and returns a
// function that lists new ones. It lists System V objects, unless the process had its
// own name space for them; files in /dev/shm; and, if the process wrote to files, those
// in the folders for temporary files.
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

// since lists the new objects with their sizes.
func since(before, now map[string]string) (come []string) {
	for name, size := range now {
		if _, old := before[name]; !old {
			come = append(come, name+" of "+size)
		}
	}
	return come
}

const sharedMemory = "/dev/shm"

// ownPrefixes begin the names of what this program itself makes for a while, perhaps in
// another process, in the folders for temporary files.
var ownPrefixes = []string{workdirPrefix, "benchbus-tree-", "benchbus-phpbench-", "benchbus-bundle-", "benchbus-check-"}

// temporary returns the paths of the entries of the folders for temporary files, without
// working folders, which are removed anyway.
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
			if !slices.ContainsFunc(ownPrefixes, func(own string) bool { return strings.HasPrefix(name, own) }) {
				paths[filepath.Join(dir, name)] = struct{}{}
			}
		}
	}
	return paths
}

// ours reports whether the path exists and belongs to this user.
func ours(path string) bool {
	info, err := os.Lstat(path)
	if err != nil {
		return false // gone meanwhile
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}

// maxCounted limits how many files of a folder are counted.
const maxCounted = 10_000

// size describes the size of a file, or of a folder with its contents.
func size(path string) string {
	var files, total int64
	folder := false
	_ = filepath.WalkDir(path, func(_ string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // gone meanwhile, or not readable
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

// wroteFiles reports whether a process, or one that it waited for, has written more
// than came through its pipes. The process must have ended, but must not be reaped. It
// returns true if that is unknown.
func wroteFiles(pid int, piped int64) bool {
	counters, err := os.ReadFile(fmt.Sprintf("/proc/%d/io", pid))
	_, after, found := bytes.Cut(counters, []byte("wchar: "))
	number, _, _ := bytes.Cut(after, []byte("\n"))
	written, wrong := strconv.ParseInt(string(number), 10, 64)
	return err != nil || !found || wrong != nil || written > piped
}

// systemVKinds lists the files of /proc/sysvipc with their columns of number, size and
// user.
var systemVKinds = []struct {
	file, what, unit string
	id, size, user   int
}{
	{"shm", "shared memory", "bytes", 1, 3, 7},
	{"sem", "semaphore set", "semaphores", 1, 3, 4},
	{"msg", "message queue", "bytes", 1, 3, 7},
}

// systemV returns the sizes of this user's System V objects.
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
