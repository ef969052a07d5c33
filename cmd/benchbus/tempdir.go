package main

import (
	"fmt"
	"os"
)

// checkTempDir makes sure that processes can be given folders to work in, before
// each of them fails for the want of one.
func checkTempDir() error {
	dir, err := os.MkdirTemp("", "benchbus-check-")
	if err != nil {
		return unavailable(fmt.Errorf("the folder for temporary files, %s, cannot be written; name another one in the environment as TMPDIR: %w", os.TempDir(), err))
	}
	return os.Remove(dir)
}
