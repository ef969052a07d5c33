package bundle

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// Cache keeps the trees of sources in a folder, which all processes of this user on this
// host may share. Its methods may be called by several goroutines at once.
//
// Beside each tree, which is named by the 64 digits of its digest, lie its manifest and
// its lock. A process that uses a tree has the lock shared; one that makes or removes a
// tree has it exclusively.
type Cache struct {
	bundles domain.Bundles
	dir     string
	cfg     CacheConfig
	full    atomic.Bool // whether more than MaxBytes were left, because they were in use

	// checkEvery is how long a tree that this process has found intact counts as such: to
	// look at each file of a large project takes longer than some iterations.
	checkEvery time.Duration

	mu      sync.Mutex
	checked map[domain.Digest]time.Time
	trees   map[domain.Digest]*tree // those that goroutines of this process use or wait for
}

// tree is what goroutines of this process share of a tree.
type tree struct {
	wanted int           // goroutines that use it or wait for it; guarded by Cache.mu
	turn   chan struct{} // full while a goroutine may use the fields below
	users  int
	lock   *lock // nil without users
}

var _ domain.SourceTrees = (*Cache)(nil)

const checkEvery = time.Minute

// NewCache returns a cache of what bundles holds, in the folder dir, which it makes if it
// is missing. It removes what killed processes have left there.
func NewCache(bundles domain.Bundles, dir string, cfg CacheConfig) (*Cache, error) {
	cfg = cfg.WithDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	dir, err := filepath.Abs(dir)
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir) // interpreters name files by their real paths
	}
	if err != nil {
		return nil, fmt.Errorf("the folder of unpacked sources cannot be used: %w", err)
	}
	c := &Cache{bundles: bundles, dir: dir, cfg: cfg, checkEvery: checkEvery, checked: map[domain.Digest]time.Time{}, trees: map[domain.Digest]*tree{}}
	c.evict(cfg.MaxBytes)
	return c, nil
}

// Tree returns the folder of a source; see [domain.SourceTrees]. To release it twice has no
// effect. While other processes use a tree that was changed on the disk, it waits for them,
// since it cannot be unpacked again below them.
func (c *Cache) Tree(ctx context.Context, d domain.Digest) (string, func(), error) {
	if !d.Valid() {
		return "", nil, domain.Fail(domain.ClassSource, "%w", notADigest(d))
	}
	t := c.enter(d)
	select {
	case t.turn <- struct{}{}:
	case <-ctx.Done():
		c.leave(d, t)
		return "", nil, context.Cause(ctx)
	}
	defer func() { <-t.turn }()
	if t.users == 0 {
		held, err := c.prepare(ctx, d)
		if err != nil {
			c.leave(d, t)
			return "", nil, err
		}
		t.lock = held
	}
	t.users++
	return c.folder(d), sync.OnceFunc(func() { c.release(d, t) }), nil
}

func (c *Cache) release(d domain.Digest, t *tree) {
	t.turn <- struct{}{} // others keep it only for a moment, since there is a user
	if t.users--; t.users == 0 {
		t.lock.used()
		t.lock.close()
		t.lock = nil
	}
	unused := t.users == 0
	<-t.turn
	c.leave(d, t)
	if unused && c.full.Load() {
		c.evict(c.cfg.MaxBytes)
	}
}

// enter returns what the goroutines of this process share of a tree.
func (c *Cache) enter(d domain.Digest) *tree {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.trees[d]
	if t == nil {
		t = &tree{turn: make(chan struct{}, 1)}
		c.trees[d] = t
	}
	t.wanted++
	return t
}

// leave forgets it once nobody wants it.
func (c *Cache) leave(d domain.Digest, t *tree) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.wanted--; t.wanted == 0 {
		delete(c.trees, d)
	}
}

func (c *Cache) folder(d domain.Digest) string { return filepath.Join(c.dir, d.Hex()) }

// Endings of what lies beside a tree.
const (
	manifestEnding = ".manifest"
	lockEnding     = ".lock"
	partEnding     = ".part" // a tree that is being made or removed
)
