package project

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// copyVendor copies the working tree's vendor/ into a revision, or returns why that would
// not be the same as installing. Both sides of a comparison have the very same packages
// then, and neither the network nor composer is needed. The files that composer generates
// name others relative to themselves, so that they work in any place.
func (p *Project) copyVendor(ctx context.Context, root string) (reason string, err error) {
	vendor := vendorDir(root)
	here := localPath(p.Dir, vendor)
	if info, err := os.Lstat(here); err != nil || !info.IsDir() {
		return "the working tree has none", nil
	}
	if !sameFile(p.Dir, root, "composer.json") || (exists(localPath(root, "composer.lock")) && !sameFile(p.Dir, root, "composer.lock")) {
		return "composer.json or composer.lock differ", nil
	}
	if readComposer(root).readsSources() || hasClassmap(here) {
		return "it depends on the project's own files", nil
	}
	if exists(localPath(root, "composer.lock")) && !installedAsLocked(root, here) {
		return "it is not what composer.lock asks for", nil
	}
	l := newListing(Config{})
	if err := l.walk(here, vendor, true, versionControl); err != nil {
		return "", err
	}
	for name := range l.files {
		if err := copyOne(ctx, localPath(p.Dir, name), localPath(root, name)); err != nil {
			return "", err
		}
	}
	return "", nil
}

func sameFile(a, b, name string) bool {
	one, errOne := os.ReadFile(localPath(a, name))
	other, errOther := os.ReadFile(localPath(b, name))
	return errOne == nil && errOther == nil && bytes.Equal(one, other)
}

// hasClassmap reports whether the generated class map names files of the project outside of
// vendor/, as it does after composer install --optimize-autoloader. Such a map is wrong for
// other revisions.
func hasClassmap(vendor string) bool {
	text, err := os.ReadFile(localPath(vendor, "composer/autoload_classmap.php"))
	return err != nil || bytes.Contains(text, []byte("$baseDir . '"))
}

// lockedPackage is a package as composer.lock and vendor/composer/installed.json name it.
type lockedPackage struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Source  struct {
		Reference string `json:"reference"`
	} `json:"source"`
	Dist struct {
		Reference string `json:"reference"`
	} `json:"dist"`
}

// installedAsLocked reports whether vendor/ holds the packages of composer.lock, with those
// for development, and no others.
func installedAsLocked(root, vendor string) bool {
	var lock struct {
		Packages    []lockedPackage `json:"packages"`
		PackagesDev []lockedPackage `json:"packages-dev"`
	}
	var installed struct {
		Packages []lockedPackage `json:"packages"`
	}
	if readJSON(localPath(root, "composer.lock"), &lock) != nil {
		return false
	}
	err := readJSON(localPath(vendor, "composer/installed.json"), &installed)
	if errors.Is(err, fs.ErrNotExist) {
		return len(lock.Packages)+len(lock.PackagesDev) == 0
	}
	locked := append(lock.Packages, lock.PackagesDev...)
	byName := func(a, b lockedPackage) int { return strings.Compare(a.Name, b.Name) }
	slices.SortFunc(locked, byName)
	slices.SortFunc(installed.Packages, byName)
	return err == nil && slices.Equal(locked, installed.Packages)
}

func readJSON(file string, into any) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}
