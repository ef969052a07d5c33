package host

import (
	"bytes"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// openFolder makes a folder that other users can access.
func openFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "benchbus-test-")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o777))
	return dir
}

// copied copies a program to a folder that other users can access.
func copied(t *testing.T, program string) string {
	t.Helper()
	from, err := os.Open(program)
	require.NoError(t, err)
	defer from.Close()
	path := filepath.Join(openFolder(t), "program")
	to, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o755)
	require.NoError(t, err)
	_, err = io.Copy(to, from)
	require.NoError(t, err)
	require.NoError(t, to.Close())
	return path
}

func TestAStoppedProcessIsPassed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	holder := command(t, "hold", dir)
	held := holds(t, holder)
	pid := holder.Process.Pid
	var log bytes.Buffer
	open := func() *Slots {
		s, err := NewSlots(SlotsConfig{Dir: dir, Cores: []int{held}, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		require.NoError(t, err)
		s.patience = 0
		return s
	}
	mine, others := open(), open()
	if mine.free[0].lock.holder() != pid {
		t.Skip("/proc/locks does not show the locks of this file system")
	}
	takes := func(s *Slots) *core {
		t.Helper()
		c, _, err := s.take(true)
		require.NoError(t, err)
		return c
	}
	require.Nil(t, takes(mine), "it measures")

	signal := func(sig unix.Signal, option int) {
		t.Helper()
		require.NoError(t, unix.Kill(pid, sig))
		_, err := unix.Wait4(pid, nil, option, nil)
		require.NoError(t, err)
	}
	signal(unix.SIGSTOP, unix.WUNTRACED)
	got, release, err := mine.Acquire(t.Context())
	require.NoError(t, err)
	require.Equal(t, held, got)
	require.Nil(t, takes(others), "one at a time passes")
	release()
	c := takes(others)
	require.NotNil(t, c, "the next one passes too")
	require.Equal(t, 2, strings.Count(log.String(), "core="+strconv.Itoa(held)+" process="+strconv.Itoa(pid)), "each says it once: %s", &log)

	signal(unix.SIGCONT, unix.WCONTINUED)
	require.Nil(t, takes(mine), "it goes on")
	require.NoError(t, holder.Process.Kill())
	_ = holder.Wait()
	require.Nil(t, takes(mine), "who has passed still measures, though the first lock is free")
	others.give(c)
	require.NotNil(t, takes(mine))
	require.Nil(t, takes(others))
}
