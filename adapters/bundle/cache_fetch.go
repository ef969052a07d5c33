package bundle

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"syscall"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// maxTries bounds how often a tree is fetched for one call. It is gone again each time only
// if somebody removes or changes it.
const maxTries = 5

// prepare returns the lock of a tree, shared, once the tree is there as it was unpacked.
func (c *Cache) prepare(ctx context.Context, d domain.Digest) (held *lock, err error) {
	l, err := openLock(c.folder(d) + lockEnding)
	if err != nil {
		return nil, c.failed(ctx, err)
	}
	defer func() {
		if err != nil {
			l.close()
		}
	}()
	l.used() // before it is fetched too, so that others do not evict it first
	for fetched := range maxTries {
		if err := l.wait(ctx, syscall.LOCK_SH); err != nil {
			return nil, c.failed(ctx, err)
		}
		if c.intact(d) {
			if fetched > 0 {
				c.evict(c.cfg.MaxBytes)
			}
			return l, nil
		}
		if err := l.wait(ctx, syscall.LOCK_EX); err != nil {
			return nil, c.failed(ctx, err)
		}
		if c.intact(d) { // another process was faster
			continue
		}
		err := c.fetch(ctx, d)
		if (errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)) && c.evict(0) {
			err = c.fetch(ctx, d)
		}
		if err != nil {
			return nil, err
		}
	}
	return nil, domain.Fail(domain.ClassHost, "something changes %s again and again; find out what, or name another folder", c.folder(d))
}

// failed classifies an error of this host, unless the context is the reason.
func (c *Cache) failed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return err
	}
	return domain.Fail(domain.ClassHost, "the folder of unpacked sources cannot be used: %w", err)
}

// intact reports whether the tree is there as it was unpacked.
func (c *Cache) intact(d domain.Digest) bool {
	if _, err := os.Lstat(c.folder(d)); errors.Is(err, fs.ErrNotExist) { // its process was killed before the tree was complete
		return false
	}
	c.mu.Lock()
	recently := time.Since(c.checked[d]) < c.checkEvery
	c.mu.Unlock()
	if recently {
		return true
	}
	was, err := os.ReadFile(c.folder(d) + manifestEnding)
	if err != nil {
		return false
	}
	is, err := manifest(c.folder(d))
	if err != nil || !bytes.Equal(was, is) {
		c.cfg.Logger.Warn("the files of a source were changed on the disk; they are unpacked again",
			"folder", c.folder(d), "found", difference(was, is), "error", err)
		return false
	}
	c.mu.Lock()
	c.checked[d] = time.Now()
	c.mu.Unlock()
	return true
}

// fetch unpacks a tree in place of what is there. The lock must be held exclusively.
func (c *Cache) fetch(ctx context.Context, d domain.Digest) error {
	if err := c.remove(d); err != nil {
		return c.failed(ctx, err)
	}
	bundle, err := c.bundles.Open(ctx, d)
	if ctx.Err() != nil {
		if err == nil {
			bundle.Close()
		}
		return context.Cause(ctx)
	}
	if errors.Is(err, domain.ErrNoBundle) {
		return domain.Fail(domain.ClassSource, "there is no bundle %s where bundles lie; this worker and the one who dispatches must name the same place", d)
	}
	if err != nil {
		return domain.Fail(domain.ClassSource, "the bundle %s cannot be had: %w", d, err)
	}
	defer bundle.Close()
	part := c.folder(d) + partEnding
	if err := Unpack(ctx, bundle, d, part, c.cfg.Limits); err != nil {
		return err
	}
	list, err := manifest(part)
	if err == nil {
		err = os.WriteFile(c.folder(d)+manifestEnding, list, 0o600)
	}
	if err == nil {
		err = os.Rename(part, c.folder(d))
	}
	if err != nil {
		_ = c.remove(d)
		return c.failed(ctx, err)
	}
	return nil
}

// remove removes a tree, and what lies beside it but for the lock. The lock must be held
// exclusively. The tree goes under another name first, so that none is ever there in part.
func (c *Cache) remove(d domain.Digest) error {
	part := c.folder(d) + partEnding
	if err := removeTree(part); err != nil {
		return err
	}
	if err := os.Rename(c.folder(d), part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	err := os.Remove(c.folder(d) + manifestEnding)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, removeTree(part))
}
