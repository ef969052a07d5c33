package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// tree is a copy of the module in which mutants are tried.
type tree struct {
	dir   string
	limit time.Duration // for the tests of one mutant
}

// copy copies the files that git tracks or would track, and links the PHP runtimes.
func (t tree) copy(ctx context.Context, from string) error {
	from, err := filepath.Abs(from)
	if err != nil {
		return err
	}
	list := exec.CommandContext(ctx, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = from
	names, err := list.Output()
	if err != nil {
		return fmt.Errorf("list the files of %s: %w", from, err)
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(names), "\x00"), "\x00") {
		if err := copyFile(filepath.Join(from, name), filepath.Join(t.dir, name)); err != nil {
			return err
		}
	}
	if runtimes := filepath.Join(from, ".runtimes"); exists(runtimes) {
		return os.Symlink(runtimes, filepath.Join(t.dir, ".runtimes"))
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// copyFile copies a file with its mode. It skips a file that does not exist, because
// git still lists tracked files that were deleted.
func copyFile(from, to string) error {
	info, err := os.Stat(from)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	return os.WriteFile(to, text, info.Mode().Perm())
}

var (
	errNoBuild = errors.New("does not build")
	errFailed  = errors.New("the tests fail")
	errHung    = errors.New("the tests did not end in time")
)

// test builds the tests of the folder and runs those that match. It returns one of the
// errors above, or another error if it could not run them.
func (t tree) test(ctx context.Context, folder, run string, broker bool) (output string, err error) {
	binary := filepath.Join(t.dir, "mutant.test")
	build := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-ldflags=-s -w", "-o", binary, "./"+folder)
	build.Dir = t.dir
	if said, err := build.CombinedOutput(); err != nil {
		return string(said), errors.Join(ctx.Err(), errNoBuild)
	}
	args := []string{binary, "-test.count=1", "-test.failfast", "-test.timeout=" + t.limit.String(), "-test.run=" + run}
	if broker {
		args = append([]string{filepath.Join(t.dir, "scripts/rabbitmq"), "run"}, args...)
	}
	// The tests end themselves at the limit. This ends those that cannot.
	ctx, cancel := context.WithTimeout(ctx, t.limit+30*time.Second)
	defer cancel()
	tests := exec.CommandContext(ctx, args[0], args[1:]...)
	tests.Dir, tests.WaitDelay = filepath.Join(t.dir, filepath.FromSlash(folder)), time.Second
	said, err := tests.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded), strings.Contains(string(said), "panic: test timed out after"):
		return string(said), errHung
	case ctx.Err() != nil:
		return "", ctx.Err()
	case errors.As(err, &exit):
		return string(said), errFailed
	}
	return string(said), err
}
