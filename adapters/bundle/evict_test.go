package bundle

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// Each tree of these tests takes 5 blocks: two files, and three folders with a cache of its
// file system's mood; so the limits are far from the edges.
var large = strings.Repeat("a", 1<<20)

// there returns which trees are on the disk.
func there(t *testing.T, c *Cache, all ...domain.Digest) (found []bool) {
	t.Helper()
	for _, d := range all {
		_, err := os.Stat(c.folder(d))
		found = append(found, err == nil)
	}
	return found
}

// age makes a tree one that was used so long ago.
func age(t *testing.T, c *Cache, d domain.Digest, by time.Duration) {
	t.Helper()
	then := time.Now().Add(-by)
	require.NoError(t, os.Chtimes(c.folder(d)+lockEnding, then, then))
}

func TestTheLeastRecentlyUsedIsEvicted(t *testing.T) {
	t.Parallel()
	c, p := newCache(t, CacheConfig{MaxBytes: 5 << 19}) // room for two trees
	a, b, d := p.put(t, large+"a"), p.put(t, large+"b"), p.put(t, large+"d")
	for _, each := range []domain.Digest{a, b} {
		_, release := use(t, c, each)
		release()
	}
	age(t, c, a, time.Hour)
	age(t, c, b, 2*time.Hour)
	_, release := use(t, c, d)
	require.Equal(t, []bool{true, false, true}, there(t, c, a, b, d))
	require.NoFileExists(t, c.folder(b)+manifestEnding)
	require.NoFileExists(t, c.folder(b)+lockEnding)
	release()

	_, release = use(t, c, a) // which is now the one that was used last
	release()
	age(t, c, d, time.Hour)
	_, release = use(t, c, b)
	release()
	require.Equal(t, []bool{true, true, false}, there(t, c, a, b, d))
}

func TestATreeInUseIsNotEvicted(t *testing.T) {
	t.Parallel()
	c, p := newCache(t, CacheConfig{MaxBytes: 1})
	second, err := NewCache(p, c.dir, CacheConfig{MaxBytes: 1}) // as another process
	require.NoError(t, err)
	a, b := p.put(t, large+"a"), p.put(t, large+"b")
	_, releaseA := use(t, c, a)
	_, releaseB := use(t, second, b)
	require.Equal(t, []bool{true, true}, there(t, c, a, b))
	_, again := use(t, c, a)
	releaseA()
	require.Equal(t, []bool{true, true}, there(t, c, a, b))
	again()
	require.Equal(t, []bool{false, true}, there(t, c, a, b), "it is evicted as soon as nobody uses it")
	releaseB()
	require.Equal(t, []bool{false, false}, there(t, c, a, b))
}

func TestATreeThatWasUsedMeanwhileIsNotEvicted(t *testing.T) {
	t.Parallel()
	c, p := newCache(t, CacheConfig{})
	a := p.put(t, "a")
	_, release := use(t, c, a)
	release()
	seen := c.residents()
	require.Len(t, seen, 1)
	seen[0].used = seen[0].used.Add(-time.Second) // since then, somebody used it
	gone, err := c.evictOne(seen[0])
	require.NoError(t, err)
	require.False(t, gone)
	require.Equal(t, []bool{true}, there(t, c, a))
}

func TestAKilledProcessLeavesNothingForLong(t *testing.T) {
	t.Parallel()
	c, p := newCache(t, CacheConfig{})
	noise := make([]byte, 2<<20)
	for i, x := 0, uint32(1); i < len(noise); i++ {
		x = x*1664525 + 1013904223
		noise[i] = byte(x >> 24)
	}
	d := p.put(t, string(noise))
	cmd, _, said := start(t, "stuck", c.dir, p.dir, d)
	ready(t, said)
	part := c.folder(d) + partEnding
	require.DirExists(t, part)
	_, err := NewCache(p, c.dir, CacheConfig{})
	require.NoError(t, err)
	require.DirExists(t, part, "the process lives")
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	_, err = NewCache(p, c.dir, CacheConfig{})
	require.NoError(t, err)
	require.NoDirExists(t, part)

	cmd, _, said = start(t, "stuck", c.dir, p.dir, d)
	ready(t, said)
	require.NoError(t, cmd.Process.Kill())
	folder, release := use(t, c, d) // waits for the end of the process
	require.Equal(t, string(noise), treeOf(t, folder)["a"])
	require.NoDirExists(t, part)
	release()
}

func TestAProcessKeepsItsTree(t *testing.T) {
	t.Parallel()
	c, p := newCache(t, CacheConfig{MaxBytes: 1})
	d, other := p.put(t, "a"), p.put(t, "b")
	cmd, stdin, said := start(t, "use", c.dir, p.dir, d)
	ready(t, said)
	_, release := use(t, c, other)
	release()
	require.Equal(t, []bool{true, false}, there(t, c, d, other))
	require.NoError(t, stdin.Close())
	require.NoError(t, cmd.Wait())
	require.True(t, c.evict(0))
	require.Equal(t, []bool{false}, there(t, c, d))
}

func TestProcessesFetchATreeOnce(t *testing.T) {
	t.Parallel()
	c, p := newCache(t, CacheConfig{})
	d := p.put(t, "a")
	var waits []func() error
	for range 4 {
		cmd, _, _ := start(t, "again", c.dir, p.dir, d)
		waits = append(waits, cmd.Wait)
	}
	for _, wait := range waits {
		require.NoError(t, wait())
	}
	count, err := os.ReadFile(p.dir + "/count")
	require.NoError(t, err)
	require.Equal(t, "x", string(count))
}

// Whoever waited for the lock of a tree that was evicted must not have a lock that excludes
// nobody.
func TestALockThatWasRemovedMeanwhile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lock")
	waiter, err := openLock(path)
	require.NoError(t, err)
	defer func() { waiter.close() }()
	evictor, err := openLock(path)
	require.NoError(t, err)
	got, err := evictor.try(syscall.LOCK_EX)
	require.NoError(t, err)
	require.True(t, got)
	got, err = waiter.try(syscall.LOCK_SH)
	require.NoError(t, err)
	require.False(t, got)
	require.NoError(t, os.Remove(path))
	evictor.close()

	other, err := openLock(path)
	require.NoError(t, err)
	got, err = other.try(syscall.LOCK_SH)
	require.NoError(t, err)
	require.True(t, got)
	got, err = waiter.try(syscall.LOCK_EX)
	require.NoError(t, err)
	require.False(t, got, "two have the lock")
	other.close()
	got, err = waiter.try(syscall.LOCK_EX)
	require.NoError(t, err)
	require.True(t, got)
}
