//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package project

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"
)

// lockPause is the time between two tries to take a lock. The kernel offers no way to wait
// for one that a context can end.
const lockPause = 50 * time.Millisecond

// lockFile waits for the lock of a file, which it makes if it is missing. The kernel
// releases the lock when the process dies.
func lockFile(ctx context.Context, path string) (release func(), err error) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-timer.C:
		}
		release, err := tryLock(path, os.O_CREATE)
		if release != nil || err != nil {
			return release, err
		}
		timer.Reset(lockPause)
	}
}

// tryLock takes the lock of a file, or returns no function if another process has it.
func tryLock(path string, flags int) (release func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|syscall.O_NOFOLLOW|flags, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR) {
		return nil, f.Close()
	}
	if err != nil {
		return nil, errors.Join(&os.PathError{Op: "lock", Path: path, Err: err}, f.Close())
	}
	// The file may have been removed meanwhile. Its lock would exclude nobody then.
	locked, lockedErr := f.Stat()
	named, namedErr := os.Lstat(path)
	if lockedErr != nil || namedErr != nil || !os.SameFile(locked, named) {
		return nil, f.Close()
	}
	return func() { _ = f.Close() }, nil
}
