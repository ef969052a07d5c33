package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"github.com/spf13/pflag"

	"github.com/benchbus/benchbus/adapters/bundle"
	"github.com/benchbus/benchbus/domain"
)

// sourceFlags say where the bundles of sources lie, and where they are unpacked.
type sourceFlags struct {
	bundles, token, cache string
	cacheSize             byteSize
}

func (s *sourceFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&s.bundles, "bundles", "", "where the bundles of projects lie: a folder, or the address of `benchbus bundles serve`, such as http://host:8080 (default: benchbus/bundles in the user's folder of caches)")
	flags.StringVar(&s.token, "bundles-token-file", "", "file with the token of that server (default: BENCHBUS_BUNDLES_TOKEN)")
	flags.StringVar(&s.cache, "source-cache", "", "folder in which bundles are unpacked (default: benchbus/sources in the user's folder of caches)")
	flags.Var(&s.cacheSize, "source-cache-size", "disk space above which unpacked bundles that are not in use are removed (default: 4GiB)")
}

// open opens the place of the bundles.
func (s *sourceFlags) open() (domain.Bundles, error) {
	where, err := inCache(s.bundles, "bundles")
	if err != nil {
		return nil, unavailable(fmt.Errorf("%w; --bundles names the place", err))
	}
	token, err := readBundlesToken("--bundles-token-file", s.token)
	if err != nil {
		return nil, err
	}
	bundles, err := openBundles(where, token)
	if err != nil && s.bundles == "" {
		return nil, unavailable(fmt.Errorf("%w; --bundles names another folder, XDG_CACHE_HOME one for all caches", err))
	}
	return bundles, err
}

// trees gives the unpacked sources. Nothing is opened before it is needed.
func (s *sourceFlags) trees(logger *slog.Logger) *lazyTrees {
	return &lazyTrees{flags: s, logger: logger}
}

// inCache returns the path, or else that of a folder in the user's folder of caches.
func inCache(path, folder string) (string, error) {
	if path != "" {
		return path, nil
	}
	dir, err := os.UserCacheDir()
	return filepath.Join(dir, "benchbus", folder), err
}

// lazyTrees opens the place of bundles and the folder of unpacked sources when the first is
// wanted, so that who measures no project needs neither.
type lazyTrees struct {
	flags  *sourceFlags
	logger *slog.Logger

	mu    sync.Mutex
	cache *bundle.Cache // nil until both could be opened
}

// open fails if sources cannot be had here, and says why.
func (l *lazyTrees) open() (*bundle.Cache, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cache != nil {
		return l.cache, nil
	}
	bundles, err := l.flags.open()
	if err != nil {
		return nil, err
	}
	dir, err := inCache(l.flags.cache, "sources")
	if err != nil {
		return nil, unavailable(fmt.Errorf("%w; --source-cache names a folder", err))
	}
	l.cache, err = bundle.NewCache(bundles, dir, bundle.CacheConfig{MaxBytes: int64(l.flags.cacheSize), Logger: l.logger})
	if err != nil {
		return nil, unavailable(domain.Fail(domain.ClassHost, "%w; --source-cache names another one", err))
	}
	return l.cache, nil
}

// Tree returns the folder of a source; see [domain.SourceTrees]. What cannot be opened is
// tried again for the next source.
func (l *lazyTrees) Tree(ctx context.Context, d domain.Digest) (string, func(), error) {
	cache, err := l.open()
	var known *domain.ExecutionError
	switch {
	case errors.As(err, &known):
		return "", nil, known
	case err != nil:
		return "", nil, domain.Fail(domain.ClassSource, "%w", err)
	}
	return cache.Tree(ctx, d)
}
