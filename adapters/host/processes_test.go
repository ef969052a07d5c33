package host

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The tests start this test binary again, in a role named by this variable.
const childRole = "BENCHBUS_HOST_TEST_ROLE"

// child runs the role of the other process. "hold" takes a core, reports it and keeps
// it until its input ends. "work" takes a core a number of times, and each time
// increments the core's counter file in a way that loses counts if two processes do it
// at once. "greedy" takes all cores again and again, with goroutines queueing for each.
func child() {
	dir := os.Args[1]
	s, err := NewSlots(SlotsConfig{Dir: dir})
	exitOn(err)
	take := func(use func(core int)) {
		core, release, err := s.Acquire(context.Background())
		exitOn(err)
		use(core)
		release()
	}
	switch os.Getenv(childRole) {
	case "hold":
		take(func(core int) {
			fmt.Println(core)
			_, _ = os.Stdin.Read(make([]byte, 1))
		})
	case "work":
		rounds, err := strconv.Atoi(os.Args[2])
		exitOn(err)
		for range rounds {
			take(func(core int) {
				counter := filepath.Join(dir, fmt.Sprintf("counter%d", core))
				exitOn(os.WriteFile(counter, []byte(strconv.Itoa(readCounter(counter)+1)), 0o600))
			})
		}
	case "greedy":
		for range 3 * s.Cores() {
			go func() {
				for {
					take(func(int) { time.Sleep(pollMost) }) // a measurement
				}
			}()
		}
		fmt.Println("started")
		_, _ = os.Stdin.Read(make([]byte, 1))
	}
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func readCounter(path string) int {
	text, _ := os.ReadFile(path)
	n, _ := strconv.Atoi(string(text))
	return n
}

func start(t *testing.T, role string, args ...string) (*exec.Cmd, *bufio.Reader) {
	t.Helper()
	cmd := command(t, role, args...)
	return cmd, begin(t, cmd)
}

// command returns the command of a child in that role.
func command(t *testing.T, role string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), childRole+"="+role)
	cmd.Stderr = os.Stderr
	return cmd
}

// begin starts a child, which ends with the test.
func begin(t *testing.T, cmd *exec.Cmd) *bufio.Reader {
	t.Helper()
	_, err := cmd.StdinPipe() // open as long as the child is wanted
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return bufio.NewReader(stdout)
}

// holds starts a child in the role hold, and returns its core.
func holds(t *testing.T, cmd *exec.Cmd) int {
	t.Helper()
	line, err := begin(t, cmd).ReadString('\n')
	require.NoError(t, err)
	held, err := strconv.Atoi(strings.TrimSpace(line))
	require.NoError(t, err)
	return held
}

func TestProcessesNeverShareACore(t *testing.T) {
	t.Parallel()
	const processes, rounds = 4, 60
	dir := t.TempDir()
	var all []*exec.Cmd
	for range processes {
		cmd, _ := start(t, "work", dir, strconv.Itoa(rounds))
		all = append(all, cmd)
	}
	for _, cmd := range all {
		require.NoError(t, cmd.Wait())
	}
	total := 0
	for _, core := range usableCores() {
		total += readCounter(filepath.Join(dir, fmt.Sprintf("counter%d", core)))
	}
	require.Equal(t, processes*rounds, total, "two processes held one core at once")
}

func TestAKilledProcessGivesItsCoresBack(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	holder := command(t, "hold", dir)
	held := holds(t, holder)

	s, err := NewSlots(SlotsConfig{Dir: dir, Cores: []int{held}})
	require.NoError(t, err)
	ended, cancel := context.WithTimeout(t.Context(), 3*pollMost)
	defer cancel()
	_, _, err = s.Acquire(ended)
	require.ErrorIs(t, err, context.DeadlineExceeded, "another process holds the core")

	require.NoError(t, holder.Process.Kill())
	core, release, err := s.Acquire(t.Context())
	require.NoError(t, err)
	require.Equal(t, held, core)
	release()
}

func TestAProcessWithoutCoresGetsItsShare(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, said := start(t, "greedy", dir)
	_, err := said.ReadString('\n')
	require.NoError(t, err)
	s, err := NewSlots(SlotsConfig{Dir: dir})
	require.NoError(t, err)
	ended, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for range 20 {
		_, release, err := s.Acquire(ended)
		require.NoError(t, err, "the other process kept all cores")
		release()
	}
}
