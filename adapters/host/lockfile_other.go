//go:build !linux

package host

import (
	"os"
	"runtime"
)

// Other than on Linux, cores cannot be pinned to: they are counted within this
// process, and nothing is locked.

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
