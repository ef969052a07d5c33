//go:build !linux

package host

import (
	"os"
	"runtime"
)

// On systems other than Linux, processes cannot be pinned. Slots then counts cores
// within this process, and locks no files.

func allowedCores() []int {
	cores := make([]int, runtime.NumCPU())
	for i := range cores {
		cores[i] = i
	}
	return cores
}

func sharedPlace() string { return os.TempDir() }

type lockFile struct{}

func openLockFile(string) (*lockFile, error) { return &lockFile{}, nil }
func (*lockFile) tryLock() (bool, error)     { return true, nil }
func (*lockFile) tryShare() (bool, error)    { return true, nil }
func (*lockFile) unlock()                    {}
func (*lockFile) tryPass() int               { return 0 }
