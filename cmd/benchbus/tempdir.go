package main

import (
	"fmt"
	"os"
)

// checkTempDir checks that processes can get folders to work in. Otherwise each of them
// would fail for the lack of one.
func checkTempDir() error {
	dir, err := os.MkdirTemp("", "benchbus-check-")
	if err != nil {
		return unavailable(fmt.Errorf("the folder for temporary files, %s, cannot be written; name another one in the environment as TMPDIR: %w", os.TempDir(), err))
	}
	return os.Remove(dir)
}
