package project

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	worktreePrefix = "benchbus-tree-"
	// removeTimeout limits the time that git may take to forget a working tree.
	removeTimeout = time.Minute
)

// worktree is a second working tree of a repository, in a temporary folder. The folder
// holds the working tree under the folder's own name, the lock that tells that this process
// lives, and bin, which stands first on the PATH of the preparation.
type worktree struct {
	repo    *repository
	home    string
	release func()
}

func treeOf(home string) string { return filepath.Join(home, filepath.Base(home)) }

// dir is the folder with the files of the revision.
func (w *worktree) dir() string { return treeOf(w.home) }

// addWorktree checks a commit out. Nothing of the repository changes but the list of its
// working trees, which close mends.
func (p *Project) addWorktree(ctx context.Context, commit string) (*worktree, error) {
	p.sweep(ctx)
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
	w := &worktree{repo: p.repo, home: home}
	if w.release, err = lockFile(ctx, filepath.Join(home, "lock")); err != nil {
		return nil, errors.Join(err, os.RemoveAll(home))
	}
	if _, err := p.repo.run(ctx, "worktree", "add", "--quiet", "--detach", w.dir(), commit); err != nil {
		return nil, errors.Join(fmt.Errorf("the revision cannot be checked out: %w", err), w.close())
	}
	return w, nil
}

// close removes the working tree, even if the context that made it has ended.
func (w *worktree) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), removeTimeout)
	defer cancel()
	err := removeWorktree(ctx, w.repo.git, w.home)
	w.release()
	return err
}

// removeWorktree removes the folder, and has git forget the working tree in it alone:
// git worktree prune would forget those of the person, whose disk may only be unplugged.
func removeWorktree(ctx context.Context, g git, home string) error {
	if err := os.RemoveAll(treeOf(home)); err != nil {
		makeWritable(home)
		if err = os.RemoveAll(treeOf(home)); err != nil {
			return fmt.Errorf("the temporary folder of a revision cannot be removed: %w", err)
		}
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

// sweep removes what processes that were killed have left behind: their working trees of
// this repository, and their folders.
func (p *Project) sweep(ctx context.Context) {
	homes, _ := filepath.Glob(filepath.Join(p.cfg.TempDir, worktreePrefix+"*"))
	for _, home := range homes {
		release, err := tryLock(filepath.Join(home, "lock"), 0)
		if err != nil || release == nil {
			continue // it is in use, or somebody else's
		}
		_ = removeWorktree(ctx, p.repo.git, home)
		release()
	}
	// Git may know more of them, whose folders are gone.
	list, _ := p.repo.run(ctx, "worktree", "list", "--porcelain")
	for line := range strings.Lines(list) {
		tree, found := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "worktree ")
		home := filepath.Dir(tree)
		if found && strings.HasPrefix(filepath.Base(tree), worktreePrefix) && treeOf(home) == tree && !exists(home) {
			_ = removeWorktree(ctx, p.repo.git, home)
		}
	}
}
