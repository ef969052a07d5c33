package host

import (
	"io/fs"
	"os"
)

// usableCores returns the cores to measure on: the first of those that this process
// may run on, as many as its CPU quota allows. The kernel would throttle a process over
// its quota during a measurement. Processes with the same quota get the same cores, and
// so share their locks.
func usableCores() []int {
	cores := allowedCores()
	if quota := quotaCores(os.DirFS("/")); quota > 0 && quota < len(cores) {
		return cores[:quota]
	}
	return cores
}

// quotaCores returns the number of whole cores, at least one, that the quota allows; 0
// means no limit.
func quotaCores(files fs.FS) int {
	quota, _ := readQuota(files)
	if quota.Cores == 0 {
		return 0
	}
	return max(1, int(quota.Cores))
}
