package project

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Project is a folder on this machine whose files become sources. Its methods may be called
// by several goroutines at once.
type Project struct {
	// Dir is the absolute path of the folder.
	Dir string
	// Repository is the top folder of the git working tree that Dir is in, or empty.
	Repository string
	// Composer, Locked and Vendor report whether the folder has composer.json,
	// composer.lock, and the folder that composer installs to.
	Composer, Locked, Vendor bool

	cfg       Config
	repo      *repository
	ignoredBy string // the repository that takes no notice of the project, or empty
	notes     []string
}

// Open finds out what is in the folder. The folder may be a part of a repository; all paths
// are relative to the folder then, and only its own files are taken.
func Open(ctx context.Context, dir string, cfg Config) (*Project, error) {
	cfg = cfg.WithDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	full, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(full)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("the project %s does not exist; name the folder that holds its files", full)
	case err != nil:
		return nil, fmt.Errorf("the project cannot be read: %w", err)
	case !info.IsDir():
		return nil, fmt.Errorf("%s is a file; name the folder that it is in", full)
	}
	// A link is followed once and for all, since no list of files goes through links.
	if full, err = filepath.EvalSymlinks(full); err != nil {
		return nil, fmt.Errorf("the project cannot be read: %w", err)
	}
	cfg.Log = &sharedWriter{to: cfg.Log}
	p := &Project{Dir: full, cfg: cfg}
	if p.repo, err = findRepository(ctx, full); err != nil {
		return nil, err
	}
	if p.repo != nil {
		ignored, err := p.repo.ignores(ctx)
		if err != nil {
			return nil, err
		}
		if ignored {
			p.ignoredBy, p.repo = p.repo.top, nil
			p.notes = append(p.notes, fmt.Sprintf("the repository %s ignores the project, so that it is taken as a folder without git", p.ignoredBy))
		}
	}
	if p.repo != nil {
		p.Repository = p.repo.top
	}
	p.Composer = exists(filepath.Join(full, "composer.json"))
	p.Locked = exists(filepath.Join(full, "composer.lock"))
	p.Vendor = exists(filepath.Join(full, vendorDir(full)))
	return p, nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
