package project

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// listing is the files of a project before some of them are left out.
type listing struct {
	// files maps the paths of the files to whether they are part of the revision or were
	// made from it.
	files map[string]bool
	// exclude are the files that are left out. What is below a folder that it has is not
	// even looked at.
	exclude *selection
	// absent are the sub-modules whose files are not here.
	absent []string
	// sparse counts the files that a sparse checkout leaves out.
	sparse int
}

func newListing(cfg Config) *listing {
	return &listing{files: map[string]bool{}, exclude: selectBy(cfg.Exclude)}
}

// add lists the files of the git working tree that g is in, from its folder downwards, with
// the prefix before their names. In a revision it lists ignored files as well, since only
// the preparation can have made them.
func (l *listing) add(ctx context.Context, g git, prefix string, revision bool) error {
	tracked, err := g.paths(ctx, "ls-files", "-z", "-t", "--stage")
	if err != nil {
		return err
	}
	for _, entry := range tracked {
		about, name, _ := strings.Cut(entry, "\t") // such as: H 100644 ID 0
		switch {
		case strings.HasPrefix(about[min(2, len(about)):], "160000 "):
			err = l.addSubmodule(ctx, g, name, prefix, revision)
		case !exists(filepath.Join(g.dir, name)):
			if strings.HasPrefix(about, "S ") {
				l.sparse++
			}
		default:
			l.files[prefix+name] = true
		}
		if err != nil {
			return err
		}
	}
	others := []string{"ls-files", "-z", "--others"}
	if !revision {
		others = append(others, "--exclude-standard")
	}
	untracked, err := g.paths(ctx, others...)
	if err != nil {
		return err
	}
	for _, name := range untracked {
		inner, isRepository := strings.CutSuffix(name, "/")
		switch {
		case !isRepository:
			l.files[prefix+name] = l.files[prefix+name] || revision
		case revision:
			err = l.walk(filepath.Join(g.dir, inner), prefix+inner, true, versionControl)
		default:
			err = l.add(ctx, git{program: g.program, dir: filepath.Join(g.dir, inner)}, prefix+name, false)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *listing) addSubmodule(ctx context.Context, g git, name, prefix string, revision bool) error {
	dir := filepath.Join(g.dir, name)
	if !exists(filepath.Join(dir, ".git")) {
		l.absent = append(l.absent, prefix+name)
		return nil
	}
	return l.add(ctx, git{program: g.program, dir: dir}, prefix+name+"/", revision)
}

// versionControl are the folders in which other programs keep their history.
var versionControl = []string{".git", ".hg", ".svn", ".bzr", ".jj", "CVS", "_darcs"}

// walk lists the files below a folder without asking git. It does not follow links.
func (l *listing) walk(dir, prefix string, tracked bool, skip []string) error {
	return filepath.WalkDir(dir, func(at string, entry fs.DirEntry, err error) error {
		relative, relErr := filepath.Rel(dir, at)
		name := path.Join(prefix, filepath.ToSlash(relative))
		// A folder that cannot be read is passed a second time, with the error.
		if at != dir && entry != nil && entry.IsDir() && (slices.Contains(skip, entry.Name()) || l.exclude.has(name)) {
			return fs.SkipDir
		}
		if err != nil || relErr != nil {
			return errors.Join(err, relErr)
		}
		if !entry.IsDir() && entry.Name() != ".git" { // which names the repository of a sub-module
			l.files[name] = tracked
		}
		return nil
	})
}

// walkVendor lists what composer has installed, whether git ignores it or not.
func (l *listing) walkVendor(root, vendor string) error {
	dir := filepath.Join(root, filepath.FromSlash(vendor))
	info, err := os.Lstat(dir)
	if err != nil {
		return nil // there is none
	}
	if !info.IsDir() {
		l.files[vendor] = true
		return nil
	}
	return l.walk(dir, vendor, true, versionControl)
}
