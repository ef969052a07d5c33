package project

import (
	"context"
	"fmt"
	"slices"

	"github.com/benchbus/benchbus/domain"
)

// WorkingTreeName is the name of the source that WorkingTree returns.
const WorkingTreeName = "working-tree"

// WorkingTree returns the files as they are. In a repository those are the files that git
// tracks or does not ignore, and what composer has installed; elsewhere all but the folders
// of version control and node_modules. Nothing is prepared, and nothing written.
func (p *Project) WorkingTree(ctx context.Context) (*Tree, error) {
	t := &Tree{Root: p.Dir, Source: domain.Source{Name: WorkingTreeName}, Notes: slices.Clone(p.notes)}
	l := newListing(p.cfg)
	vendor := vendorDir(p.Dir)
	if p.repo == nil {
		if err := l.walk(p.Dir, "", false, append([]string{"node_modules"}, versionControl...)); err != nil {
			return nil, fmt.Errorf("the project cannot be read: %w; --exclude leaves a folder out", err)
		}
	} else {
		if err := l.add(ctx, p.repo.here, "", false); err != nil {
			return nil, err
		}
		var err error
		if t.Source.Revision, err = p.state(ctx); err != nil {
			return nil, err
		}
	}
	if err := l.walkVendor(p.Dir, vendor); err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", vendor, err)
	}
	if err := t.take(l, p.cfg, vendor); err != nil {
		return nil, err
	}
	for _, module := range l.absent {
		t.note("the files of the sub-module %s are missing; git submodule update --init gets them", printable(module))
	}
	if exists(localPath(p.Dir, "composer.json")) && !exists(localPath(p.Dir, vendor)) && p.cfg.Prepare != PrepareNone {
		t.note("there is no %s/; if the code needs it, run composer install in %s, since the working tree is taken as it is", vendor, p.Dir)
	}
	return t, nil
}

// state returns the commit that is checked out, with a plus if the files differ from it.
func (p *Project) state(ctx context.Context) (string, error) {
	commit, err := p.repo.head(ctx)
	if err != nil || commit == "" {
		return "", err
	}
	changed, err := p.repo.changed(ctx)
	if changed {
		commit += "+"
	}
	return commit, err
}
