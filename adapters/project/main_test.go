package project

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	// The settings of whoever runs the tests must not count.
	for _, name := range []string{"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"} {
		if err := os.Setenv(name, os.DevNull); err != nil {
			panic(err)
		}
	}
	if os.Getenv(childRole) != "" { // this process was started by one of the tests
		child()
		return
	}
	goleak.VerifyTestMain(m)
}
