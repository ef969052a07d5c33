package php

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// childVariable makes this test a program that executes endless code.
const childVariable = "PHP_TEST_ENDLESS"

// TestParentIsKilled kills the program that started PHP, which has no chance to
// clean up: the kernel kills PHP.
func TestParentIsKilled(t *testing.T) {
	b := newBench(t, Config{})
	if pids := os.Getenv(childVariable); pids != "" {
		it := b.iteration(`file_put_contents('` + pids + `', getmypid() . "\n"); while (true) { $x = 1; }`)
		_, _ = b.Execute(context.Background(), it)
		return
	}
	pids := filepath.Join(t.TempDir(), "pids")
	require.NoError(t, exec.Command("mkfifo", pids).Run())
	cmd := exec.Command(os.Args[0], "-test.run=^TestParentIsKilled$")
	cmd.Env = append(os.Environ(), childVariable+"="+pids, "TMPDIR="+t.TempDir())
	require.NoError(t, cmd.Start())
	fifo, err := os.Open(pids) // waits for the writer
	require.NoError(t, err)
	line, err := bufio.NewReader(fifo).ReadString('\n')
	require.NoError(t, err)
	require.NoError(t, fifo.Close())
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	require.NoError(t, err)
	require.False(t, dead(pid))
	require.NoError(t, cmd.Process.Kill())
	require.Error(t, cmd.Wait())
	require.Eventually(t, func() bool { return dead(pid) }, 10*time.Second, time.Millisecond)
	if groups() != "" {
		removeStaleGroups(groups()) // as the next executor does
	}
}
