package main

import (
	"bytes"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// full is a device without space.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

func TestOutputThatCannotBeWrittenIsOneSentence(t *testing.T) {
	c := newCLI(t)
	require.NoError(t, os.WriteFile(c.store, nil, 0o600))
	for _, args := range [][]string{{"--help"}, {"run", "--help"}, {"failed"}, {"completion", "bash"}, {"__complete", "show", ""}, {"version"},
		{"list"}, {"list", "--format=json"}, {"show", "loop"}, {"validate"}, {"validate", "/nonexistent"}, {"runs"}, {"runtimes"}} {
		var stderr bytes.Buffer
		require.Equal(t, exitOutput, execute(args, full{}, &stderr, c.signals), "%v\n%s", args, &stderr)
		require.Contains(t, stderr.String(), "benchbus: standard output cannot be written: no space left on device\n", "%v", args)
		said := 1
		if args[0] == "runtimes" || args[0] == "__complete" { // these also print another message
			said++
		}
		require.LessOrEqual(t, strings.Count(stderr.String(), "\n"), said, "%v\n%s", args, &stderr)
	}
	var stderr bytes.Buffer
	c.define("quick", "revolutions: 10\ncode: $a = 1;")
	code := execute([]string{"run", "--test=quick", "--catalog", c.catalog, "--php-version=php84", "--iterations=1"}, full{}, &stderr, c.signals)
	require.Equal(t, exitOutput, code)
	require.Contains(t, stderr.String(), "the results are kept, print them with: benchbus report ")
}

// If its pipe is closed, as by head, the program ends quietly. The test needs a
// process, because the kernel sends SIGPIPE for standard output alone.
func TestAClosedPipeEndsQuietly(t *testing.T) {
	c := newCLI(t)
	c.define("quick", "revolutions: 10\ncode: $a = 1;")
	for _, args := range [][]string{{"list"}, {"--help"}, {"completion", "zsh"}, {"show", "loop"},
		{"run", "--test=quick", "--catalog", c.catalog, "--php-version=php84", "--iterations=1"}} {
		read, write, err := os.Pipe()
		require.NoError(t, err)
		require.NoError(t, read.Close())
		var stderr bytes.Buffer
		cmd := exec.Command(os.Args[0], args...)
		cmd.Env, cmd.Stdout, cmd.Stderr = append(os.Environ(), asProgram+"=1"), write, &stderr
		require.NoError(t, cmd.Run(), "%v\n%s", args, &stderr)
		require.NoError(t, write.Close())
		require.NotContains(t, stderr.String(), "pipe")
		if args[0] == "run" {
			require.Contains(t, stderr.String(), "is completed: planned 1 = done 1")
		} else {
			require.Empty(t, stderr.String())
		}
	}
}

func TestADumbTerminalGetsPlainText(t *testing.T) {
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	require.NoError(t, err)
	defer terminal.Close()
	check := func(kind, noColour string, draws, colours bool) {
		t.Helper()
		t.Setenv("TERM", kind)
		t.Setenv("NO_COLOR", noColour)
		require.Equal(t, draws, canDraw(terminal))
		require.Equal(t, draws, newProgress(terminal).draws)
		require.Equal(t, colours, canColour(terminal))
		require.False(t, canDraw(&bytes.Buffer{}))
	}
	check("xterm", "", true, true)
	check("xterm", "1", true, false)
	check("dumb", "", false, false)
	check("", "", false, false)
}

const (
	hostile = "\x1b[2J\x1b]0;title\x07 \u009b31m \u202egnp.exe\rbenchbus: all is well"
	visible = `\u001b[2J\u001b]0;title\u0007 \u009b31m \u202egnp.exe\u000dbenchbus: all is well`
)

// Text from strangers is made visible in every output.
func TestWhatStrangersSayIsCleaned(t *testing.T) {
	c := newCLI(t)
	var stderr bytes.Buffer
	a := &app{stderr: newProgress(&stderr)}
	a.logger().With("worker", hostile).Warn("it said "+hostile, "message", hostile+"\nbenchbus: forged")
	require.NotContains(t, stderr.String(), "\x1b")
	require.Contains(t, stderr.String(), visible)
	require.Equal(t, 3, strings.Count(stderr.String(), `\u202egnp.exe`))
	require.Equal(t, 1, strings.Count(stderr.String(), "\n"), "a value cannot pass for a note")

	stderr.Reset()
	logger, closeLog, err := (&logFlags{format: "json", level: "info"}).open(a.stderr, "w")
	require.NoError(t, err)
	defer closeLog()
	logger.Info("x", slog.String("message", hostile))
	require.Contains(t, stderr.String(), `\u009b31m \u202egnp.exe`)

	_, stdout, errors := c.run("show", hostile)
	require.Empty(t, stdout)
	require.Contains(t, errors, `\u202egnp.exe`)
	require.NotContains(t, errors, "\x1b")
	require.NotContains(t, errors, "\u202e")

	require.NoError(t, os.WriteFile(c.catalog+"/\x1b[31m.yaml", []byte("slug: \""+`\e[2J`+"\"\n"), 0o644))
	_, stdout, _ = c.run("validate", c.catalog)
	require.Contains(t, stdout, `\u001b[31m.yaml`)
	require.NotContains(t, stdout, "\x1b")
}
