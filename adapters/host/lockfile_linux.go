package host

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// allowedCores are the cores that this process may run on.
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

// lockFile is a file to lock, kept open. It is used by one goroutine at a time.
type lockFile struct {
	path string
	file *os.File
}

// openLockFile opens a lock file and makes it, and its folder, where needed.
func openLockFile(path string) (*lockFile, error) {
	if err := makeSharedDir(filepath.Dir(path)); err != nil {
		return nil, err
	}
	// Never through a link that a stranger laid, and never waiting for the
	// other end of a pipe. An existing file is opened without O_CREAT, which
	// kernels refuse for a stranger's file in a folder that all may write to.
	const flags = unix.O_RDWR | unix.O_NOFOLLOW | unix.O_CLOEXEC | unix.O_NONBLOCK
	fd, err := unix.Open(path, flags|unix.O_CREAT|unix.O_EXCL, 0o666)
	if err == nil {
		err = unix.Fchmod(fd, 0o666) // whatever the umask
	} else if errors.Is(err, unix.EEXIST) {
		fd, err = unix.Open(path, flags, 0)
	}
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	file := os.NewFile(uintptr(fd), path)
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		file.Close()
		return nil, fmt.Errorf("%s is not a plain file; remove it", path)
	}
	return &lockFile{path: path, file: file}, nil
}

// makeSharedDir makes a folder that every user may add files to, but in which
// nobody may touch another's.
func makeSharedDir(dir string) error {
	if err := os.Mkdir(dir, 0o777); err == nil {
		return os.Chmod(dir, 0o777|os.ModeSticky) // whatever the umask
	} else if !errors.Is(err, os.ErrExist) {
		return err
	}
	info, err := os.Lstat(dir)
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is not a folder; remove it", dir)
	}
	return err
}

// tryLock takes the lock for this process alone; false: another has it.
func (l *lockFile) tryLock() (bool, error) { return l.try(unix.LOCK_EX) }

// tryShare takes the lock beside others that share it; false: one has it alone.
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
		// Cleaners of temporary folders remove what is old. The lock of a
		// removed file keeps nobody out who opens the path anew.
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

// unlock gives the lock back, also from the copies of the file that a process
// has which was forked and has not reached its exec yet.
func (l *lockFile) unlock() { _ = l.flock(unix.LOCK_UN) } // fails for no open file

func (l *lockFile) flock(how int) error {
	for {
		if err := unix.Flock(int(l.file.Fd()), how); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}
