package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// process is the program in a process of its own, which executes a run.
type process struct {
	*exec.Cmd
	stdout strings.Builder
	stderr strings.Builder
	ended  chan error
}

// startRun starts a run of slow iterations, and returns when the first one has begun.
// If there are words before it, they are a command that starts it, such as env.
func (c *cli) startRun(iterations int, before ...string) *process {
	began := filepath.Join(c.TempDir(), "began")
	require.NoError(c, syscall.Mkfifo(began, 0o600))
	c.define("slow", fmt.Sprintf("revolutions: 1\nwarmup: 1\nsetup: \"file_put_contents('%s', 'x');\"\ncode: usleep(20000);", began))
	args := append(before, os.Args[0], "run", "--test=slow", "--catalog", c.catalog, "--php-version=php84",
		"--samples=1", fmt.Sprint("--iterations=", iterations), "--format=json")
	p := &process{Cmd: exec.Command(args[0], args[1:]...), ended: make(chan error, 1)}
	p.Env = append(os.Environ(), asProgram+"=1")
	p.Stdout, p.Stderr = &p.stdout, &p.stderr
	require.NoError(c, p.Start())
	go func() { p.ended <- p.Wait() }()
	// Open it for both directions, so that no process of the benchmark ever waits for a
	// reader.
	pipe, err := os.OpenFile(began, os.O_RDWR, 0)
	require.NoError(c, err)
	c.Cleanup(func() { pipe.Close() })
	read := make(chan error, 1)
	go func() {
		_, err := bufio.NewReader(pipe).ReadByte()
		read <- err
	}()
	select {
	case err := <-read:
		require.NoError(c, err)
	case err := <-p.ended:
		require.FailNow(c, "the run ended early", "%v\n%s", err, p.stderr.String())
	}
	return p
}

func (p *process) exitCode() int {
	<-p.ended
	return p.ProcessState.ExitCode()
}

// resumeLast resumes the last run and requires that all iterations end up done.
func (c *cli) resumeLast(iterations int) {
	code, stdout, stderr := c.run("resume", "last", "--format=json")
	require.Zero(c, code, stderr)
	var r reportJSON
	require.NoError(c, json.Unmarshal([]byte(stdout), &r))
	require.Equal(c, "completed", r.Run.State)
	require.Equal(c, iterations, r.Run.Done)
	require.Zero(c, r.Run.Outstanding)
	require.Len(c, r.Cells[0].Samples, iterations, "each iteration once")
}

func TestInterruptedOnce(t *testing.T) {
	const n = 200
	c := newCLI(t)
	p := c.startRun(n)
	require.NoError(t, p.Process.Signal(os.Interrupt))
	require.Equal(t, exitInterrupted, p.exitCode(), p.stderr.String())
	require.Contains(t, p.stderr.String(), "go on with: benchbus resume")
	require.Contains(t, p.stderr.String(), "is interrupted")
	requireNothingLeft(t, p)
	c.resumeLast(n)
}

func TestInterruptedTwice(t *testing.T) {
	c := newCLI(t)
	p := c.startRun(3)
	require.NoError(t, p.Process.Signal(os.Interrupt))
	require.NoError(t, p.Process.Signal(syscall.SIGTERM))
	require.Equal(t, exitInterrupted, p.exitCode(), p.stderr.String())
	requireNothingLeft(t, p)
}

// A signal that is ignored when the program starts, as under nohup, stays ignored.
func TestAnIgnoredSignalStaysIgnored(t *testing.T) {
	c := newCLI(t)
	p := c.startRun(30, "sh", "-c", `trap "" HUP INT; exec "$@"`, "sh")
	require.NoError(t, p.Process.Signal(syscall.SIGHUP))
	require.NoError(t, p.Process.Signal(os.Interrupt))
	require.Zero(t, p.exitCode(), p.stderr.String())
	require.Contains(t, p.stdout.String(), `"done":30`)
}

func TestKilledAndResumed(t *testing.T) {
	const n = 100
	c := newCLI(t)
	p := c.startRun(n)
	require.NoError(t, p.Process.Kill())
	<-p.ended
	code, stdout, _ := c.run("runs", "--format=json")
	require.Zero(t, code)
	require.Contains(t, stdout, `"running"`)
	c.resumeLast(n)
}

// requireNothingLeft requires that the process has no children left.
func requireNothingLeft(t *testing.T, p *process) {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	require.NoError(t, err)
	for _, file := range stats {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended meanwhile
		}
		_, rest, _ := strings.Cut(string(text), ") ")
		fields := strings.Fields(rest)
		require.NotEqual(t, fmt.Sprint(p.Process.Pid), fields[1], "a child is left: %s", text)
	}
}
