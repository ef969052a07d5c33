package php

import (
	"os"
	"syscall"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	// This simulates a descriptor that this program inherited; see
	// TestEnvironmentIsClean.
	if _, err := syscall.Open(os.Args[0], syscall.O_RDONLY, 0); err != nil {
		panic(err)
	}
	AdoptOrphans()
	goleak.VerifyTestMain(m)
}
