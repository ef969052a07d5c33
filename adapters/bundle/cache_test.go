package bundle

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// place is a place of bundles that counts what is opened. It may fail.
type place struct {
	*Folder
	opened atomic.Int32
	fails  error
	wrap   func(io.ReadCloser) io.ReadCloser
}

func (p *place) Open(ctx context.Context, d domain.Digest) (io.ReadCloser, error) {
	p.opened.Add(1)
	if p.fails != nil {
		return nil, p.fails
	}
	r, err := p.Folder.Open(ctx, d)
	if err == nil && p.wrap != nil {
		r = p.wrap(r)
	}
	return r, err
}

// put stores a bundle with one file of that content, named a.
func (p *place) put(t *testing.T, content string) domain.Digest {
	t.Helper()
	bundle, d := bundleOf(t, map[string]string{"a": content, "folder/b": "b"})
	require.NoError(t, p.Put(t.Context(), d, bytes.NewReader(bundle)))
	return d
}

// newCache makes a cache with an empty place of bundles.
func newCache(t *testing.T, cfg CacheConfig) (*Cache, *place) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "cache")
	t.Cleanup(func() { require.NoError(t, removeTree(dir)) })
	p := &place{Folder: newFolder(t, t.TempDir())}
	c, err := NewCache(p, dir, cfg)
	require.NoError(t, err)
	c.checkEvery = 0
	return c, p
}

// use takes a tree.
func use(t *testing.T, c *Cache, d domain.Digest) (folder string, release func()) {
	t.Helper()
	folder, release, err := c.Tree(t.Context(), d)
	require.NoError(t, err)
	return folder, release
}

func TestATreeIsFetchedOnce(t *testing.T) {
	t.Parallel()
	c, p := newCache(t, CacheConfig{})
	d, other := p.put(t, "content"), p.put(t, "other")
	folder, release := use(t, c, d)
	require.Equal(t, filepath.Join(c.dir, d.Hex()), folder)
	require.Equal(t, map[string]string{"a": "content", "folder/b": "b"}, treeOf(t, folder))
	again, releaseAgain := use(t, c, d)
	require.Equal(t, folder, again)
	release()
	release() // has no effect
	releaseAgain()
	_, release = use(t, c, d)
	release()
	require.EqualValues(t, 1, p.opened.Load())

	second, err := NewCache(p, c.dir, CacheConfig{})
	require.NoError(t, err)
	_, release = use(t, second, d)
	release()
	require.EqualValues(t, 1, p.opened.Load(), "it is there from before")

	folder, release = use(t, c, other)
	defer release()
	require.Equal(t, map[string]string{"a": "other", "folder/b": "b"}, treeOf(t, folder))
	require.Len(t, folder, len(again), "all paths are equally long")
}

func TestManyWantATreeAtOnce(t *testing.T) {
	t.Parallel()
	c, p := newCache(t, CacheConfig{})
	caches := []*Cache{c}
	for range 7 { // as other processes
		other, err := NewCache(p, c.dir, CacheConfig{})
		require.NoError(t, err)
		caches = append(caches, other)
	}
	d := p.put(t, "content")
	var all sync.WaitGroup
	problems := make([]error, 4*len(caches))
	for i := range problems {
		all.Go(func() {
			cache := caches[i%len(caches)]
			folder, release, err := cache.Tree(t.Context(), d)
			if err == nil {
				_, err = os.ReadFile(filepath.Join(folder, "a"))
				release()
			}
			problems[i] = err
		})
	}
	all.Wait()
	require.NoError(t, errors.Join(problems...))
	require.EqualValues(t, 1, p.opened.Load())
	require.Empty(t, c.trees, "nothing is remembered of what nobody uses")
}

