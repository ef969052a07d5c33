package bundle

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if os.Getenv(childRole) != "" { // this process was started by one of the tests
		child()
		return
	}
	goleak.VerifyTestMain(m)
}
