package bundle

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// resident is what the cache's folder holds of one source.
type resident struct {
	digest domain.Digest
	bytes  int64
	used   time.Time // zero without a lock file
	part   bool      // somebody makes or removes it, or was killed meanwhile
	tree   bool
}

// evict removes trees that nobody uses until at most so many bytes are left, and what
// killed processes left behind. It reports whether it has removed a tree.
func (c *Cache) evict(most int64) (removed bool) {
	all := c.residents()
	var total int64
	for _, r := range all {
		total += r.bytes
	}
	slices.SortFunc(all, func(a, b resident) int { return a.used.Compare(b.used) })
	for _, r := range all {
		if !r.part && r.tree && total <= most {
			continue
		}
		gone, err := c.evictOne(r)
		if err != nil {
			c.cfg.Logger.Warn("the files of a source cannot be removed", "folder", c.folder(r.digest), "error", err)
		}
		if gone {
			removed = removed || r.tree
			total -= r.bytes
		}
	}
	c.full.Store(total > c.cfg.MaxBytes)
	return removed
}

// evictOne removes a tree and its lock, unless somebody uses it.
func (c *Cache) evictOne(r resident) (bool, error) {
	path := c.folder(r.digest) + lockEnding
	l, err := openLock(path)
	if err != nil {
		return false, err
	}
	defer l.close()
	if got, err := l.try(syscall.LOCK_EX); !got || err != nil {
		return false, err
	}
	if info, err := os.Lstat(path); err != nil || !r.used.IsZero() && !info.ModTime().Equal(r.used) { // it has been used meanwhile
		return false, err
	}
	if err := c.remove(r.digest); err != nil {
		return false, err
	}
	return true, os.Remove(path) // whoever waits for it makes another one
}

// residents returns what is in the folder.
func (c *Cache) residents() []resident {
	entries, _ := os.ReadDir(c.dir) // without it, nothing is evicted
	found := map[domain.Digest]*resident{}
	for _, entry := range entries {
		hex, _, _ := strings.Cut(entry.Name(), ".")
		d := domain.Digest("sha256:" + hex)
		if !d.Valid() {
			continue
		}
		r := found[d]
		if r == nil {
			r = &resident{digest: d}
			found[d] = r
		}
		switch path := filepath.Join(c.dir, entry.Name()); entry.Name() {
		case hex:
			r.tree = true
		case hex + partEnding:
			r.part = true
		case hex + manifestEnding:
			r.bytes = treeSize(head(path))
		case hex + lockEnding:
			if info, err := os.Lstat(path); err == nil {
				r.used = info.ModTime()
			}
		}
	}
	all := make([]resident, 0, len(found))
	for _, r := range found {
		all = append(all, *r)
	}
	return all
}

// head returns the beginning of a file.
func head(path string) []byte {
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	text := make([]byte, 40)
	n, _ := file.Read(text)
	return text[:n]
}
