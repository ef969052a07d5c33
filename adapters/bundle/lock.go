package bundle

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"
)

// Bounds of the wait between two attempts to get a lock that another process has.
const (
	pollLeast = time.Millisecond
	pollMost  = 50 * time.Millisecond
)

// lock is an open lock file. The kernel releases the lock when its process dies. Only one
// goroutine at a time may use it; another lock of the same file excludes it also within
// the process.
type lock struct {
	path string
	file *os.File
}

// openLock opens a lock file, and makes it if it is missing.
func openLock(path string) (*lock, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	return &lock{path: path, file: file}, nil
}

// wait gets the lock in that way, LOCK_SH or LOCK_EX. It gives up the way in which it has
// it already, so that others may come between.
func (l *lock) wait(ctx context.Context, how int) error {
	for pause := pollLeast; ; pause = min(2*pause, pollMost) {
		got, err := l.try(how)
		if got || err != nil {
			return err
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return context.Cause(ctx)
		}
	}
}

// try gets the lock if nobody keeps it from that.
func (l *lock) try(how int) (bool, error) {
	for {
		err := l.flock(how | syscall.LOCK_NB)
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return false, nil
		}
		if err != nil {
			return false, &os.PathError{Op: "lock", Path: l.path, Err: err}
		}
		// Whoever evicts a tree removes its lock file. A lock on a removed file excludes
		// nobody who opens the path again.
		opened, err := l.file.Stat()
		if err != nil {
			return false, err
		}
		if named, err := os.Lstat(l.path); err == nil && os.SameFile(opened, named) {
			return true, nil
		}
		fresh, err := openLock(l.path)
		if err != nil {
			return false, err
		}
		l.close()
		l.file = fresh.file
	}
}

// used records that the tree is in use now.
func (l *lock) used() {
	now := time.Now()
	_ = os.Chtimes(l.path, now, now) // at worst the tree is evicted sooner
}

// close releases the lock, even if a forked process that has not reached its exec yet has
// a copy of the open file.
func (l *lock) close() {
	_ = l.flock(syscall.LOCK_UN) // cannot fail for an open file
	l.file.Close()
}

func (l *lock) flock(how int) error {
	for {
		if err := syscall.Flock(int(l.file.Fd()), how); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
