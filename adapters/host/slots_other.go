//go:build !linux

package host

import (
	"os"
	"runtime"
)

// Without Linux the cores are kept apart within this process only.

func allowedCores() []int {
	cores := make([]int, runtime.NumCPU())
	for i := range cores {
		cores[i] = i
	}
	return cores
}

func makeSharedDir(dir string) error { return os.MkdirAll(dir, 0o777) }

func openLock(path string) (*os.File, error) { return os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666) }

func tryLock(*os.File) (bool, error) { return true, nil }
