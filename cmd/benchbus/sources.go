package main

import (
	"context"
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
	return openBundles(where, token)
}

// trees gives the unpacked sources. Nothing is opened before the first is wanted.
func (s *sourceFlags) trees(logger *slog.Logger) domain.SourceTrees {
	return lazyTrees(sync.OnceValues(func() (domain.SourceTrees, error) {
		bundles, err := s.open()
		if err != nil {
			return nil, err
		}
		dir, err := inCache(s.cache, "sources")
		if err != nil {
			return nil, unavailable(fmt.Errorf("%w; --source-cache names a folder", err))
		}
		return bundle.NewCache(bundles, dir, bundle.CacheConfig{MaxBytes: int64(s.cacheSize), Logger: logger})
	}))
}

// inCache returns the path, or else that of a folder in the user's folder of caches.
func inCache(path, folder string) (string, error) {
	if path != "" {
		return path, nil
	}
	dir, err := os.UserCacheDir()
	return filepath.Join(dir, "benchbus", folder), err
}

// lazyTrees opens the trees when the first is wanted.
type lazyTrees func() (domain.SourceTrees, error)

func (l lazyTrees) Tree(ctx context.Context, d domain.Digest) (string, func(), error) {
	trees, err := l()
	if err != nil {
		return "", nil, &domain.ExecutionError{Class: domain.ClassSource, Err: err}
	}
	return trees.Tree(ctx, d)
}
