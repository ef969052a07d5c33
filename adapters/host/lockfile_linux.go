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
	dir, err := openSharedDir(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	// Never through a link that a stranger laid, and never waiting for the
	// other end of a pipe. An existing file is opened without O_CREAT, which
	// kernels refuse for a stranger's file in a folder that all may write to.
	const flags = unix.O_RDWR | unix.O_NOFOLLOW | unix.O_CLOEXEC | unix.O_NONBLOCK
	at, name := int(dir.Fd()), filepath.Base(path)
	fd, err := unix.Openat(at, name, flags|unix.O_CREAT|unix.O_EXCL, 0o666)
	if err == nil {
		err = unix.Fchmod(fd, 0o666) // whatever the umask
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

// openSharedDir opens a folder that every user may add files to, but in which
// nobody may touch another's, and makes it where needed. It does not follow a
// link, which would have root make files where somebody else wants them.
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
		err = folder.Chmod(0o777 | os.ModeSticky) // whatever the umask
	}
	return folder, err
}

// sharedPlace is where all users of the host find the same folder: of the usual
// places the first that is open to all. Neither who asks nor their environment
// makes a difference.
func sharedPlace() string {
	for _, place := range []string{"/run/lock", "/tmp"} {
		if info, err := os.Stat(place); err == nil && info.Mode() == os.ModeDir|os.ModeSticky|0o777 {
			return place
		}
	}
	return os.TempDir()
}

// tryLock takes the lock for this process alone; false: another has it.
func (l *lockFile) tryLock() (bool, error) {
	locked, err := l.try(unix.LOCK_EX)
	if locked && l.isPassed() {
		l.unlock()
		return false, nil
	}
	return locked, err
}

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
func (l *lockFile) unlock() {
	_ = l.flock(unix.LOCK_UN) // fails for no open file
	l.unpass()
}

func (l *lockFile) flock(how int) error {
	for {
		if err := unix.Flock(int(l.file.Fd()), how); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}
