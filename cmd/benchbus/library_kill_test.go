package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// gateBench stops in each sample while the gate is there.
const gateBench = `<?php

namespace Tally\Benchmarks;

/** @BeforeMethods("wait") */
class GateBench
{
    public function wait(): void
    {
        if (file_exists('GATE')) {
            file_get_contents('GATE');
        }
    }

    public function benchNothing(): void
    {
    }
}
`

// pipe makes a named pipe.
func pipe(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(path, 0o600))
	return path
}

// openPipe returns once another process waits at the other end of the pipe.
func openPipe(t *testing.T, path string, flag int) *os.File {
	t.Helper()
	opened := make(chan *os.File, 1)
	go func() {
		f, _ := os.OpenFile(path, flag, 0)
		opened <- f
	}()
	select {
	case f := <-opened:
		require.NotNil(t, f)
		t.Cleanup(func() { f.Close() })
		return f
	case <-time.After(fleetPatience):
		require.FailNow(t, "nobody opens the pipe")
		return nil
	}
}

func TestAWorkerKilledWhileItMeasuresALibrary(t *testing.T) {
	l := newFleetLibrary(t)
	gate := pipe(t)
	l.write("benchmarks/GateBench.php", strings.ReplaceAll(gateBench, "GATE", gate))
	l.commit()
	l.serve()
	run := l.detach("--test=gate.nothing", "--iterations=3")
	first := l.worker("first", newHome(t))
	held := openPipe(t, gate, os.O_WRONLY)
	first.kill()
	require.NoError(t, os.Remove(gate))
	require.NoError(t, held.Close())
	second := l.worker("second", newHome(t))
	code, result := l.collect(run)
	require.Zero(t, code)
	require.Equal(t, 3, result.Run.Done)
	for _, c := range result.Cells {
		require.Len(t, c.Samples, 3, "each iteration once")
	}
	require.NotContains(t, first.stderr.String(), "iteration executed")
	require.Equal(t, 3, strings.Count(second.stderr.String(), "iteration executed"))
}

func TestARunnerKilledWhileALibraryIsMeasured(t *testing.T) {
	l := newFleetLibrary(t)
	l.serve()
	worker := l.worker("one", newHome(t), "--limit=3")
	runner := startProgram(t, nil, measureArgs("--rev=base..main", "--php-version=84", "--test=signature.sum", "--iterations=8")...)
	require.Zero(t, worker.exitCode(), worker.stderr)
	runner.kill()
	require.Empty(t, runner.stdout.String(), "it waits for five more")
	l.untouched()
	l.worker("two", newHome(t))
	code, stdout, stderr := l.run("resume", "last", "--format=json")
	require.Zero(t, code, stderr)
	var result reportJSON
	require.NoError(t, json.Unmarshal([]byte(stdout), &result))
	require.Equal(t, 8, result.Run.Done)
	for _, c := range result.Cells {
		require.Len(t, c.Samples, 8, "each iteration once")
	}
	code, stdout, stderr = l.run("report", "last")
	require.Zero(t, code, stderr)
	require.Contains(t, stdout, "Sources, relative to the baseline", "as the run would have said")
}

// What a runner leaves that is killed while it prepares a revision, the next one removes.
func TestARunnerKilledWhileItPreparesALibrary(t *testing.T) {
	l := newLibrary(t)
	gate := pipe(t)
	runner := startProgram(t, nil, measureArgs("--rev=base..main", "--php-version=84", "--prepare=cat '"+gate+"'")...)
	held := openPipe(t, gate, os.O_WRONLY)
	runner.kill()
	require.NotEqual(t, l.before, l.state(), "the working tree of the revision is left")
	require.NoError(t, held.Close())
	code, result, stderr := l.measure("--rev=base..main", "--php-version=84", "--test=signature.sum") // requires that nothing is left
	require.Zero(t, code, stderr)
	require.Len(t, result.Cells, 2)
}

func TestARunnerInterruptedWhileItPreparesALibrary(t *testing.T) {
	l := newLibrary(t)
	gate := pipe(t)
	runner := startProgram(t, nil, measureArgs("--rev=base..main", "--php-version=84", "--prepare=cat '"+gate+"'")...)
	openPipe(t, gate, os.O_WRONLY)
	require.Equal(t, exitInterrupted, runner.terminate(), runner.stderr)
	require.Contains(t, runner.stderr.String(), "benchbus: interrupted before anything was measured\n")
	l.untouched()
}
