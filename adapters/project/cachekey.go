package project

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// layout is the version of the cache's layout.
const layout = "1"

// aside are the variables of composer that have no effect on what it installs.
var aside = []string{
	"COMPOSER_ALLOW_SUPERUSER", "COMPOSER_AUTH", "COMPOSER_HOME", "COMPOSER_MAX_PARALLEL_HTTP", "COMPOSER_MEMORY_LIMIT",
	"COMPOSER_NO_INTERACTION", "COMPOSER_PROCESS_TIMEOUT",
}

// key returns the name of what the preparation makes: all that it is made of is in it. The
// default command reads composer's files; a command of the person's own, and composer where
// it reads further files, may read any file of the revision.
func (r preparation) key(ctx context.Context) (string, error) {
	h := sha256.New()
	part(h, "layout", layout)
	part(h, "command", r.command)
	part(h, "php", r.p.cfg.PHPVersion)
	for _, variable := range slices.Sorted(slices.Values(os.Environ())) {
		name, _, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "COMPOSER_") && !strings.HasPrefix(name, "COMPOSER_CACHE_") && !slices.Contains(aside, name) {
			part(h, "variable", variable)
		}
	}
	for _, name := range []string{"composer.json", "composer.lock"} {
		text, err := os.ReadFile(localPath(r.t.Root, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		part(h, name, string(text))
	}
	if r.own || readComposer(r.t.Root).readsSources() {
		tree, err := r.p.repo.line(ctx, "rev-parse", "--verify", r.t.Source.Revision+"^{tree}")
		if err != nil {
			return "", err
		}
		part(h, "tree", tree)
		part(h, "folder", r.p.repo.prefix)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// part adds a part with its name, so that no two lists of parts hash the same bytes.
func part(h hash.Hash, name, text string) {
	fmt.Fprintf(h, "%s %d\n%s\n", name, len(text), text)
}
