package project

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

const (
	worktreePrefix = "benchbus-tree-"
	// removeTimeout limits the time that git may take to forget a working tree.
	removeTimeout = time.Minute
	// abandonedAfter is longer than anybody needs the files of a revision.
	abandonedAfter = 24 * time.Hour
)

// worktree is a second working tree of a repository, in a temporary folder. The folder
// holds the working tree under the folder's own name, the lock that tells that this process
// lives, and bin, which stands first on the PATH of the preparation.
type worktree struct {
	p       *Project
	home    string
	release func()
}

func treeOf(home string) string { return filepath.Join(home, filepath.Base(home)) }

// dir is the folder with the files of the revision.
func (w *worktree) dir() string { return treeOf(w.home) }

// addWorktree checks a commit out. Nothing of the repository changes but the list of its
// working trees, which close mends.
func (p *Project) addWorktree(ctx context.Context, commit string) (*worktree, error) {
	temp, err := filepath.Abs(p.cfg.TempDir)
	if err != nil {
		return nil, err
	}
	// Without links in its path, it is found again in the list of working trees.
	if temp, err = filepath.EvalSymlinks(temp); err != nil {
		return nil, fmt.Errorf("the folder for temporary files cannot be used: %w", err)
	}
	home, err := os.MkdirTemp(temp, worktreePrefix)
	if err != nil {
		return nil, fmt.Errorf("a folder for the revision cannot be made: %w", err)
	}
	w := &worktree{p: p, home: home}
	if w.release, err = lockFile(ctx, filepath.Join(home, "lock")); err != nil {
		return nil, errors.Join(err, os.RemoveAll(home))
	}
	if err := w.checkOut(ctx, commit); err != nil {
		return nil, errors.Join(fmt.Errorf("the revision cannot be checked out: %w", err), w.close())
	}
	return w, nil
}

// checkOut makes the working tree, and after that its files, for which nobody has to wait.
func (w *worktree) checkOut(ctx context.Context, commit string) error {
	err := w.p.alone(ctx, func() error {
		w.p.sweep(ctx)
		_, err := w.p.repo.run(ctx, "worktree", "add", "--quiet", "--detach", "--no-checkout", w.dir(), commit)
		return err
	})
	if err == nil {
		_, err = git{program: w.p.repo.program, dir: w.dir()}.run(ctx, "-c", "submodule.recurse=false", "reset", "--quiet", "--hard")
	}
	return err
}

// alone runs f while no other process or goroutine of benchbus changes the repository's
// list of working trees: git fails when it reads an entry that is being made.
func (p *Project) alone(ctx context.Context, f func() error) error {
	place := filepath.Join(p.cfg.CacheDir, "locks")
	if p.cfg.CacheDir == "" || os.MkdirAll(place, 0o700) != nil {
		place = filepath.Join(p.cfg.TempDir, fmt.Sprintf("benchbus-locks-%d", os.Getuid()))
		if err := os.MkdirAll(place, 0o700); err != nil {
			return fmt.Errorf("neither the cache nor the folder for temporary files can be written to: %w", err)
		}
	}
	common, err := p.commonDir(ctx)
	if err != nil {
		return err
	}
	release, err := lockFile(ctx, filepath.Join(place, fmt.Sprintf("%x", sha256.Sum256([]byte(common)))))
	if err != nil {
		return err
	}
	defer release()
	return f()
}

// close removes the working tree, even if the context that made it has ended.
func (w *worktree) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), removeTimeout)
	defer cancel()
	err := removeFiles(w.home)
	err = errors.Join(err, w.p.alone(ctx, func() error { return removeWorktree(ctx, w.p.repo.git, w.home) }))
	if err != nil { // what git still knows of it is swept away later
		err = errors.Join(err, os.RemoveAll(w.home))
	}
	w.release()
	return err
}

// removeFiles removes the files of a working tree.
func removeFiles(home string) error {
	if err := os.RemoveAll(treeOf(home)); err != nil {
		makeWritable(home)
		if err = os.RemoveAll(treeOf(home)); err != nil {
			return fmt.Errorf("the temporary folder of a revision cannot be removed: %w", err)
		}
	}
	return nil
}

// removeWorktree removes the folder, and has git forget the working tree in it alone:
// git worktree prune would forget those of the person, whose disk may only be unplugged.
// Nobody else may change the list of working trees meanwhile.
func removeWorktree(ctx context.Context, g git, home string) error {
	if err := removeFiles(home); err != nil {
		return err
	}
	// Twice forced, git forgets one that it was killed in the middle of making, too. It
	// fails if git does not know the working tree.
	_, _ = g.run(ctx, "worktree", "remove", "--force", "--force", treeOf(home))
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return os.RemoveAll(home)
}

// makeWritable lets folders be removed that the preparation has made read-only.
func makeWritable(home string) {
	_ = filepath.WalkDir(home, func(at string, entry os.DirEntry, _ error) error {
		if entry != nil && entry.IsDir() {
			_ = os.Chmod(at, 0o700)
		}
		return nil
	})
}
