package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// dryRun says what would be run of the library.
func (l *library) dryRun(args ...string) (code int, stdout, stderr string) {
	l.Helper()
	return l.run(append([]string{"run", "--dry-run", "--php-version=php84", "--prepare", prepareLibrary}, args...)...)
}

func TestAllRevisionsAreCheckedBeforeOneIsPrepared(t *testing.T) {
	l := newLibrary(t)
	for _, c := range []struct {
		says string
		args []string
	}{
		{"did you mean main?", []string{"--rev", "base", "--rev", "mian"}},
		{"did you mean base?", []string{"--rev", "main..bse"}},
		{"--rev has main twice", []string{"--rev", "base..main", "--rev", "main"}},
		{"--rev has working-tree twice", []string{"--rev", ".", "--rev", "main", "--rev", "."}},
	} {
		code, _, stderr := l.dryRun(c.args...)
		require.Equal(t, exitUsage, code)
		require.Contains(t, stderr, c.says)
		require.NotContains(t, stderr, "preparing")
	}
	l.untouched()
}

func TestEqualSourcesAreNamed(t *testing.T) {
	l := newLibrary(t)
	code, _, stderr := l.dryRun("--rev", "main", "--rev", "HEAD")
	require.Equal(t, exitOK, code, stderr)
	require.Contains(t, stderr, "main and HEAD have the same files, so that no difference is to be found")
	_, _, stderr = l.dryRun("--rev", "base", "--rev", "HEAD")
	require.NotContains(t, stderr, "same files")
}

func TestAFolderThatIsNoProject(t *testing.T) {
	l := newLibrary(t)
	for _, command := range []string{"run", "list", "validate"} {
		for dir, says := range map[string]string{
			"composer.json": "composer.json is a file; name the folder that it is in",
			"nowhere":       "nowhere does not exist; name the folder that holds its files",
			"src":           fmt.Sprintf("src has no suite, but %s above it has one; name that folder with --project", l.dir),
		} {
			code, _, stderr := l.run(command, "--project", dir)
			require.Equal(t, exitUsage, code, command)
			require.Contains(t, stderr, says, command)
		}
	}
	_, _, stderr := l.run("run", "--project", "src", "--rev", "main", "--prepare=none")
	require.Contains(t, stderr, l.dir+" above it has one", "not the temporary folder of the revision")
}

func TestACacheThatCannotBeMade(t *testing.T) {
	l := newLibrary(t)
	t.Setenv("XDG_CACHE_HOME", filepath.Join(l.dir, "README.md", "cache"))
	code, _, stderr := l.run(measureArgs("--rev", "main")...)
	require.Equal(t, exitUnavailable, code)
	require.Contains(t, stderr, "--bundles names another folder")
}

func TestInterruptedWhileAProjectIsPrepared(t *testing.T) {
	l := newLibrary(t)
	gate := pipe(t)
	p := startProgram(t, nil, "run", "--rev", "base", "--rev", "main", "--prepare", "read forever <'"+gate+"'")
	openPipe(t, gate, os.O_WRONLY) // the preparation has begun
	require.Equal(t, exitInterrupted, p.terminate(), p.stderr)
	require.Contains(t, p.stderr.String(), "interrupted before anything was measured")
	require.NotContains(t, p.stderr.String(), "context canceled")
	l.untouched()
}

func TestCausesOfAProjectsErrors(t *testing.T) {
	t.Parallel()
	code := func(err error) int {
		exit := new(exitError)
		require.ErrorAs(t, ofProject(context.Background(), err), &exit)
		return exit.code
	}
	wrong := usage(errors.New("wrong"))
	require.Equal(t, exitUsage, code(wrong))
	require.Equal(t, exitUsage, code(fmt.Errorf("main: %w", wrong)))
	for _, host := range hostErrors {
		require.Equal(t, exitUnavailable, code(usage(&fs.PathError{Op: "write", Path: "/x", Err: host})))
	}
	full := ofProject(context.Background(), usage(&fs.PathError{Op: "write", Path: "/x", Err: syscall.ENOSPC}))
	require.ErrorContains(t, full, "/x: no space left on device; make room there, or name another folder: TMPDIR")
	require.NoError(t, ofProject(context.Background(), nil))
}
