package main

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// The message at the first signal must fit what the command does.
func TestStoppingSaysWhatIsSo(t *testing.T) {
	check := func(executes bool, want string) {
		t.Helper()
		signals, out := make(chan os.Signal, 1), new(lockedBuffer)
		s := newStopper(signals, out)
		defer s.release()
		s.executes.Store(executes)
		signals <- os.Interrupt
		<-s.drain.Done()
		require.Equal(t, "benchbus: "+want+"\n", out.String())
	}
	check(true, "stopping: running iterations are finished first; once more to cut them short")
	check(false, "stopping; once more to end at once")
}

func TestEventsAreCleaned(t *testing.T) {
	var out bytes.Buffer
	a := &app{stdout: cleaned{&out}}
	require.NoError(t, a.printEvent(domain.WorkerHeartbeat{Worker: hostile}, false))
	require.Contains(t, out.String(), visible)
	out.Reset()
	require.NoError(t, a.printEvent(domain.WorkerHeartbeat{Worker: hostile}, true))
	require.Contains(t, out.String(), visible[:len(`\u001b[2J`)])
	require.NotContains(t, out.String(), "\u202e")
}
