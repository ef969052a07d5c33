package project

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/benchbus/benchbus/domain"
)

// Revision returns the files of a branch, a tag, a commit, or of what else git reads as a
// commit; merge-base:REF is the merge base of REF and HEAD, and merge-base:A...B that of A
// and B. The files are checked out into a temporary folder, the preparation is run there,
// and what it made belongs to the tree.
//
// Nothing of the repository changes, and its hooks are not run. The caller closes the tree.
func (p *Project) Revision(ctx context.Context, ref string) (*Tree, error) {
	commit, err := p.Commit(ctx, ref)
	if err != nil {
		return nil, err
	}
	w, err := p.addWorktree(ctx, commit)
	if err != nil {
		return nil, err
	}
	t := &Tree{
		Root:   localPath(w.dir(), p.repo.prefix),
		Source: domain.Source{Name: ref, Revision: commit},
		Notes:  slices.Clone(p.notes), cleanup: w.close,
	}
	if err := p.fill(ctx, t, w); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

// Commit returns the id of the commit that Revision would take for the ref. It is quick,
// since nothing is checked out.
func (p *Project) Commit(ctx context.Context, ref string) (string, error) {
	switch {
	case p.ignoredBy != "":
		return "", fmt.Errorf("the revision %.100q cannot be had, since the repository %s ignores the project; leave the revision out, or make the project a repository of its own", ref, p.ignoredBy)
	case p.repo == nil:
		return "", fmt.Errorf("the revision %.100q cannot be had, since %s is not in a git repository; leave the revision out, or name the folder of a clone", ref, p.Dir)
	}
	return p.repo.resolve(ctx, ref)
}

// fill prepares the revision and lists its files.
func (p *Project) fill(ctx context.Context, t *Tree, w *worktree) error {
	// A link in the place of the folder could lead out of the revision.
	real, err := filepath.EvalSymlinks(t.Root)
	if info, statErr := os.Stat(t.Root); err != nil || real != t.Root || statErr != nil || !info.IsDir() {
		return fmt.Errorf("%s has no folder %s; name a revision that has it", t.Source.Name, path.Clean(p.repo.prefix))
	}
	if err := p.prepare(ctx, t, w); err != nil {
		return err
	}
	l := newListing(p.cfg)
	if err := l.add(ctx, git{program: p.repo.program, dir: t.Root}, "", true); err != nil {
		return err
	}
	if err := t.take(l, p.cfg, vendorDir(t.Root)); err != nil {
		return err
	}
	for _, module := range l.absent {
		t.note("the files of the sub-module %s are missing; --prepare 'git submodule update --init' gets them, with && and what else is to be prepared", printable(module))
	}
	state, err := p.state(ctx)
	if err == nil && state == t.Source.Revision+"+" {
		t.note("%s is the commit that is checked out; the changes in the working tree are not part of it, but of the source %s", t.Source.Name, WorkingTreeName)
	}
	return err
}
