package host

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// allowedCores returns the cores that this process may run on.
func allowedCores() []int {
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		return nil
	}
	var cores []int
	for core := range len(set) * 64 {
		if set.IsSet(core) {
			cores = append(cores, core)
		}
	}
	return cores
}

// lockFile is an open file to lock. Only one goroutine at a time may use it.
type lockFile struct {
	path string
	file *os.File
}

// openLockFile opens a lock file. It makes the file and its folder if they are missing.
func openLockFile(path string) (*lockFile, error) {
	dir, err := openSharedDir(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	// These flags neither follow a link that another user made nor wait for the other
	// end of a pipe. O_CREAT is left out for existing files, since kernels refuse it
	// for another user's file in a folder that all may write to.
	const flags = unix.O_RDWR | unix.O_NOFOLLOW | unix.O_CLOEXEC | unix.O_NONBLOCK
	at, name := int(dir.Fd()), filepath.Base(path)
	fd, err := unix.Openat(at, name, flags|unix.O_CREAT|unix.O_EXCL, 0o666)
	if err == nil {
		err = unix.Fchmod(fd, 0o666) // the umask may have removed bits
	} else if errors.Is(err, unix.EEXIST) {
		fd, err = unix.Openat(at, name, flags, 0)
	}
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	file := os.NewFile(uintptr(fd), path)
	var stat unix.Stat_t
	if err := unix.Fstat(fd, &stat); err != nil || stat.Mode&unix.S_IFMT != unix.S_IFREG || stat.Nlink > 1 {
		file.Close()
		return nil, fmt.Errorf("%s is not a plain file, or has a second name; remove it", path)
	}
	return &lockFile{path: path, file: file}, nil
}

// openSharedDir opens a folder to which every user may add files, but whose files only
// their owners may remove. It makes the folder if it is missing. It does not follow
// links, by which another user could make root create files elsewhere.
func openSharedDir(dir string) (*os.File, error) {
	made := os.Mkdir(dir, 0o777)
	if made != nil && !errors.Is(made, os.ErrExist) {
		return nil, made
	}
	folder, err := os.OpenFile(dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	switch {
	case errors.Is(err, unix.ENOTDIR) || errors.Is(err, unix.ELOOP):
		return nil, fmt.Errorf("%s is not a folder; remove it", dir)
	case err == nil && made == nil:
		err = folder.Chmod(0o777 | os.ModeSticky) // the umask may have removed bits
	}
	return folder, err
}

// sharedPlace returns the first of the usual places in which all users may create
// folders. It does not depend on the user or the environment, so that all users of the
// host find the same folder.
func sharedPlace() string {
	for _, place := range []string{"/run/lock", "/tmp"} {
		if info, err := os.Stat(place); err == nil && info.Mode() == os.ModeDir|os.ModeSticky|0o777 {
			return place
		}
	}
	return os.TempDir()
}

// tryLock takes the lock exclusively. It returns false if another process has it.
func (l *lockFile) tryLock() (bool, error) {
	locked, err := l.try(unix.LOCK_EX)
	if locked && l.isPassed() {
		l.unlock()
		return false, nil
	}
	return locked, err
}

// tryShare takes the lock shared. It returns false if another process has it
// exclusively.
func (l *lockFile) tryShare() (bool, error) { return l.try(unix.LOCK_SH) }

func (l *lockFile) try(how int) (bool, error) {
	for {
		err := l.flock(how | unix.LOCK_NB)
		if errors.Is(err, unix.EWOULDBLOCK) {
			return false, nil
		}
		if err != nil {
			return false, &os.PathError{Op: "lock", Path: l.path, Err: err}
		}
		// Cleaners of temporary folders remove old files. A lock on a removed file
		// does not exclude a process that opens the path again.
		var stat unix.Stat_t
		if err := unix.Fstat(int(l.file.Fd()), &stat); err == nil && stat.Nlink > 0 {
			return true, nil
		}
		fresh, err := openLockFile(l.path)
		if err != nil {
			return false, err
		}
		l.file.Close()
		l.file = fresh.file
	}
}

// unlock releases the lock, even if a forked process that has not reached its exec yet
// has a copy of the open file.
func (l *lockFile) unlock() {
	_ = l.flock(unix.LOCK_UN) // cannot fail for an open file
	l.unpass()
}

func (l *lockFile) flock(how int) error {
	for {
		if err := unix.Flock(int(l.file.Fd()), how); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}
