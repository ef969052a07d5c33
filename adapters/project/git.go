package project

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// git runs commands of git in a folder.
type git struct {
	program, dir string
}

// gitError is a command of git that failed.
type gitError struct {
	command string
	stderr  string
	err     error
}

func (e *gitError) Error() string {
	return fmt.Sprintf("git %s failed (%v): %s", e.command, e.err, e.stderr)
}

func (e *gitError) Unwrap() error { return e.err }

// gitOptions keep hooks and monitors of the repository from being run, and git from
// starting work in the background.
var gitOptions = []string{
	"-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false",
	"-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "advice.detachedHead=false",
}

// run returns what the command prints.
func (g git) run(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, g.program, slices.Concat(gitOptions, args)...)
	cmd.Dir = g.dir
	// The errors are read, so that they must be in English. A status writes no index.
	cmd.Env = append(cleanEnvironment(os.Environ()), "LC_ALL=C", "LANGUAGE=", "GIT_OPTIONAL_LOCKS=0")
	detach(cmd)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &stdout, &stderr, time.Second
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return "", context.Cause(ctx)
		}
		return "", explainGit(g.dir, &gitError{command: args[0], stderr: strings.TrimSpace(stderr.String()), err: err})
	}
	return stdout.String(), nil
}

// line returns the line that the command prints, which may hold line breaks itself.
func (g git) line(ctx context.Context, args ...string) (string, error) {
	out, err := g.run(ctx, args...)
	return strings.TrimSuffix(out, "\n"), err
}

// paths returns the paths that the command prints, each with a zero byte at its end.
func (g git) paths(ctx context.Context, args ...string) ([]string, error) {
	out, err := g.run(ctx, args...)
	if out == "" {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(out, "\x00"), "\x00"), err
}

// complaint returns what git wrote to its standard error, or "" if the error is not git's.
func complaint(err error) string {
	var failed *gitError
	if errors.As(err, &failed) {
		return failed.stderr
	}
	return ""
}

// explainGit returns a better sentence for failures that have one.
func explainGit(dir string, failed *gitError) error {
	const dubious = "detected dubious ownership in repository at '"
	if _, rest, found := strings.Cut(failed.stderr, dubious); found {
		place, _, _ := strings.Cut(rest, "'\n")
		place = strings.TrimSuffix(place, "'")
		return fmt.Errorf("git does not read %s, since the repository belongs to another user; if you trust it, allow it with: git config --global --add safe.directory %s",
			place, shellQuote(place))
	}
	if strings.Contains(failed.stderr, "No space left on device") {
		return fmt.Errorf("the disk is full: %w", failed)
	}
	return failed
}
