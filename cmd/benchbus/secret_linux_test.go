package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// asSpy is an environment variable. It makes the test binary read what a benchmark
// could read of the process with that number.
const asSpy = "BENCHBUS_TEST_AS_SPY"

const nobody = 65534

// spy prints everything that it can read of another process.
func spy(pid string) {
	for _, name := range []string{"cmdline", "environ", "mem", "fd/0"} {
		file, err := os.Open(filepath.Join("/proc", pid, name))
		if err != nil {
			continue
		}
		text := make([]byte, 64<<10)
		n, _ := file.Read(text) // address 0 of mem is never mapped
		fmt.Printf("%s=%s\n", name, bytes.ReplaceAll(text[:n], []byte{0}, []byte{' '}))
	}
}

// asNobody returns a command that runs the test binary as a user without rights, in
// only that environment.
func asNobody(t *testing.T, environment []string, args ...string) *exec.Cmd {
	if os.Getuid() != 0 {
		t.Skip("only root can start a process of another user")
	}
	// Other users cannot open the folder of the binary.
	dir, err := os.MkdirTemp("", "benchbus-test-")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o755))
	binary, err := os.ReadFile(os.Args[0])
	require.NoError(t, err)
	program := filepath.Join(dir, "benchbus")
	require.NoError(t, os.WriteFile(program, binary, 0o755))
	cmd := exec.Command(program, args...)
	cmd.Env, cmd.Dir = environment, "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	return cmd
}

// TestAWorkerGivesItsPasswordToNobody looks at a worker from another process of the
// same user, as the benchmarks that it executes could.
func TestAWorkerGivesItsPasswordToNobody(t *testing.T) {
	broker, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer broker.Close()
	url := "amqp://user:hunter2@" + broker.Addr().String() + "/"
	file := filepath.Join(t.TempDir(), "bus")
	require.NoError(t, os.WriteFile(file, []byte(url), 0o600)) // only root can read it
	check := func(name string, file *os.File, environment []string, args ...string) {
		t.Run(name, func(t *testing.T) {
			worker := asNobody(t, append(environment, asProgram+"=1", "HOME=/"), append([]string{"worker"}, args...)...)
			worker.Stdin = file
			require.NoError(t, worker.Start())
			defer func() {
				_ = worker.Process.Kill()
				_ = worker.Wait()
			}()
			connection, err := broker.Accept() // the worker has started, and waits for an answer of the broker
			require.NoError(t, err)
			defer connection.Close()

			found, err := asNobody(t, []string{fmt.Sprintf("%s=%d", asSpy, worker.Process.Pid)}).CombinedOutput()
			require.NoError(t, err, string(found))
			require.Contains(t, string(found), "cmdline=")
			require.NotContains(t, string(found), "hunter2")
			for _, closed := range []string{"environ=", "mem=", "fd/0="} {
				require.NotContains(t, string(found), closed)
			}
			// The password is gone even from what root can read.
			initial, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", worker.Process.Pid))
			require.NoError(t, err)
			require.NotContains(t, string(initial), "hunter2")
			require.Equal(t, len(environment) > 0, strings.Contains(string(initial), "BENCHBUS_BUS=amqp://xxxxxxxxxxxx@127"))
		})
	}
	check("environment", nil, []string{"BENCHBUS_BUS=" + url})
	check("command line", nil, nil, "--bus", url)
	check("command line, one word", nil, nil, "--bus="+url)
	input, err := os.Open(file)
	require.NoError(t, err)
	defer input.Close()
	check("standard input that root has opened", input, nil, "--bus-file", "-")
}