func TestBundlesThatCannotBeHad(t *testing.T) {
	t.Parallel()
	c, p := newCache(t, CacheConfig{})
	check := func(d domain.Digest, want string) {
		t.Helper()
		_, _, err := c.Tree(t.Context(), d)
		require.ErrorContains(t, err, want)
		require.Equal(t, domain.ClassSource, domain.FailureOf(err, 1).Class)
		require.Empty(t, c.trees)
	}
	missing := digestOf([]byte("missing"))
	check(missing, "there is no bundle "+string(missing)+" where bundles lie; this worker and the one who dispatches must name the same place")
	check("sha256:../..", "is not the digest of a bundle")
	p.fails = errors.New("the server is away")
	check(missing, "cannot be had: the server is away")
	p.fails = nil

	d := p.put(t, "content")
	require.NoError(t, os.WriteFile(p.path(d), []byte("tampered"), 0o600))
	check(d, "is not what its digest says")
	require.NoDirExists(t, c.folder(d))
	require.NoDirExists(t, c.folder(d)+partEnding)
	require.NoError(t, os.Remove(p.path(d)))
	p.put(t, "content")
	_, release := use(t, c, d)
	release()
}

func TestATreeThatWasChangedIsUnpackedAgain(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	c, p := newCache(t, CacheConfig{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	d := p.put(t, "content")
	folder, release := use(t, c, d)
	release()
	require.Empty(t, log.String())
	file := filepath.Join(folder, "a")
	fetched := p.opened.Load()
	for name, change := range map[string]func() error{
		"content of the same size": func() error {
			return errors.Join(os.Chmod(file, 0o644), os.WriteFile(file, []byte("CONTENT"), 0o644), os.Chmod(file, 0o444))
		},
		"size":             func() error { return errors.Join(os.Truncate(file, 1), os.Chtimes(file, fileTime, fileTime)) },
		"mode":             func() error { return os.Chmod(file, 0o555) },
		"mode of a folder": func() error { return os.Chmod(filepath.Join(folder, "folder"), 0o755) },
		"time":             func() error { return os.Chtimes(file, fileTime, fileTime.Add(1)) },
		"one file less":    func() error { return errors.Join(os.Chmod(folder, 0o755), os.Remove(file), os.Chmod(folder, 0o555)) },
		"one file more": func() error {
			return errors.Join(os.Chmod(folder, 0o755), os.WriteFile(filepath.Join(folder, "more"), nil, 0o444), os.Chmod(folder, 0o555))
		},
		"a link in place of a file": func() error {
			return errors.Join(os.Chmod(folder, 0o755), os.Remove(file), os.Symlink("folder/b", file), os.Chmod(folder, 0o555))
		},
		"the manifest": func() error { return os.WriteFile(folder+manifestEnding, nil, 0o600) },
	} {
		log.Reset()
		require.NoError(t, change(), name)
		_, release := use(t, c, d)
		require.Equal(t, map[string]string{"a": "content", "folder/b": "b"}, treeOf(t, folder), name)
		release()
		fetched++
		require.Equal(t, fetched, p.opened.Load(), name)
		require.Contains(t, log.String(), "the files of a source were changed on the disk; they are unpacked again", name)
	}
	log.Reset()
	require.NoError(t, removeTree(folder))
	_, release = use(t, c, d)
	release()
	require.Empty(t, log.String(), "somebody has emptied the cache, which is no fault")
}

// To look at each file for each iteration would take longer than some of them.
func TestATreeIsCheckedNowAndThen(t *testing.T) {
	t.Parallel()
	c, p := newCache(t, CacheConfig{})
	c.checkEvery = time.Hour
	d := p.put(t, "content")
	folder, release := use(t, c, d)
	release()
	require.NoError(t, os.Chmod(filepath.Join(folder, "a"), 0o555))
	_, release = use(t, c, d)
	release()
	require.EqualValues(t, 1, p.opened.Load(), "it was intact a moment ago")
	require.NoError(t, removeTree(folder))
	_, release = use(t, c, d)
	release()
	require.EqualValues(t, 2, p.opened.Load(), "it is gone")
	c.checked[d] = time.Now().Add(-2 * time.Hour)
	require.NoError(t, os.Chmod(filepath.Join(folder, "a"), 0o555))
	_, release = use(t, c, d)
	release()
	require.EqualValues(t, 3, p.opened.Load())
}

// A tree in use cannot be unpacked again below its user.
func TestATreeThatWasChangedWhileItIsUsed(t *testing.T) {
	t.Parallel()
	c, p := newCache(t, CacheConfig{})
	warned := make(lines, 64)
	second, err := NewCache(p, c.dir, CacheConfig{Logger: slog.New(slog.NewTextHandler(warned, nil))}) // as another process
	require.NoError(t, err)
	d := p.put(t, "content")
	folder, release := use(t, c, d)
	require.NoError(t, os.Chmod(filepath.Join(folder, "a"), 0o555))

	ctx, cancel := context.WithCancel(t.Context())
	p.wrap = func(r io.ReadCloser) io.ReadCloser { panic("fetched while it is used") }
	waiting := make(chan error, 1)
	go func() {
		_, _, err := second.Tree(ctx, d)
		waiting <- err
	}()
	require.Contains(t, <-warned, "were changed")
	cancel()
	require.ErrorIs(t, <-waiting, context.Canceled)
	p.wrap = nil

	const others = 3
	for range others {
		other, err := NewCache(p, c.dir, CacheConfig{Logger: slog.New(slog.NewTextHandler(warned, nil))})
		require.NoError(t, err)
		go func() {
			_, release, err := other.Tree(t.Context(), d)
			if err == nil {
				release()
			}
			waiting <- err
		}()
	}
	for range others {
		require.Contains(t, <-warned, "were changed")
	}
	release()
	for range others {
		require.NoError(t, <-waiting)
	}
	require.EqualValues(t, 2, p.opened.Load(), "one of them fetches it")
}

// lines receives the lines that a logger writes.
type lines chan string

func (l lines) Write(line []byte) (int, error) {
	l <- string(line)
	return len(line), nil
}

func TestWaitingForAFetchEndsWithTheContext(t *testing.T) {
	t.Parallel()
	c, p := newCache(t, CacheConfig{})
	d := p.put(t, "content")
	reached, open := make(chan struct{}), make(chan struct{})
	p.wrap = func(r io.ReadCloser) io.ReadCloser {
		close(reached)
		<-open
		return r
	}
	first := make(chan error, 1)
	go func() {
		_, release, err := c.Tree(t.Context(), d)
		if err == nil {
			release()
		}
		first <- err
	}()
	<-reached
	second, err := NewCache(p, c.dir, CacheConfig{}) // as another process
	require.NoError(t, err)
	for _, cache := range []*Cache{c, second} {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, _, err := cache.Tree(ctx, d)
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, domain.ClassUnknown, domain.FailureOf(err, 1).Class)
	}
	close(open)
	require.NoError(t, <-first)
}

func TestCachesThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := NewCache(nil, file, CacheConfig{})
	require.ErrorContains(t, err, "the folder of unpacked sources cannot be used")
	_, err = NewCache(nil, t.TempDir(), CacheConfig{MaxBytes: -1, Limits: Limits{Files: -1}})
	require.ErrorContains(t, err, "CacheConfig.MaxBytes is -1")
	require.ErrorContains(t, err, "Limits.Files is -1")

	c, p := newCache(t, CacheConfig{})
	d := p.put(t, "content")
	require.NoError(t, os.Remove(c.dir))
	_, _, err = c.Tree(t.Context(), d)
	require.ErrorContains(t, err, "the folder of unpacked sources cannot be used")
	require.Equal(t, domain.ClassHost, domain.FailureOf(err, 1).Class)
}

// Interpreters name files by their real paths.
func TestTheFolderIsARealPath(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	link := filepath.Join(t.TempDir(), "link")
	require.NoError(t, os.Symlink(dir, link))
	c, err := NewCache(nil, filepath.Join(link, "cache"), CacheConfig{})
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(c.folder(digestOf(nil)), dir+"/"))
}
