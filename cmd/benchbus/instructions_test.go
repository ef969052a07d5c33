package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// This test needs valgrind, and does not skip without it: scripts/packages installs it.
func TestInstructions(t *testing.T) {
	c := newCLI(t)
	c.define("sum", "revolutions: 1000\nwarmup: 1\ncode: for ($s = $j = 0; $j < 100; ++$j) { $s += $j; }")
	code, stdout, stderr := c.run("run", "sum", "--catalog", c.catalog, "--php-version=php84", "--iterations=1", "--samples=2",
		"--clock=cpu,instructions", "--format=json")
	require.Zero(t, code, stderr)
	var made struct {
		Run struct {
			Count bool `json:"count_instructions"`
		}
		Cells []struct {
			Clock        string
			Instructions struct {
				N      int
				Median float64
			}
			Samples []struct {
				Instructions int64
				Counted      int `json:"counted_revolutions"`
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &made), stdout)
	require.True(t, made.Run.Count)
	require.Equal(t, "cpu", made.Cells[0].Clock, "time is read as ever")
	require.Equal(t, 2, made.Cells[0].Instructions.N)
	require.Greater(t, made.Cells[0].Instructions.Median, 400.0, "four instructions at least for each number that is added")
	require.Equal(t, 20, made.Cells[0].Samples[0].Counted)

	code, stdout, stderr = c.run("report", "last", "--clock=instructions")
	require.Zero(t, code, stderr)
	require.Regexp(t, `RUNTIME +INSTRUCTIONS +95 % INTERVAL`, stdout)
	require.Regexp(t, `Sum on php84 executes [0-9,.]+ instructions`, stdout)

	planned := func(iterations string, args ...string) {
		t.Helper()
		code, stdout, stderr := c.run(append([]string{"run", "sum", "--catalog", c.catalog, "--php-version=php84", "--dry-run"}, args...)...)
		require.Zero(t, code, stderr)
		require.Contains(t, stdout, iterations)
	}
	planned("10 messages", "--clock=cpu,instructions")
	planned("1 message", "--clock=instructions")
	planned("4 messages", "--clock=instructions", "--iterations=4")

	code, _, stderr = c.run("runtimes")
	require.Zero(t, code, stderr)
	require.Contains(t, stderr, "instructions can be counted here: run --clock cpu,instructions")
}

func TestInstructionsThatCannotBeHad(t *testing.T) {
	c := newCLI(t)
	c.define("quick", "revolutions: 1\nwarmup: 1\ncode: $a = 1;")
	t.Setenv("PATH", t.TempDir())
	const why = "instructions cannot be counted on this host, since valgrind is not on the PATH; install it, on Debian and its kin with: apt-get install valgrind"
	for _, clock := range []string{"instructions", "cpu,instructions"} {
		for _, more := range []string{"--dry-run", "--iterations=1"} {
			code, stdout, stderr := c.run("run", "quick", "--catalog", c.catalog, "--php-version=php84", "--clock", clock, more)
			require.Equal(t, exitUnavailable, code, stderr)
			require.Empty(t, stdout)
			require.Contains(t, stderr, why)
		}
	}
	_, stdout, _ := c.run("runs", "--format=json")
	require.NotContains(t, stdout, `"id"`, "nothing was recorded")

	code, stdout, stderr := c.run("runtimes", "--format=json")
	require.Zero(t, code, stderr)
	var listed struct{ Instructions printedCounting }
	require.NoError(t, json.Unmarshal([]byte(stdout), &listed))
	require.Equal(t, printedCounting{Reason: why}, listed.Instructions)
	require.Contains(t, stderr, why)

	code, _, stderr = c.run("run", "quick", "--catalog", c.catalog, "--php-version=php84", "--iterations=1", "--samples=1")
	require.Zero(t, code, stderr)
	for _, clock := range []string{"instructions", "cpu,instructions"} {
		code, stdout, stderr = c.run("report", "last", "--clock", clock)
		require.Equal(t, exitUsage, code, stderr)
		require.Contains(t, stderr, "this run did not count instructions; a new one can: benchbus run --clock cpu,instructions")
		require.Empty(t, stdout)
	}
	code, _, stderr = c.run("run", "quick", "--clock=sundial")
	require.Equal(t, exitUsage, code)
	require.Contains(t, stderr, "or instructions, or one of them and instructions, such as cpu,instructions")
}

// A worker that cannot count is named before anything is dispatched.
func TestAWorkerThatCannotCountIsNamed(t *testing.T) {
	c := newFleetCLI(t)
	t.Setenv("PATH", t.TempDir())
	w := c.start("worker", "--name=lab-9", "--workers=1")
	c.until("the worker", func() bool { return strings.Contains(w.stderr.String(), "worker started") })
	code, stdout, stderr := c.run("run", "quick", "--catalog", c.catalog, "--php-version=php84", "--clock=instructions")
	require.Equal(t, exitUnavailable, code, stderr)
	require.Empty(t, stdout)
	require.Contains(t, stderr, "worker lab-9 cannot count instructions; install valgrind on its host and start it again, stop it, or leave out the instructions")
	require.Contains(t, w.stderr.String(), "runs that count instructions leave this worker out")
}
