package project

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// repository is the git repository that a project is in.
type repository struct {
	// git runs in the top folder, and here in the project's.
	git
	here git
	// top is the folder of the working tree.
	top string
	// prefix is the path of the project within it, with a slash at its end, or empty.
	prefix string
}

// findRepository returns the repository that the folder is in, or nil if it is in none.
func findRepository(ctx context.Context, dir string) (*repository, error) {
	program, err := exec.LookPath("git")
	if err != nil {
		if marker := gitMarker(dir); marker != "" {
			return nil, fmt.Errorf("%s is in a git repository (%s), and git is not on the PATH; install it, on Debian and its kin with: apt-get install git", dir, marker)
		}
		return nil, nil
	}
	r := &repository{here: git{program: program, dir: dir}}
	out, err := r.here.run(ctx, "rev-parse", "--is-inside-work-tree", "--is-bare-repository")
	if strings.Contains(complaint(err), "not a git repository (or any") {
		return nil, nil
	}
	if text := complaint(err); text != "" {
		return nil, fmt.Errorf("git cannot read the repository of %s: %s", dir, text)
	}
	switch {
	case err != nil:
		return nil, err
	case strings.HasSuffix(out, "\ntrue\n"):
		return nil, fmt.Errorf("%s is a bare repository, which has no files to measure; clone it, and name the clone", dir)
	case !strings.HasPrefix(out, "true\n"):
		return nil, fmt.Errorf("%s is inside of git's own folder; name the project's folder", dir)
	}
	if r.top, err = r.here.line(ctx, "rev-parse", "--show-toplevel"); err != nil {
		return nil, err
	}
	r.git = git{program: program, dir: r.top}
	r.prefix, err = r.here.line(ctx, "rev-parse", "--show-prefix")
	return r, err
}

// gitMarker returns the path of the .git of the folder or the nearest one above it, or "".
func gitMarker(dir string) string {
	for {
		marker := filepath.Join(dir, ".git")
		if _, err := os.Lstat(marker); err == nil {
			return marker
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
		dir = filepath.Dir(dir)
	}
}

// ignores reports whether the repository ignores the folder and has none of its files.
func (r *repository) ignores(ctx context.Context) (bool, error) {
	if r.prefix == "" {
		return false, nil
	}
	_, err := r.here.run(ctx, "check-ignore", "--quiet", "--", ".")
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	tracked, err := r.here.run(ctx, "ls-files", "-z", "--cached")
	return err == nil && tracked == "", err
}

// head returns the id of the commit that is checked out, or "" if there is none yet.
func (r *repository) head(ctx context.Context) (string, error) {
	id, err := r.line(ctx, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
	if failed := new(gitError); errors.As(err, &failed) {
		return "", nil
	}
	return id, err
}

// changed reports whether the project's files differ from the commit.
func (r *repository) changed(ctx context.Context) (bool, error) {
	out, err := r.here.run(ctx, "status", "--porcelain", "-z", "--untracked-files=normal", "--", ".")
	return out != "", err
}
