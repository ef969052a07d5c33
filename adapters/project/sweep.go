package project

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"
)

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
	// Git may know more of them, whose folders are gone. A young one may have its folder on
	// another machine, or in a container, that shares the repository.
	list, _ := p.repo.run(ctx, "worktree", "list", "--porcelain")
	for line := range strings.Lines(list) {
		tree, found := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "worktree ")
		home := filepath.Dir(tree)
		if found && strings.HasPrefix(filepath.Base(tree), worktreePrefix) && treeOf(home) == tree && !exists(home) && p.isOld(ctx, home) {
			_ = removeWorktree(ctx, p.repo.git, home)
		}
	}
}

// isOld reports whether git has known a working tree for longer than its files are needed.
func (p *Project) isOld(ctx context.Context, home string) bool {
	common, err := p.commonDir(ctx)
	if err != nil {
		return false
	}
	info, err := os.Stat(filepath.Join(common, "worktrees", filepath.Base(home)))
	return err == nil && time.Since(info.ModTime()) > abandonedAfter
}

// commonDir returns the folder of git that all working trees of the repository share.
func (p *Project) commonDir(ctx context.Context) (string, error) {
	common, err := p.repo.line(ctx, "rev-parse", "--git-common-dir")
	if err != nil {
		return "", err
	}
	if !filepath.IsAbs(common) {
		common = filepath.Join(p.repo.dir, common)
	}
	return filepath.EvalSymlinks(common)
}
