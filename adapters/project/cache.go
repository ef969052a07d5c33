package project

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// keepUnused is how long the cache keeps what nobody uses.
const keepUnused = 90 * 24 * time.Hour

// cached puts what was prepared under the key into the tree, or makes it and keeps it. Other
// processes that need the same wait for the one that makes it.
func (p *Project) cached(ctx context.Context, key string, t *Tree, make func() ([]string, error)) error {
	if p.cfg.CacheDir == "" {
		_, err := make()
		return err
	}
	entry := filepath.Join(p.cfg.CacheDir, key)
	if err := os.MkdirAll(entry, 0o700); err != nil {
		t.note("what was prepared is not kept for the next time, since the cache cannot be used: %v", err)
		_, err := make()
		return err
	}
	release, err := lockFile(ctx, filepath.Join(entry, "lock"))
	if err != nil {
		return err
	}
	defer release()
	files := filepath.Join(entry, "files")
	if exists(files) {
		now := time.Now()
		if err := errors.Join(os.Chtimes(entry, now, now), copyAll(ctx, files, t.Root)); err != nil {
			return fmt.Errorf("what was prepared before cannot be copied; remove %s and try again: %w", entry, err)
		}
		return nil
	}
	made, err := make()
	if err != nil || made == nil {
		return err
	}
	if err := p.keep(ctx, t.Root, made, files); err != nil {
		t.note("what was prepared could not be kept for the next time: %v", err)
	}
	return ctx.Err()
}

// keep copies the files into the cache. They appear there all at once.
func (p *Project) keep(ctx context.Context, root string, made []string, files string) error {
	fresh := files + ".new" // only whoever has the lock makes it
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	err := os.Mkdir(fresh, 0o700)
	for _, name := range made {
		if err == nil {
			err = copyOne(ctx, localPath(root, name), localPath(fresh, name))
		}
	}
	if err == nil {
		err = os.Rename(fresh, files)
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(fresh))
	}
	p.forget(time.Now().Add(-keepUnused))
	return nil
}

// forget removes what has not been used since then. The empty folders with their locks
// stay, since somebody may be waiting for one.
func (p *Project) forget(since time.Time) {
	entries, _ := os.ReadDir(p.cfg.CacheDir)
	for _, e := range entries {
		entry := filepath.Join(p.cfg.CacheDir, e.Name())
		info, err := e.Info()
		if err != nil || !info.ModTime().Before(since) {
			continue
		}
		if release, err := tryLock(filepath.Join(entry, "lock"), 0); err == nil && release != nil {
			_ = os.RemoveAll(filepath.Join(entry, "files"))
			release()
		}
	}
}
